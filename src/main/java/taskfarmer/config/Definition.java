package taskfarmer.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A definition as it is listed.
 *
 * @param name the name to choose it by
 * @param className the class that it names, whether there is such a class or not
 * @param file the INI file that it stands in; empty for the one that is built in
 * @param overridden whether another definition of that name comes later and counts instead
 */
public record Definition(String name, String className, Optional<Path> file, boolean overridden) {}
