package taskfarmer.tasks;

/** Some of the values that a variable takes, one after the other; not held as a whole if there may be many. */
interface SweepValues {
    /** Returns how many they are. */
    long count();

    /** Returns one of them, by its number from 0. */
    String value(long index);

    /** Returns a single value. */
    static SweepValues of(String value) {
        return new Single(value);
    }

    /** One value, as it stands. */
    record Single(String text) implements SweepValues {
        @Override
        public long count() {
            return 1;
        }

        @Override
        public String value(long index) {
            return text;
        }
    }
}
