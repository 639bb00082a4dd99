package taskfarmer.runners;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import taskfarmer.config.Environment;
import taskfarmer.config.Key;
import taskfarmer.model.FarmException;
import taskfarmer.model.Invocation;
import taskfarmer.model.NativeText;

/**
 * A runner that starts each task in a container of its own.
 *
 * <p>Apptainer and Singularity are called like this:
 *
 * <pre>
 * apptainer exec --bind HERE --pwd HERE [--bind VOLUME]… [--nv|--rocm] [OPTION]… IMAGE /bin/bash -c 'SETUP &amp;&amp; TASK'
 * </pre>
 *
 * and Docker and Podman like that, where {@code --user} is for Docker only:
 *
 * <pre>
 * docker run --rm --init --name NAME --mount type=bind,source=HERE,target=HERE --workdir HERE --user UID:GID
 *     [--volume VOLUME]… [--gpus all] --env TINI_KILL_PROCESS_GROUP=1 --env TASKFARMER_TASK_ID [--env …]…
 *     [--interactive] [OPTION]… --entrypoint /bin/bash IMAGE -c 'SETUP &amp;&amp; TASK'
 * </pre>
 *
 * <p>{@code HERE} is the directory that the task starts in; it is mounted, and the task starts there, unless {@code workdir}
 * names another one inside, or {@code tempdir} has the attempt's temporary directory take its place. The variables of
 * the task are those inside: what the farmer sets, and what the task itself asks for. No shell of the host reads the task.
 *
 * <p>See {@code container.sh} for what stands between: it ends the container with the task, however that is ended.
 */
public final class ContainerRunner implements ScriptRunner {
    /** What the farmer sets for tasks. */
    private static final List<String> VARIABLES = List.of(
            "CUDA_VISIBLE_DEVICES",
            "OMP_NUM_THREADS",
            "PROC_NUMBER",
            "ROCR_VISIBLE_DEVICES",
            "TASKFARMER_ATTEMPT",
            "TASKFARMER_CPUS",
            "TASKFARMER_FARMER",
            "TASKFARMER_JOB",
            "TASKFARMER_SLOT",
            "TASKFARMER_TASK_DIR",
            "TASKFARMER_TASK_ID",
            "TASKFARMER_WORKDIR",
            "WM_PROCESS_ID",
            "WM_PROCESS_INDEX");

    private final ContainerEngine engine;
    private final String image;
    private final String shell;
    private final SetupScript setup;
    private final String workdir;
    private final boolean tempdir;
    private final List<String> before = new ArrayList<>();
    private final List<String> options;
    private final HostScript host;

    /**
     * Creates the runner for an image.
     *
     * @param image the image, as the engine knows it: {@code docker://ubuntu:22.04}, {@code my.sif}
     * @param engine {@code apptainer}, {@code singularity}, {@code podman-hpc}, {@code podman} or {@code docker}
     * @param setup shell commands that prepare the container for the task; may be empty
     * @param volumes directories to mount, such as {@code /global/data:/data}
     * @param options further words for the engine, put before the image
     * @param workdir the directory inside to start in; empty: where the task starts outside
     * @param tempdir whether each attempt gets a temporary directory to start in
     * @param gpus {@code nvidia}, {@code amd} or {@code none}
     * @param shell the shell inside, by its path
     */
    public ContainerRunner(
            @Key("image") String image,
            @Key("engine") String engine,
            @Key(value = "setup", defaultValue = "") byte[] setup,
            @Key(value = "volumes", defaultValue = "") List<String> volumes,
            @Key(value = "options", defaultValue = "") List<String> options,
            @Key(value = "workdir", defaultValue = "") String workdir,
            @Key(value = "tempdir", defaultValue = "False") boolean tempdir,
            @Key(value = "gpus", defaultValue = "none") String gpus,
            @Key(value = "shell", defaultValue = "/bin/bash") String shell) {
        this.engine = ContainerEngine.of(engine);
        this.image = image;
        this.shell = shell;
        this.setup = new SetupScript(setup);
        this.workdir = workdir;
        this.tempdir = tempdir;
        this.options = options;
        before.addAll(this.engine.user());
        before.addAll(this.engine.volumes(volumes));
        before.addAll(this.engine.gpus(gpus));
        host = new HostScript("container.sh", "taskfarmer-container");
    }

    @Override
    public void check(String name, Environment environment) {
        if (environment.findProgram(engine.program()).isEmpty()) {
            throw FarmException.badInput(
                    "runner '" + name + "' needs the program '" + engine.program() + "', which is not on PATH",
                    "Load or install it first, or run the tasks without a container: --runner default.");
        }
    }

    @Override
    public boolean usesTempDirectory() {
        return tempdir;
    }

    @Override
    public Invocation invocation(byte[] script, Context context) {
        Set<String> variables = new TreeSet<>(VARIABLES);
        variables.addAll(context.task().attributes().environment().keySet());
        List<byte[]> argv = host.argv();
        String directory = workdir;
        List<String> words = new ArrayList<>(before);
        if (context.tempDirectory().isPresent()) {
            String temporary = NativeText.text(context.tempDirectory().get());
            directory = workdir.isEmpty() ? temporary : workdir;
            words.addAll(engine.mount(temporary, directory));
        }
        argv.add(bytes(engine.program()));
        argv.add(NativeText.bytes(directory));
        argv.add(bytes(String.join(" ", variables)));
        words.addAll(engine.variables(variables));
        if (!engine.keepsProcesses() && context.task().attributes().stdin().isPresent()) {
            words.add("--interactive");
        }
        words.addAll(options);
        words.addAll(engine.keepsProcesses() ? List.of(image, shell) : List.of("--entrypoint", shell, image));
        words.forEach(word -> argv.add(NativeText.bytes(word)));
        argv.add(bytes("-c"));
        argv.add(setup.with(script));
        return new Invocation.Program(argv, Map.of("BASH_ENV", "")); // a file of the host
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
