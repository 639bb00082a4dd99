/** What people and scripts read: files written from the journal, and written again from it whenever they are lost. */
@NullMarked
package taskfarmer.view;

import org.jspecify.annotations.NullMarked;
