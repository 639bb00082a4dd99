/** Runners: from a command to what is really executed. */
@NullMarked
package taskfarmer.runners;

import org.jspecify.annotations.NullMarked;
