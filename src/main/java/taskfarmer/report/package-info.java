/** The page of {@code taskfarmer report}: what a farm has done, as one HTML file that needs nothing else. */
@NullMarked
package taskfarmer.report;

import org.jspecify.annotations.NullMarked;
