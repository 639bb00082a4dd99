/** What this node has for tasks, and who uses it: capacity, and the ledger that the farmers of one user share. */
@NullMarked
package taskfarmer.host;

import org.jspecify.annotations.NullMarked;
