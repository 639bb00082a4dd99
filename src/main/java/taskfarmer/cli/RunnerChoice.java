package taskfarmer.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import taskfarmer.config.Definitions;
import taskfarmer.config.Environment;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.runners.Runner;
import taskfarmer.runners.Runners;

/**
 * The runners of a farm: the one of {@code --runner}, and those that tasks name, each made and checked the first time that it
 * is asked for. Safe for use by several threads.
 */
final class RunnerChoice implements Function<Optional<String>, Runner> {
    private final Definitions<Runner> definitions;
    private final Environment environment;
    private final String shell;
    private final Runner usual;
    private final Map<String, Runner> named = new ConcurrentHashMap<>();

    /**
     * Makes and checks the runner of tasks that name none.
     *
     * @param usual its name
     * @param shell the shell that commands are written for
     * @throws FarmException if there is no such runner, or this machine cannot run tasks in its way
     */
    RunnerChoice(Definitions<Runner> definitions, String usual, String shell, Environment environment) {
        this.definitions = definitions;
        this.shell = shell;
        this.environment = environment;
        this.usual = make(usual);
        named.put(usual, this.usual);
    }

    /**
     * Returns the runner for a task.
     *
     * @param name the name of the runner, if the task names one; bytes as characters
     * @throws FarmException if there is no such runner, or this machine cannot run tasks in its way
     */
    @Override
    public Runner apply(Optional<String> name) {
        return name.isEmpty()
                ? usual
                : named.computeIfAbsent(NativeText.text(name.get().getBytes(ISO_8859_1)), this::make);
    }

    /**
     * Refuses the name of a runner that no task could be run by; for those who read lists.
     *
     * @throws FarmException as {@link #apply}
     */
    void require(String name) {
        apply(Optional.of(name));
    }

    private Runner make(String name) {
        Runner runner = Runners.complete(definitions.create(name), definitions.extras(name), shell);
        runner.check(name, environment);
        return runner;
    }
}
