package taskfarmer.runners;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import taskfarmer.config.Environment;
import taskfarmer.model.Command;
import taskfarmer.model.Invocation;
import taskfarmer.model.Task;

/** A runner with the options that every runner may have. */
final class WrappedRunner implements Runner {
    private static final byte[] ARGUMENTS = bytes("exec \"$@\"");

    private final Runner runner;
    private final Wrapping wrapping;
    private final String shell;

    /**
     * Creates it.
     *
     * @param runner the runner without these options
     * @param shell the shell that commands are written for
     */
    WrappedRunner(Runner runner, Wrapping wrapping, String shell) {
        this.runner = runner;
        this.wrapping = wrapping;
        this.shell = shell;
    }

    @Override
    public void check(String name, Environment environment) {
        runner.check(name, environment);
    }

    @Override
    public boolean usesTempDirectory() {
        return runner.usesTempDirectory();
    }

    @Override
    public Invocation invocation(Command command, Optional<Path> tempDirectory) {
        return invocation(new Context(Task.of(command), 0, 1, tempDirectory));
    }

    @Override
    public Invocation invocation(Context context) {
        Set<String> ofTask = context.task().attributes().environment().keySet();
        if (runner instanceof ScriptRunner elsewhere) {
            byte[] task = context.task().command().bytes();
            return elsewhere.invocation(wrapping.around(task, ofTask), context);
        }
        Invocation inner = runner.invocation(context);
        if (inner instanceof Invocation.Shell line) {
            byte[] script = wrapping.around(line.command().bytes(), ofTask);
            return new Invocation.Program(List.of(bytes(shell), bytes("-c"), script), Map.of());
        }
        Invocation.Program program = (Invocation.Program) inner;
        List<byte[]> argv = new ArrayList<>();
        argv.add(bytes("bash"));
        argv.add(bytes("-c"));
        argv.add(wrapping.around(ARGUMENTS, ofTask));
        argv.add(bytes("taskfarmer"));
        argv.addAll(program.argv());
        return new Invocation.Program(argv, program.environment());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
