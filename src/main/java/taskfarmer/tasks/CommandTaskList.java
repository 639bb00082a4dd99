package taskfarmer.tasks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import taskfarmer.config.Key;
import taskfarmer.model.Attributes;
import taskfarmer.model.Command;
import taskfarmer.model.FarmException;
import taskfarmer.model.Task;

/**
 * A handler that wraps each line of a list, a file name or a record, in a command.
 *
 * <pre>
 * [reco]
 * TaskList = taskfarmer.tasks.CommandTaskList
 * command  = ./reco.sh {} &gt; {/.}.out
 * </pre>
 *
 * <p>Blank lines and lines that start with {@code #} are skipped and outer white space is stripped, as in the default
 * handler, except that white space which separates columns stays. The replacement strings are those of GNU parallel:
 *
 * <ul>
 *   <li>{@code {}} the record, {@code {.}} without extension, {@code {/}} without directory, {@code {//}} its directory,
 *       {@code {/.}} without both;
 *   <li>{@code {#}} the number of the record, from 1 (the header does not count), {@code {%}} the slot, from 1;
 *   <li>{@code {2}} the second column, {@code {-1}} the last one, {@code {name}} the one of that name, also with the
 *       modifiers above ({@code {2/.}}, {@code {name.}}).
 * </ul>
 *
 * <p>A command without any of them gets {@code  {}} at its end. A value that holds more than safe characters is quoted, so
 * that it stays one argument; that also works where the command already has quotes around the replacement string. It is
 * an argument of <em>this</em> command: for a second shell write {@code sh -c 'cat "$1"' sh {}}.
 *
 * <p>Other braces belong to the shell and stay as they are: after {@code $} (<code>${HOME}</code>) or a backslash, and with
 * any content that is not listed above ({@code {a,b}}, {@code {1..9}}, {@code { print $1 }}). Only where there is a header,
 * {@code {word}} must be the name of a column; if it is meant for the shell or for awk, write {@code { word }}.
 *
 * <p>Columns are divided by the separator and nothing else: there is no CSV quoting, and no white space is stripped
 * inside a record, except around the names in the header. A record may be shorter or longer than the header as long as the
 * command does not ask for a column that it does not have.
 *
 * <p>Comments that begin with {@code #TF} say what tasks ask for, see {@code docs/TASKS.md}. A sweep puts its values into
 * records as they are; that makes a record of its own of each.
 */
public final class CommandTaskList implements TaskList {
    private final String command;
    private final String separator;
    private final boolean header;
    private final Terms terms;

    /**
     * Creates the handler for a command.
     *
     * @param command the command with replacement strings; if it goes over several lines, they are joined by spaces
     * @param separator what stands between two columns, where {@code \t} means a tab and {@code \s} a space; empty if a
     *     record is one column
     * @param header whether the first record names the columns
     */
    public CommandTaskList(
            @Key("command") byte[] command,
            @Key(value = "separator", defaultValue = "") byte[] separator,
            @Key(value = "header", defaultValue = "False") boolean header) {
        this(
                new String(command, ISO_8859_1).replace('\n', ' ').strip(),
                new String(separator, ISO_8859_1).replace("\\t", "\t").replace("\\s", " "),
                header,
                Terms.NONE);
        if (this.command.isEmpty() || this.command.indexOf('\0') >= 0) {
            throw FarmException.badInput(
                    this.command.isEmpty() ? "key 'command' is empty" : "key 'command' holds a NUL byte",
                    "Write a command for the shell, such as: command = ./reco.sh {}");
        }
        if (header && this.separator.isEmpty()) {
            throw FarmException.badInput(
                    "key 'header' needs key 'separator'",
                    "Say what stands between two columns, such as: separator = , (or \\t for a tab, \\s for a space).");
        }
    }

    private CommandTaskList(String command, String separator, boolean header, Terms terms) {
        this.command = command;
        this.separator = separator;
        this.header = header;
        this.terms = terms;
    }

    @Override
    public TaskList under(Terms other) {
        return new CommandTaskList(command, separator, header, other);
    }

    @Override
    public void read(InputStream list, String name, Consumer<Task> tasks) throws IOException {
        Directives directives = new Directives(name, terms);
        ListLines lines = new ListLines(list, name, directives);
        Columns columns = new Columns(separator, List.of());
        if (header) {
            if (!lines.next()) {
                return;
            }
            columns = readHeader(lines, name);
        }
        CommandTemplate template = parse(columns, lines, name);
        Wrapping wrapping = new Wrapping(template, columns, lines, name, tasks);
        while (lines.next()) {
            String record = columns.strip(lines.line());
            if (directives.isPlain()) {
                wrapping.take(record, Attributes.NONE);
            } else {
                directives.apply(record, lines.number(), true, wrapping);
            }
        }
        directives.end();
    }

    /** The making of commands from the records of one list. */
    private static final class Wrapping implements Directives.Taker {
        private final CommandTemplate template;
        private final Columns columns;
        private final ListLines lines;
        private final String name;
        private final Consumer<Task> tasks;
        private int sequence;

        Wrapping(CommandTemplate template, Columns columns, ListLines lines, String name, Consumer<Task> tasks) {
            this.template = template;
            this.columns = columns;
            this.lines = lines;
            this.name = name;
            this.tasks = tasks;
        }

        @Override
        public void take(String record, Attributes attributes) {
            List<String> values = columns.split(record);
            if (columns.named() && values.size() > columns.names().size()) {
                throw FarmException.badInput(
                        name + ", line " + lines.number() + ": " + values.size() + " columns, but the header names "
                                + columns.names().size(),
                        "A separator always separates, also within quotation marks: use one that the values do not have.");
            }
            String expanded;
            try {
                expanded = template.expand(record, values, ++sequence);
            } catch (UnknownColumn e) {
                throw unknownColumn(e, columns.describe(values.size()), lines, name);
            }
            tasks.accept(new Task(Command.of(expanded.getBytes(ISO_8859_1)), attributes));
        }
    }

    private Columns readHeader(ListLines lines, String name) {
        Columns unnamed = new Columns(separator, List.of());
        List<String> names = unnamed.split(unnamed.strip(lines.line()));
        names.replaceAll(String::strip);
        Set<String> seen = new HashSet<>();
        for (String column : names) {
            if (!column.isEmpty() && !seen.add(column)) {
                throw FarmException.badInput(
                        name + ", line " + lines.number() + ": two columns are called '" + text(column) + "'",
                        "Give every column in the header a name of its own.");
            }
        }
        return new Columns(separator, names);
    }

    private CommandTemplate parse(Columns columns, ListLines lines, String name) {
        try {
            return CommandTemplate.parse(command, columns);
        } catch (UnknownColumn e) {
            throw unknownColumn(e, columns.describe(columns.names().size()), lines, name);
        }
    }

    private static FarmException unknownColumn(UnknownColumn problem, String columns, ListLines lines, String name) {
        String replacement = text(String.valueOf(problem.getMessage()));
        return FarmException.badInput(
                name + ", line " + lines.number() + ": there is no column for " + replacement + " of the command",
                "The columns of this line are " + text(columns)
                        + ". Correct the line, or 'command' or 'separator' in the INI file; braces that are meant for the"
                        + " shell or a program need something else inside: { print }, or {2,2} in a regular expression.");
    }

    private static String text(String bytes) {
        return new String(bytes.getBytes(ISO_8859_1), UTF_8);
    }
}
