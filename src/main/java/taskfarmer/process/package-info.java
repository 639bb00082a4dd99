/** Running commands: long-lived shells that start them, and the reaper that ends what is left of them. */
@NullMarked
package taskfarmer.process;

import org.jspecify.annotations.NullMarked;
