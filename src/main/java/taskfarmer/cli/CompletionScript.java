package taskfarmer.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import taskfarmer.history.TaskState;
import taskfarmer.tasks.TaskLists;

/**
 * What makes a shell complete commands, options and values: a text that knows all of them, so that no TAB waits for a JVM.
 *
 * <p>What an option takes follows from its label: {@code FILE} is a file, {@code DIR} a directory.
 */
final class CompletionScript {
    private final Map<String, CommandSpec> specs;
    private final String installation;

    /**
     * Returns the script for commands.
     *
     * @param specs by the names of the commands, in the order in which they are shown
     * @param installation where the program has INI files of its own; empty if nowhere
     */
    CompletionScript(Map<String, CommandSpec> specs, String installation) {
        this.specs = specs;
        this.installation = installation;
    }

    String bash() throws IOException {
        try (InputStream in = CompletionScript.class.getResourceAsStream("completion/taskfarmer.bash")) {
            if (in == null) {
                throw new AssertionError("the completion script is not in the jar");
            }
            String names = String.join(" ", specs.keySet());
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("@COMMAND_PATTERN@", names.replace(" ", " | "))
                    .replace("@COMMANDS@", names)
                    .replace("@STATES@", states())
                    .replace(
                            "@HANDLERS@",
                            String.join(" ", TaskLists.kind().builtIns().keySet()))
                    .replace("@OPTIONS@\n", optionCases())
                    .replace("@VALUES@\n", valueCases())
                    .replace("@INSTALLATION@", quoted(installation.isEmpty() ? "." : installation));
        }
    }

    String zsh() throws IOException {
        return "(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }\n"
                + "autoload -Uz bashcompinit && bashcompinit\n"
                + bash();
    }

    String fish() throws IOException {
        StringBuilder out = new StringBuilder("complete -c taskfarmer -e\n");
        String names = String.join(" ", specs.keySet());
        for (Map.Entry<String, CommandSpec> entry : specs.entrySet()) {
            String name = entry.getKey();
            out.append("complete -c taskfarmer -n __fish_is_first_arg -a ").append(name);
            out.append(" -d ").append(quoted(Help.summary(name))).append('\n');
            String seen = name.equals("run")
                    ? "not __fish_seen_subcommand_from " + names.replace("run ", "")
                    : "__fish_seen_subcommand_from " + name;
            for (OptionSpec option : options(entry.getValue())) {
                out.append("complete -c taskfarmer -n ").append(quoted(seen));
                for (String spelling : new TreeSet<>(List.of(option.names()))) {
                    boolean isLong = spelling.startsWith("--");
                    out.append(isLong ? " -l " : " -s ").append(spelling.substring(isLong ? 2 : 1));
                }
                out.append(fishValue(option)).append('\n');
            }
        }
        return out.toString();
    }

    private static String fishValue(OptionSpec option) {
        if (option.arity().max() == 0) {
            return "";
        }
        return switch (kind(option)) {
            case "FILE" -> " -rF";
            case "DIR" -> " -xa '(__fish_complete_directories)'";
            case "CMD", "SHELL" -> " -xa '(__fish_complete_command)'";
            case "STATE[,STATE]" -> " -xa '(__fish_append , " + states() + ")'";
            default -> " -x";
        };
    }

    private String optionCases() {
        StringBuilder out = new StringBuilder();
        specs.forEach((name, spec) -> {
            TreeSet<String> options = new TreeSet<>();
            TreeSet<String> negatable = new TreeSet<>();
            for (OptionSpec option : options(spec)) {
                options.addAll(List.of(option.names()));
                if (option.negatable()) {
                    negatable.add("--no-" + option.longestName().substring(2));
                }
            }
            String argument = spec.positionalParameters().isEmpty()
                    ? ""
                    : spec.positionalParameters().get(0).paramLabel();
            out.append("    ").append(name).append(")\n");
            out.append("        options=")
                    .append(quoted(String.join(" ", options)))
                    .append('\n');
            if (!negatable.isEmpty()) {
                out.append("        negatable=").append(quoted(String.join(" ", negatable)));
                out.append('\n');
            }
            out.append("        argument=").append(quoted(argument)).append('\n');
            out.append("        ;;\n");
        });
        return out.toString();
    }

    private String valueCases() {
        StringBuilder out = new StringBuilder();
        specs.forEach((name, spec) -> {
            for (OptionSpec option : options(spec)) {
                if (option.arity().max() > 0) {
                    List<String> patterns = new ArrayList<>();
                    for (String spelling : new TreeSet<>(List.of(option.names()))) {
                        patterns.add(name + "/" + spelling);
                    }
                    out.append("    ").append(String.join(" | ", patterns));
                    out.append(") value=").append(quoted(kind(option))).append(" ;;\n");
                }
            }
        });
        return out.toString();
    }

    private static List<OptionSpec> options(CommandSpec spec) {
        return spec.options().stream().filter(option -> !option.hidden()).toList();
    }

    /** Returns the label of an option, or what its name says more exactly. */
    private static String kind(OptionSpec option) {
        return switch (option.longestName()) {
            case "--runner", "--task-runner" -> "RUNNER";
            case "--tasklist" -> "HANDLER";
            default -> option.paramLabel();
        };
    }

    private static String states() {
        List<String> words = new ArrayList<>();
        for (TaskState state : TaskState.values()) {
            words.add(state.word());
        }
        return String.join(" ", words);
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
