/** What everything else talks about: tasks, commands, outcomes. Imports nothing of the program. */
@NullMarked
package taskfarmer.model;

import org.jspecify.annotations.NullMarked;
