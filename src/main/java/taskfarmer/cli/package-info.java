/** The commands: what users type and read. The one place where the parts are put together. */
@NullMarked
package taskfarmer.cli;

import org.jspecify.annotations.NullMarked;
