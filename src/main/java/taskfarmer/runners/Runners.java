package taskfarmer.runners;

import taskfarmer.config.Kind;

/** What a definition has to look like to be one of a runner. */
public final class Runners {
    private Runners() {}

    /** Returns the kind of definition that makes a {@link Runner}: {@code Runner = CLASS}, in {@code runners.d/}. */
    public static Kind<Runner> kind() {
        return new Kind<>("Runner", "runner", Runner.class, new BasicRunner());
    }
}
