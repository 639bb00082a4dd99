package taskfarmer.runners;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import taskfarmer.config.Definitions;
import taskfarmer.config.Extra;
import taskfarmer.config.Kind;
import taskfarmer.model.FarmException;

/** What a definition has to look like to be one of a runner. */
public final class Runners {
    private Runners() {}

    /** Returns the kind of definition that makes a {@link Runner}: {@code Runner = CLASS}, in {@code runners.d/}. */
    public static Kind<Runner> kind() {
        return new Kind<>(
                "Runner",
                "runner",
                Runner.class,
                new TreeMap<>(Map.of(Definitions.DEFAULT, new BasicRunner())),
                List.of("pre", "post", "path", "modules", "env.NAME"));
    }

    /**
     * Returns the runner of a definition.
     *
     * @param made what its class makes
     * @param extras what it says besides, for a runner of whatever class
     * @param shell the shell that commands are written for, as a name or path
     * @throws FarmException if a value is wrong
     */
    public static Runner complete(Runner made, List<Extra> extras, String shell) {
        if (extras.isEmpty()) {
            return made;
        }
        SortedMap<String, String> values = new TreeMap<>();
        for (Extra extra : extras) {
            try {
                Wrapping.check(extra.key(), extra.value());
            } catch (FarmException e) {
                throw FarmException.badInput(extra.where() + ": " + e.getMessage(), e.remedy(), e);
            }
            values.put(extra.key(), extra.value());
        }
        Wrapping wrapping = Wrapping.of(values);
        return wrapping.isEmpty() ? made : new WrappedRunner(made, wrapping, shell);
    }
}
