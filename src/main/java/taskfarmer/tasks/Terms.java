package taskfarmer.tasks;

import java.util.Set;
import java.util.function.Consumer;

/**
 * What the words of a list may refer to in this run.
 *
 * @param resources the names of the resources that this run was told of, besides those that every node has
 * @param runners is asked about each name of a runner, once; throws a {@link taskfarmer.model.FarmException} if there is
 *     no such runner
 * @param barriers is told of each barrier, when it is read
 */
public record Terms(Set<String> resources, Consumer<String> runners, Runnable barriers) {
    /** No other resources than those that every node has, any runner, and nobody cares for barriers. */
    public static final Terms NONE = new Terms(Set.of(), runner -> {}, () -> {});

    /** Returns the same with somebody else who is told of barriers. */
    public Terms withBarriers(Runnable other) {
        return new Terms(resources, runners, other);
    }
}
