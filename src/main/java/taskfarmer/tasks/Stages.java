package taskfarmer.tasks;

import taskfarmer.model.Attributes;

/** The parts that barriers divide a list into, while it is read. */
final class Stages {
    private final Runnable barriers;
    private int stage;
    private boolean checked; // whether the tasks of this stage run only if those before ended well
    private boolean stood; // whether a task stood since the last barrier

    /**
     * Starts with the first one.
     *
     * @param barriers is told of each barrier
     */
    Stages(Runnable barriers) {
        this.barriers = barriers;
    }

    /**
     * Takes a barrier.
     *
     * @param check whether those before it have to end well
     */
    void barrier(boolean check) {
        if (stood) {
            stage++;
            checked = false;
            stood = false;
        }
        checked |= check && stage > 0;
        barriers.run();
    }

    /** Takes note of a task. */
    void task() {
        stood = true;
    }

    boolean isFirst() {
        return stage == 0;
    }

    /** Returns what a task asks for, with the part that it stands in. */
    Attributes place(Attributes attributes) {
        return stage == 0 ? attributes : attributes.inStage(stage + (checked ? "!" : ""));
    }
}
