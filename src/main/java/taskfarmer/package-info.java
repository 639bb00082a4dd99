/** The task farmer; {@link taskfarmer.Main} is where it starts. */
@NullMarked
package taskfarmer;

import org.jspecify.annotations.NullMarked;
