package taskfarmer.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;
import taskfarmer.config.Definition;
import taskfarmer.config.DefinitionFiles;
import taskfarmer.config.Definitions;
import taskfarmer.config.Environment;
import taskfarmer.config.Kind;
import taskfarmer.config.WriteAccess;
import taskfarmer.model.ExitStatus;

/** {@code taskfarmer runners} and {@code taskfarmer tasklists}: what can be chosen by name, and which file defines it. */
final class DefinitionsCommand implements Subcommand {
    private final Kind<?> kind;
    private final Environment environment;
    private final Output output;

    DefinitionsCommand(Kind<?> kind, Environment environment, Output output) {
        this.kind = kind;
        this.environment = environment;
        this.output = output;
    }

    @Override
    public CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name("taskfarmer");
        spec.addOption(OptionSpec.builder("-h", "--help").usageHelp(true).build());
        return spec;
    }

    @Override
    public ExitStatus run(ParseResult given) {
        WriteAccess access = new WriteAccess(false, environment.uid(), output::warning);
        DefinitionFiles files = DefinitionFiles.find(environment, output::warning);
        List<Definition> all = new Definitions<>(kind, files, environment, access).list(output::warning);
        int name = "NAME".length();
        int type = "CLASS".length();
        for (Definition definition : all) {
            name = Math.max(name, definition.name().length());
            type = Math.max(type, definition.className().length());
        }
        output.line(pad("NAME", name) + "  " + pad("CLASS", type) + "  FROM");
        for (Definition definition : all) {
            String from = definition.file().map(Object::toString).orElse("built in");
            output.line(pad(definition.name(), name) + "  " + pad(definition.className(), type) + "  " + from
                    + (definition.overridden() ? "  (overridden below)" : ""));
        }
        output.line("");
        output.line("Looked in, later ones win:");
        files.directories().forEach(directory -> output.line("  " + directory));
        return ExitStatus.DONE;
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
