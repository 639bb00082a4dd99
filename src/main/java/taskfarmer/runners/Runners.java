package taskfarmer.runners;

import java.util.Optional;
import taskfarmer.config.Kind;

/** What a definition has to look like to be one of a runner. */
public final class Runners {
    private Runners() {}

    /** Returns the same for commands that bash is to run. */
    public static Kind<Runner> kind() {
        return kind("bash");
    }

    /**
     * Returns the kind of definition that makes a {@link Runner}: {@code Runner = CLASS}, in {@code runners.d/}.
     *
     * @param shell the shell that commands are written for, as a name or path
     */
    public static Kind<Runner> kind(String shell) {
        return new Kind<>("Runner", "runner", Runner.class, new BasicRunner(), Optional.of(Wrapping.extension(shell)));
    }
}
