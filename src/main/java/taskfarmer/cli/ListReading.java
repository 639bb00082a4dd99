package taskfarmer.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import taskfarmer.config.Definitions;
import taskfarmer.history.Estimates;
import taskfarmer.model.Attribute;
import taskfarmer.model.Attributes;
import taskfarmer.model.FarmException;
import taskfarmer.model.Task;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Storage;
import taskfarmer.store.WorkDirectory;
import taskfarmer.tasks.TaskList;
import taskfarmer.tasks.TaskLists;
import taskfarmer.tasks.Terms;

/**
 * How lists are read: by a handler, and with what the user has settled for tasks that say nothing else. A task's own word
 * comes first, then what an earlier farm has shown of it, then options, then the handler's section.
 */
final class ListReading {
    /** The stage of the tasks before the first barrier. */
    private static final String FIRST_STAGE = "0";

    private final TaskList handler;
    private final Terms terms;
    private final Attributes defaults;
    private final Optional<WorkDirectory> earlier; // the farm to learn from
    private final Storage storage = new FileStorage();
    private final String word;

    private ListReading(
            TaskList handler, Terms terms, Attributes defaults, Optional<WorkDirectory> earlier, String word) {
        this.handler = handler;
        this.terms = terms;
        this.defaults = defaults;
        this.earlier = earlier;
        this.word = word;
    }

    /**
     * Finds out how lists are read.
     *
     * @param handlers where the handler is defined
     * @param handler its name
     * @param runners throws an exception if there is no runner of a name
     * @param shown paths for messages
     */
    static ListReading of(
            TaskOptions options, Definitions<TaskList> handlers, String handler, Consumer<String> runners, Shown shown)
            throws IOException {
        TaskList list = handlers.create(handler);
        Attributes defaults = options.defaults().or(TaskLists.defaults(handlers.extras(handler)));
        defaults.runner().ifPresent(runners);
        Optional<WorkDirectory> earlier = Optional.empty();
        if (options.estimates().isPresent()) {
            try {
                earlier = Optional.of(FarmArgument.directory(
                        new FileStorage(), options.estimates().get(), shown));
            } catch (FarmException e) {
                throw FarmException.badInput("--estimates: " + e.getMessage(), e.remedy(), e);
            }
        }
        Terms terms = new Terms(options.resources(), runners, () -> {});
        return new ListReading(list, terms, defaults, earlier, handlers.fingerprint(handler) + options.word());
    }

    /** Returns a word that changes when handler or settings do. */
    String word() {
        return word;
    }

    /** Returns what stands before the word of a barrier. */
    String barrierMark() {
        return handler.barrierMark();
    }

    /** Returns a task that asks for what is settled for all. */
    Task complete(Task task) throws IOException {
        return new Completion(false).complete(task);
    }

    /**
     * Reads a list to its end.
     *
     * @param staged whether the list has a barrier
     * @param barriers is told of each barrier
     */
    void read(InputStream list, String name, boolean staged, Runnable barriers, Consumer<Task> tasks)
            throws IOException {
        Completion completion = new Completion(staged);
        handler.under(terms.withBarriers(barriers)).read(list, name, task -> tasks.accept(completion.complete(task)));
    }

    /** Returns whether a list has a barrier; it is read up to there, or to its end. */
    boolean findsBarrier(InputStream list, String name) throws IOException {
        Runnable found = () -> {
            throw new Found();
        };
        try {
            handler.under(terms.withBarriers(found)).read(list, name, task -> {});
            return false;
        } catch (Found e) {
            return true;
        }
    }

    /** Ends the reading when all is known. */
    private static final class Found extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Found() {
            super(null, null, false, false);
        }
    }

    /** The adding of what is settled to what tasks ask for themselves. */
    private final class Completion {
        private final boolean staged;
        private final @Nullable Estimates estimates;
        private final Map<Long, Attributes> byEstimate = new HashMap<>();
        private Attributes lastOwn = Attributes.NONE;
        private Attributes last;

        Completion(boolean staged) throws IOException {
            this.staged = staged;
            this.estimates = earlier.isEmpty() ? null : Estimates.of(storage, earlier.get());
            this.last = complete(Attributes.NONE, Attributes.NONE);
        }

        /** Returns the task with all that it asks for; many tasks in a row share one object for that. */
        @SuppressWarnings(
                "ReferenceEquality") // the same object, or it is put together anew: what is equal comes out equal
        Task complete(Task task) {
            Attributes own = task.attributes();
            Attributes all;
            if (estimates != null && !own.values().containsKey(Attribute.ESTIMATE.key())) {
                OptionalLong millis = estimates.millis(task.command());
                all = complete(own, millis.isEmpty() ? Attributes.NONE : estimate(millis.getAsLong()));
            } else if (own == lastOwn) {
                all = last;
            } else {
                all = complete(own, Attributes.NONE);
                lastOwn = own;
                last = all;
            }
            return all == own ? task : new Task(task.command(), all);
        }

        private Attributes complete(Attributes own, Attributes learnt) {
            Attributes first = staged && own.stage().isEmpty() ? own.inStage(FIRST_STAGE) : own;
            return first.or(learnt).or(defaults).settled();
        }

        private Attributes estimate(long millis) {
            return byEstimate.computeIfAbsent(
                    millis,
                    some -> Attributes.NONE.with(
                            Attribute.ESTIMATE.key(), some / 1000 + "." + String.format("%03d", some % 1000)));
        }
    }
}
