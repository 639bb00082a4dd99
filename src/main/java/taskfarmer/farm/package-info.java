/** One farmer at work: slots that run tasks, the loop that claims and records, and how it stops. */
@NullMarked
package taskfarmer.farm;

import org.jspecify.annotations.NullMarked;
