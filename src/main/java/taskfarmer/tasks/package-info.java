/** Task list handlers: from the bytes of a list to commands. */
@NullMarked
package taskfarmer.tasks;

import org.jspecify.annotations.NullMarked;
