package taskfarmer.runners;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import taskfarmer.config.Environment;
import taskfarmer.config.Key;
import taskfarmer.model.Attributes;
import taskfarmer.model.FarmException;
import taskfarmer.model.Invocation;
import taskfarmer.model.NativeText;
import taskfarmer.model.Resources;

/**
 * A runner that makes each task a job step of Slurm, within the job that the farmer is in: for programs that use MPI, for tasks
 * on all nodes of a job, and for limits that Slurm itself enforces.
 *
 * <pre>
 * srun --job-name=NAME --export=ALL,TASKFARMER_FARMER=FARMER -N1 -n1 --exact -cCORES --mem=MEMORY --gres=gpu:GPUS --quiet
 *     [--input=none] [--kill-on-bad-exit=1] [--mpi=TYPE] [OPTION]… bash -c TASK
 * </pre>
 *
 * <p>Cores, memory and GPUs are those that the task asks for, divided among the step's processes and nodes; without any, it is
 * one core for each process, as much memory as it likes ({@code --mem=0}: otherwise the first step would take all that the
 * job has), and no GPU ({@code --gres=none}). A step that does not fit in what other steps have left waits for them.
 *
 * <p>See {@code step.sh} for what stands between: it hands signals on to the step, and ends the step with the task.
 */
public final class SrunRunner implements ScriptRunner {
    private static final String AS_CORES = "cores";
    private static final SetupScript NO_SETUP = new SetupScript(new byte[0]);

    private final int processes; // 0: as many as the task has cores
    private final int nodes;
    private final String mpi;
    private final List<String> options;
    private final String shell;
    private final HostScript host;

    /**
     * Creates it.
     *
     * @param ntasks how many processes a step has, each of which runs the command; {@code cores}: as many as the task has cores
     * @param nodes how many nodes a step takes
     * @param mpi the kind of MPI, for {@code --mpi}; empty: as Slurm is configured
     * @param options further words for srun, put before the command
     * @param shell the shell that runs the command
     */
    public SrunRunner(
            @Key(value = "ntasks", defaultValue = "1") String ntasks,
            @Key(value = "nodes", defaultValue = "1") int nodes,
            @Key(value = "mpi", defaultValue = "") String mpi,
            @Key(value = "options", defaultValue = "") List<String> options,
            @Key(value = "shell", defaultValue = "bash") String shell) {
        if (!ntasks.equals(AS_CORES) && !ntasks.matches("[1-9][0-9]{0,6}")) {
            throw FarmException.badInput("key 'ntasks' is '" + ntasks + "'", "It has to be a number, or cores.");
        }
        if (nodes < 1) {
            throw FarmException.badInput("key 'nodes' is '" + nodes + "'", "It has to be 1 or more.");
        }
        this.processes = ntasks.equals(AS_CORES) ? 0 : Integer.parseInt(ntasks);
        this.nodes = nodes;
        this.mpi = mpi;
        this.options = options;
        this.shell = shell;
        host = new HostScript("step.sh", "taskfarmer-srun");
    }

    @Override
    public void check(String name, Environment environment) {
        if (environment.variable("SLURM_JOB_ID").isEmpty()) {
            throw FarmException.badInput(
                    "runner '" + name
                            + "' makes job steps of Slurm, and this is no job of Slurm (SLURM_JOB_ID is not set)",
                    "Start it in a job (sbatch, salloc), or run the tasks without Slurm: --runner default.");
        }
        for (String program : List.of("srun", "squeue", "scancel")) {
            if (environment.findProgram(program).isEmpty()) {
                throw FarmException.badInput(
                        "runner '" + name + "' needs the program '" + program + "', which is not on PATH",
                        "Add the directory of Slurm's programs to PATH, or run the tasks without Slurm: --runner default.");
            }
        }
    }

    @Override
    public Invocation invocation(byte[] script, Context context) {
        Attributes attributes = context.task().attributes();
        Resources resources = attributes.resources();
        long cores = Math.max(1, whole(resources.amount(Resources.CORES), Resources.UNIT));
        long count = Math.max(nodes, processes == 0 ? cores : processes);
        List<String> words = new ArrayList<>();
        words.add("-N" + nodes);
        words.add("-n" + count);
        words.add("--exact");
        words.add("-c" + Math.max(1, cores / count));
        words.add("--mem=" + memory(resources.amount(Resources.MEMORY)));
        words.add("--gres=" + gpus(whole(resources.amount(Resources.GPUS), Resources.UNIT)));
        words.add("--quiet");
        if (attributes.stdin().isEmpty()) {
            words.add("--input=none");
        }
        if (count > 1) {
            words.add("--kill-on-bad-exit=1"); // the others would wait for one that has failed
        }
        if (!mpi.isEmpty()) {
            words.add("--mpi=" + mpi);
        }
        words.addAll(options);
        words.addAll(List.of(shell, "-c"));
        List<byte[]> argv = host.argv();
        words.forEach(word -> argv.add(NativeText.bytes(word)));
        argv.add(NO_SETUP.with(script));
        return new Invocation.Program(argv, Map.of());
    }

    /** Slurm counts memory in MiB a node. */
    private String memory(long bytes) {
        return bytes == 0 ? "0" : whole(whole(bytes, nodes), 1 << 20) + "M";
    }

    /** Slurm counts GPUs a node, and knows no halves. */
    private String gpus(long gpus) {
        return gpus == 0 ? "none" : "gpu:" + whole(gpus, nodes);
    }

    private static long whole(long amount, long unit) {
        return (amount + unit - 1) / unit;
    }
}
