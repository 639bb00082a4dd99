package taskfarmer.store;

/** What a farmer has to run tasks with, at the moment in which it claims some. */
public interface Means {
    /** Those of a farmer that can run anything, as many as it has slots for. */
    Means UNLIMITED = new Means() {
        @Override
        public boolean allow(Requirements requirements) {
            return true;
        }

        @Override
        public boolean take(Requirements requirements) {
            return true;
        }

        @Override
        public boolean isExhausted() {
            return false;
        }

        @Override
        public void passedOver(int task, Requirements requirements) {}
    };

    /** Returns whether this farmer may run such tasks at all, now or when more is free. */
    boolean allow(Requirements requirements);

    /** Takes what such a task needs from what is free; returns false, and takes nothing, if there is not enough. */
    boolean take(Requirements requirements);

    /** Returns whether there is nothing left for any task. */
    boolean isExhausted();

    /** Says that there was not enough for a task. Who has to hear that for too long keeps for it what becomes free. */
    void passedOver(int task, Requirements requirements);
}
