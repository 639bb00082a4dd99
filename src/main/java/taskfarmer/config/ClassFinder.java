package taskfarmer.config;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import taskfarmer.model.FarmException;

/**
 * Finds the classes that INI files name: in the program itself, then in the jars in {@code ~/.taskfarmer/lib/}.
 *
 * <p>A class is not initialised here: none of its code runs before its type has been checked.
 */
final class ClassFinder {
    private final Environment environment;
    private final WriteAccess access;

    ClassFinder(Environment environment, WriteAccess access) {
        this.environment = environment;
        this.access = access;
    }

    /**
     * Returns a class.
     *
     * @param where the place that names it, for messages
     * @param type what it has to implement
     */
    <T> Class<? extends T> find(String className, String where, Class<T> type) {
        Class<?> found;
        try {
            found = load(className);
        } catch (ClassNotFoundException e) {
            throw notFound(className, where, type);
        } catch (LinkageError | IOException e) {
            throw FarmException.badInput(
                    where + ": class " + className + " cannot be loaded: " + e,
                    "Rebuild its jar against this program, for Java "
                            + Runtime.version().feature() + " or older, with all that it needs in " + library() + ".",
                    e);
        }
        if (!type.isAssignableFrom(found)) {
            throw FarmException.badInput(
                    where + ": class " + className + " does not implement " + type.getName(),
                    "Name a class that does.");
        }
        return found.asSubclass(type);
    }

    private Class<?> load(String className) throws ClassNotFoundException, IOException {
        ClassLoader program = ClassFinder.class.getClassLoader();
        try {
            return Class.forName(className, false, program);
        } catch (ClassNotFoundException e) {
            List<URL> jars = jars();
            if (jars.isEmpty()) {
                throw e;
            }
            // Never closed: the class loads others through it for as long as the program runs.
            URLClassLoader library = new URLClassLoader(jars.toArray(URL[]::new), program);
            return Class.forName(className, false, library);
        }
    }

    private List<URL> jars() throws IOException {
        List<Path> paths = new ArrayList<>();
        if (Files.isDirectory(library())) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(library(), "*.jar")) {
                entries.forEach(paths::add);
            }
        }
        Collections.sort(paths);
        List<URL> urls = new ArrayList<>();
        for (Path path : paths) {
            access.check(path, "jar");
            urls.add(path.toUri().toURL());
        }
        return urls;
    }

    private FarmException notFound(String className, String where, Class<?> type) {
        int dot = className.lastIndexOf('.');
        String module = className.substring(0, Math.max(dot, 0)).replace('.', '/') + ".py";
        boolean python = dot > 0 && Files.exists(environment.workingDirectory().resolve(module));
        return FarmException.badInput(
                where + ": there is no class " + className + " in the program or in the jars in " + library()
                        + (python ? "; " + module + " is Python" : ""),
                "Correct the name, or put the jar that has the class there. A class that was written in Python for"
                        + " PyTaskFarmer has to be written again in Java (implementing " + type.getName()
                        + "); one that only puts a command around each line needs no class:"
                        + " see taskfarmer.tasks.CommandTaskList.");
    }

    private Path library() {
        return environment.home().resolve(".taskfarmer").resolve("lib");
    }
}
