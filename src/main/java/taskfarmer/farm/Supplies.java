package taskfarmer.farm;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import taskfarmer.model.Resources;
import taskfarmer.store.Requirements;

/** What the farmer's node has for tasks, as far as it is counted. Safe for use by several threads. */
public interface Supplies {
    /** Nothing is counted: there is something for every slot. */
    Supplies UNCOUNTED = new Supplies() {
        @Override
        public void count() {}

        @Override
        public boolean areCounted() {
            return false;
        }

        @Override
        public Resources all() {
            return Resources.NONE;
        }

        @Override
        public Resources free() {
            return Resources.NONE;
        }

        @Override
        public Predicate<Resources> stock() {
            return demand -> true;
        }

        @Override
        public boolean refresh() {
            return false;
        }

        @Override
        public Optional<Portion> take(Requirements requirements, String label) {
            return Optional.of(Portion.NONE);
        }
    };

    /**
     * What a task has been given.
     *
     * @param environment what tells it so
     * @param prefix words before its command that keep it to that
     * @param release gives it back; to be called once
     */
    record Portion(SortedMap<String, String> environment, List<String> prefix, Runnable release) {
        static final Portion NONE = new Portion(new TreeMap<>(), List.of(), () -> {});
    }

    /** Has them counted from now on: some task has named a resource. */
    void count();

    /** Returns whether tasks are given only what is free. */
    boolean areCounted();

    /** Returns all that there is. */
    Resources all();

    /** Returns what was free when it was looked at last. */
    Resources free();

    /**
     * Returns what was free when it was looked at last, for trying what fits: each demand that it accepts is less for the next one.
     */
    Predicate<Resources> stock();

    /** Looks whether others have given something back; returns whether more is free than before. */
    boolean refresh() throws IOException;

    /**
     * Takes what a task needs.
     *
     * @param label what it is for, for people
     * @return nothing if there is not enough
     */
    Optional<Portion> take(Requirements requirements, String label) throws IOException;
}
