package taskfarmer.cli;

import java.util.List;
import taskfarmer.config.Definition;
import taskfarmer.config.DefinitionFiles;
import taskfarmer.config.Definitions;
import taskfarmer.config.Environment;
import taskfarmer.config.Kind;
import taskfarmer.config.WriteAccess;
import taskfarmer.model.ExitStatus;

/** Prints the definitions of one kind: name, class, and the file that each comes from. */
final class DefinitionsListing {
    private DefinitionsListing() {}

    static ExitStatus print(Kind<?> kind, Environment environment, Output output) {
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
