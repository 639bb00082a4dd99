package taskfarmer.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import taskfarmer.config.Environment;
import taskfarmer.model.Spelling;

/** The environment variables whose names begin with {@code TASKFARMER_}: one that means nothing is a slip of the user's. */
final class Variables {
    private static final String PREFIX = "TASKFARMER_";

    /** What tasks and hooks are told, what the launcher reads and says, and what installations of programs are used to set. */
    private static final Set<String> OTHERS = Set.of(
            "TASK_ID",
            "ATTEMPT",
            "SLOT",
            "FARMER",
            "FARMER_NUMBER",
            "HOST",
            "JOB",
            "CPUS",
            "GPUS",
            "MEM",
            "SHARE",
            "LEDGER_DIR",
            "LIST",
            "EVENT",
            "EXIT_STATUS",
            "TOTAL",
            "FINISHED",
            "FAILED",
            "CANCELLED",
            "LEFT",
            "SECONDS",
            "REASON",
            "LOG",
            "COMMAND",
            "JAVA_OPTS",
            "USER_LC_ALL",
            "HOME",
            "ROOT",
            "DIR",
            "PREFIX",
            "VERSION");

    private Variables() {}

    /** Warns of variables that no option and nothing else is called by, unless this is inside a task. */
    static void check(Environment environment, Consumer<String> warning) {
        if (environment.variable("TASKFARMER_TASK_ID").isPresent()) {
            return;
        }
        for (Map.Entry<String, String> variable : environment.variables().entrySet()) {
            String name = variable.getKey();
            if (name.startsWith(PREFIX) && !variable.getValue().isEmpty() && !isKnown(name)) {
                Optional<String> meant = Spelling.nearest(name, options());
                warning.accept("the environment variable " + name + " means nothing"
                        + meant.map(other -> ": did you mean " + other + "?").orElse(" to taskfarmer"));
            }
        }
    }

    /** Returns whether a variable means something. */
    static boolean isKnown(String name) {
        return OTHERS.contains(name.substring(PREFIX.length())) || options().contains(name);
    }

    private static List<String> options() {
        List<String> names = new ArrayList<>();
        for (String option : RunCommand.VALUES.keySet()) {
            names.add(variable(option));
        }
        for (String option : RunCommand.FLAGS.keySet()) {
            names.add(variable(option));
        }
        return names;
    }

    private static String variable(String option) {
        return PREFIX + option.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
