package taskfarmer.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import taskfarmer.config.Environment;
import taskfarmer.process.Shells;

/** What a farm needs of the node itself: Java and a few programs. */
final class Machine {
    private static final int OLDEST_JAVA = 17;
    private static final long SMALL_HEAP = 128L << 20;

    private final Environment environment;

    Machine(Environment environment) {
        this.environment = environment;
    }

    void java(Consumer<Finding> findings) {
        long heap = Runtime.getRuntime().maxMemory();
        String text = "Java " + System.getProperty("java.version", "of an unknown version") + " in "
                + System.getProperty("java.home", "an unknown directory") + ", with at most " + (heap >> 20)
                + " MiB of heap";
        if (Runtime.version().feature() < OLDEST_JAVA) {
            findings.accept(Finding.failure(text, "Load Java " + OLDEST_JAVA + " or newer, or set JAVA_HOME."));
        } else if (heap < SMALL_HEAP) {
            findings.accept(Finding.warning(
                    text + ": little for long lists",
                    "Allow more: TASKFARMER_JAVA_OPTS=-Xmx512m, or java -Xmx512m -jar."));
        } else {
            findings.accept(Finding.ok(text));
        }
    }

    void processors(int slots, Consumer<Finding> findings) {
        int usable = Runtime.getRuntime().availableProcessors();
        String text = usable == 1 ? "1 processor is usable" : usable + " processors are usable";
        findings.accept(
                slots <= usable
                        ? Finding.ok(text)
                        : Finding.warning(
                                text + " here, for " + slots + " slots",
                                "Is this the node that the farm will run on? In a batch job, ask for as many CPUs as slots (srun"
                                        + " --cpus-per-task)."));
    }

    void locale(Consumer<Finding> findings) {
        String charset = System.getProperty("sun.jnu.encoding", "UTF-8");
        findings.accept(
                charset.equalsIgnoreCase("UTF-8")
                        ? Finding.ok("file names are UTF-8")
                        : Finding.warning(
                                "in this locale, Java takes file names for " + charset
                                        + " and opens only those in ASCII",
                                "Set LC_ALL=C.UTF-8, or start the program by the script ./taskfarmer, which does so."));
    }

    void programs(Consumer<Finding> findings) throws IOException, InterruptedException {
        Shells shells = Shells.find(environment, "bash");
        List<String> argv =
                List.of(shells.setsid().toString(), shells.bash().toString(), "-c", "printf %s \"$BASH_VERSION\"");
        String version = Tool.run(argv, new byte[0]);
        findings.accept(
                Finding.ok("bash " + version + " (" + shells.bash() + ") and setsid (" + shells.setsid() + ") run"));
        Path keeper = Path.of(shells.coShell().get(0));
        if (!keeper.equals(shells.bash())) {
            findings.accept(Finding.ok("dash (" + keeper + ") starts the tasks"));
        } else {
            findings.accept(Finding.ok("bash starts the tasks, "
                    + (environment.findProgram("dash").isPresent()
                            ? "because the environment holds exported functions or the like"
                            : "because there is no dash on PATH")
                    + "; dash would start more of them a second"));
        }
    }
}
