package taskfarmer.runners;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import taskfarmer.config.Environment;
import taskfarmer.config.Key;
import taskfarmer.model.FarmException;
import taskfarmer.model.Invocation;
import taskfarmer.model.NativeText;

/**
 * A runner that starts each task inside a Shifter container.
 *
 * <pre>
 * shifter --image IMAGE [--workdir=DIR] [-VVOLUME]… [-mMODULE]… -- /bin/bash -c 'SETUP &amp;&amp; TASK'
 * </pre>
 *
 * <p>No shell of the host sees that: it is a list of arguments, the last of which is {@code SETUP && TASK}. A setup that
 * fails (its last command, as ever in the shell) stops the whole task, also one like {@code a; b}. {@code BASH_ENV} is
 * empty inside, so that the host's start-up file is not read in the container.
 */
public final class ShifterRunner implements ScriptRunner {
    private static final String PROGRAM = "shifter";

    private final List<byte[]> image;
    private final List<byte[]> mounts;
    private final SetupScript script;
    private final boolean tempdir;

    /**
     * Creates the runner for an image.
     *
     * @param image the image, such as {@code docker:ubuntu:22.04}
     * @param setup shell commands that prepare the container for the task; may be empty
     * @param volumes volume bindings, such as {@code /global/data:/data}
     * @param modules Shifter's modules, such as {@code cvmfs}
     * @param tempdir whether each attempt gets a temporary directory to start in
     */
    public ShifterRunner(
            @Key("image") String image,
            @Key(value = "setup", defaultValue = "") byte[] setup,
            @Key(value = "volumes", defaultValue = "") List<String> volumes,
            @Key(value = "modules", defaultValue = "") List<String> modules,
            @Key(value = "tempdir", defaultValue = "False") boolean tempdir) {
        this.image = List.of(bytes(PROGRAM), bytes("--image"), bytes(image));
        this.mounts = new ArrayList<>();
        for (String volume : volumes) {
            mounts.add(bytes("-V" + volume));
        }
        for (String module : modules) {
            mounts.add(bytes("-m" + module));
        }
        this.script = new SetupScript(setup);
        this.tempdir = tempdir;
    }

    @Override
    public void check(String name, Environment environment) {
        if (environment.findProgram(PROGRAM).isEmpty()) {
            throw FarmException.badInput(
                    "runner '" + name + "' needs the program 'shifter', which is not on PATH",
                    "Load it first (module load shifter), or run the tasks without a container: --runner default.");
        }
    }

    @Override
    public boolean usesTempDirectory() {
        return tempdir;
    }

    @Override
    public Invocation invocation(byte[] task, Context context) {
        List<byte[]> argv = new ArrayList<>(image);
        context.tempDirectory().ifPresent(directory -> argv.add(NativeText.bytes("--workdir=" + directory)));
        argv.addAll(mounts);
        argv.add(bytes("--"));
        argv.add(bytes("/bin/bash"));
        argv.add(bytes("-c"));
        argv.add(script.with(task));
        return new Invocation.Program(argv, Map.of("BASH_ENV", ""));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
