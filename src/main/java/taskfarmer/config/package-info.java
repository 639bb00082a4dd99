/** Where settings come from: INI files, the environment, and the classes that they name. */
@NullMarked
package taskfarmer.config;

import org.jspecify.annotations.NullMarked;
