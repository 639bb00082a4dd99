package taskfarmer.cli;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.Enumeration;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;

/**
 * The classes of this program, all of them in memory: when a file server is not to be reached, it may be the one that the
 * jar lies on, and the classes that know what to do then would be read from it for the first time.
 */
final class OwnClasses {
    private static final String OWN = "taskfarmer/";
    private static final String SUFFIX = ".class";

    /** Short runs are over by then, and long ones have started their first tasks. */
    private static final long DELAY_SECONDS = 1;

    private OwnClasses() {}

    /** Loads all classes, a moment later, on a thread of its own. What fails is left as it is. */
    static void loadInBackground() {
        Thread thread = new Thread(
                () -> {
                    try {
                        TimeUnit.SECONDS.sleep(DELAY_SECONDS);
                        load();
                    } catch (IOException | URISyntaxException | ClassNotFoundException | LinkageError e) {
                        // They will be loaded when they are needed, as usual.
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "classes");
        thread.setDaemon(true);
        thread.start();
    }

    private static void load() throws IOException, URISyntaxException, ClassNotFoundException {
        CodeSource source = OwnClasses.class.getProtectionDomain().getCodeSource();
        Path jar = Path.of(source.getLocation().toURI());
        if (!Files.isRegularFile(jar)) {
            return;
        }
        try (JarFile file = new JarFile(jar.toFile())) {
            // No stream: its lambdas would be linked while tasks are running.
            for (Enumeration<JarEntry> entries = file.entries(); entries.hasMoreElements(); ) {
                String name = entries.nextElement().getName();
                if (name.startsWith(OWN) && name.endsWith(SUFFIX) && !name.endsWith("-info.class")) {
                    String type =
                            name.substring(0, name.length() - SUFFIX.length()).replace('/', '.');
                    Class.forName(type, false, OwnClasses.class.getClassLoader());
                }
            }
        }
    }
}
