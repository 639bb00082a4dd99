package taskfarmer.it;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The ways in which people say what tasks ask for. */
enum Told {
    /** By comments in the list. */
    LIST,
    /** By JSON, one object a line. */
    JSON,
    /** By options, for all tasks the same. */
    OPTIONS;

    private static final Pattern WORD = Pattern.compile("(\\S+?)=('[^']*'|\\S*)(?: |$)");
    private static final Pattern OWN_OPTION = Pattern.compile("[a-z][a-z-]*");

    /** Returns the directory where it is said in this way. */
    Path directory(FarmTest test) {
        return test.dir.resolve(name().toLowerCase(Locale.ROOT));
    }

    /** Returns the work directory of {@code tasks.txt} there. */
    Work work(FarmTest test) {
        return new Work(directory(test).resolve("tasks.txt_workdir"));
    }

    /** Returns the lines of a file there; none if there is no such file. */
    List<String> lines(FarmTest test, String name) {
        Path file = directory(test).resolve(name);
        return Files.exists(file) ? FarmTest.read(file).lines().toList() : List.of();
    }

    /**
     * Writes {@code tasks.txt} in the directory of this way, and returns the start of the program that runs it.
     *
     * @param asked what all tasks ask for: {@code cores=2 env.TITLE='a b'}
     */
    Start tasks(FarmTest test, List<String> options, String asked, String... commands) {
        List<String> arguments = new ArrayList<>(options);
        List<String> lines = new ArrayList<>();
        switch (this) {
            case LIST -> lines.add("#TF " + asked);
            case JSON -> arguments.addAll(List.of("-t", "jsonl"));
            case OPTIONS -> arguments.addAll(options(asked));
        }
        for (String command : commands) {
            lines.add(this == JSON ? json(asked, command) : command);
        }
        FarmTest.write(
                directory(test).resolve("tasks.txt"),
                (String.join("\n", lines) + '\n').getBytes(StandardCharsets.UTF_8));
        arguments.add("tasks.txt");
        return test.taskfarmer(arguments.toArray(String[]::new)).in(directory(test));
    }

    private static List<String> options(String asked) {
        List<String> options = new ArrayList<>();
        StringBuilder others = new StringBuilder();
        Matcher words = WORD.matcher(asked);
        while (words.find()) {
            if (words.group(1).equals("skip-if-outputs")) {
                options.add("--task-skip-if-outputs");
            } else if (OWN_OPTION.matcher(words.group(1)).matches()) {
                options.add("--task-" + words.group(1) + '=' + words.group(2).replace("'", ""));
            } else {
                others.append(words.group()).append(' ');
            }
        }
        if (others.length() > 0) {
            options.add("--task=" + others);
        }
        return options;
    }

    private static String json(String asked, String command) {
        StringBuilder json = new StringBuilder("{\"command\": \"" + escaped(command) + '"');
        Matcher words = WORD.matcher(asked);
        while (words.find()) {
            json.append(", \"").append(words.group(1)).append("\": \"");
            json.append(escaped(words.group(2).replace("'", ""))).append('"');
        }
        return json.append('}').toString();
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
