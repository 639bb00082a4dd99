/** What a farm has done, as its journal tells: read without the lock, while the farm runs or after. */
@NullMarked
package taskfarmer.history;

import org.jspecify.annotations.NullMarked;
