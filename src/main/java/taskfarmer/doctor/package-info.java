/** What can be known before a farm is begun: whether this machine and these directories will do. */
@NullMarked
package taskfarmer.doctor;

import org.jspecify.annotations.NullMarked;
