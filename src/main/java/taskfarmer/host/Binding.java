package taskfarmer.host;

import java.nio.file.Path;
import java.util.List;
import taskfarmer.config.Environment;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;

/** What is put before a command so that the kernel runs it on the cores of its share and on no others: {@code taskset(1)}. */
public final class Binding {
    private final String taskset;

    private Binding(String taskset) {
        this.taskset = taskset;
    }

    /**
     * Makes sure that tasks can be bound here.
     *
     * @throws FarmException if they cannot: it is not known which cores are whose, or {@code taskset} is missing
     */
    public static Binding of(Capacity capacity, Environment environment) {
        capacity.unbindable().ifPresent(reason -> {
            throw FarmException.badInput(
                    "--bind: " + reason,
                    "Leave --bind out, or state no more cores than there are (--resources), or have the batch system bind"
                            + " this job to its CPUs (srun --cpu-bind=cores).");
        });
        Path found = environment
                .findProgram("taskset")
                .orElseThrow(() -> FarmException.badInput(
                        "--bind: there is no taskset on PATH", "It is part of util-linux. Or leave --bind out."));
        return new Binding(NativeText.text(found.toAbsolutePath()));
    }

    /** Returns the words to put before a command; none if the share has no cores. */
    public List<String> prefix(Share share) {
        return share.cores().isEmpty() ? List.of() : List.of(taskset, "-c", CpuList.show(share.cores()));
    }
}
