package taskfarmer.cli;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.Environment;
import taskfarmer.farm.Stop;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;

/** {@code taskfarmer completion}: has a shell complete what is typed after the program's name. */
final class CompletionCommand implements Subcommand {
    private final Environment environment;
    private final Stop stop;
    private final Output output;

    CompletionCommand(Environment environment, Stop stop, Output output) {
        this.environment = environment;
        this.stop = stop;
        this.output = output;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = Specs.of("completion", "bash|zsh|fish");
        return spec;
    }

    @Override
    public ExitStatus run(ParseResult given) throws IOException, InterruptedException {
        List<String> arguments = Subcommand.positionals(given);
        Map<String, CommandSpec> specs = new LinkedHashMap<>();
        for (String name : Commands.NAMES) {
            specs.put(
                    name,
                    Commands.find(name, environment, stop, output).orElseThrow().spec());
        }
        String installation = environment.installation().map(NativeText::text).orElse("");
        CompletionScript script = new CompletionScript(specs, installation);
        switch (arguments.size() == 1 ? arguments.get(0) : "") {
            case "bash" -> output.deliver(script.bash(), stop::isAsked);
            case "zsh" -> output.deliver(script.zsh(), stop::isAsked);
            case "fish" -> output.deliver(script.fish(), stop::isAsked);
            default ->
                throw FarmException.badInput(
                        arguments.isEmpty()
                                ? "for which shell? None was named"
                                : "there is no completion for '" + String.join(" ", arguments) + "'",
                        "Name one: bash, zsh or fish. " + Help.hint("completion"));
        }
        return ExitStatus.DONE;
    }
}
