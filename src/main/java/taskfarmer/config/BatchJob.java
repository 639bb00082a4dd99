package taskfarmer.config;

/**
 * Where in a batch system a process runs, as far as the environment tells: the job, the step and the node.
 *
 * <p>Known from Slurm's variables ({@code srun(1)} and {@code sbatch(1)}, "OUTPUT ENVIRONMENT VARIABLES"). What is not known is {@code -}.
 *
 * @param id the job as people name it: {@code 1234}, or {@code 1234_7} for task 7 of an array
 * @param step the number of the step within the job; {@code -} in a batch script, outside of {@code srun}
 * @param node the node's name, which need not be its host name
 */
public record BatchJob(String id, String step, String node) {
    /** No batch job. */
    public static final BatchJob NONE = new BatchJob("-", "-", "-");

    private static final String UNKNOWN = "-";
    private static final int LONGEST = 64;

    /** Reads the environment. */
    public static BatchJob of(Environment environment) {
        String job = word(environment, "SLURM_JOB_ID");
        if (job.equals(UNKNOWN)) {
            return NONE;
        }
        String array = word(environment, "SLURM_ARRAY_JOB_ID");
        String index = word(environment, "SLURM_ARRAY_TASK_ID");
        boolean isArray = !array.equals(UNKNOWN) && !index.equals(UNKNOWN);
        return new BatchJob(
                isArray ? array + '_' + index : job,
                word(environment, "SLURM_STEP_ID"),
                word(environment, "SLURMD_NODENAME"));
    }

    /** Returns whether this process is one of several that a step runs. */
    public static boolean isStepOfSeveral(Environment environment) {
        return !word(environment, "SLURM_STEP_ID").equals(UNKNOWN) && number(environment, "SLURM_STEP_NUM_TASKS") > 1;
    }

    /** Returns whether this process is one of several that a step runs on several nodes. */
    public static boolean isStepOfSeveralNodes(Environment environment) {
        return isStepOfSeveral(environment) && number(environment, "SLURM_STEP_NUM_NODES") > 1;
    }

    /** Returns whether this process runs in a batch job. */
    public boolean isKnown() {
        return !id.equals(UNKNOWN);
    }

    /** Returns job and step in Slurm's notation: {@code 1234_7.0}, or {@code 1234_7} without a step. */
    public String label() {
        return step.equals(UNKNOWN) ? id : id + '.' + step;
    }

    private static int number(Environment environment, String name) {
        try {
            return Integer.parseInt(environment.variable(name).orElse("0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    /** Returns a variable as one plain word, because it becomes one of the journal's. */
    private static String word(Environment environment, String name) {
        String text = environment.variable(name).orElse(UNKNOWN);
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < Math.min(text.length(), LONGEST); i++) {
            char c = text.charAt(i);
            word.append(c > ' ' && c < 127 ? c : '_');
        }
        return word.toString();
    }
}
