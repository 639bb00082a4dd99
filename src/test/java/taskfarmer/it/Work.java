package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A work directory as people and scripts read it. Commands are bytes as characters (ISO-8859-1). */
record Work(Path root) {
    private static final JsonFactory JSON = new JsonFactory();

    /**
     * One event of the timeline.
     *
     * @param fields its fields, those of {@code args} with a dot before their names, as text
     */
    record Event(Map<String, String> fields) {
        boolean isAttempt() {
            return "X".equals(fields.get("ph"));
        }

        int number(String field) {
            return Integer.parseInt(fields.get(field));
        }

        /** Returns {@code ID.ATTEMPT}. */
        String attempt() {
            return fields.get(".id") + "." + fields.get(".attempt");
        }
    }

    Map<Integer, String> toprocess() {
        return tasks("toprocess");
    }

    Map<Integer, String> finished() {
        return tasks("finished");
    }

    Map<Integer, String> failed() {
        return tasks("failed");
    }

    /** Returns the cancelled tasks; there is a file of them only if there are some, or were. */
    Map<Integer, String> cancelled() {
        return Files.exists(root.resolve("cancelled")) ? tasks("cancelled") : Map.of();
    }

    /** Returns the log of a task's latest attempt. */
    String log(int id) {
        return FarmTest.read(root.resolve("logs/log_" + id));
    }

    Path file(String name) {
        return root.resolve(name);
    }

    Path journal() {
        return root.resolve("farm/journal");
    }

    /** Returns the entries of the journal, the lines of batches and commits included; none if there is no journal yet. */
    List<String> entries() {
        if (!Files.exists(journal())) {
            return List.of();
        }
        return new String(FarmTest.bytes(journal()), StandardCharsets.ISO_8859_1)
                .lines()
                .toList();
    }

    /** Returns the entries of one kind. */
    List<String> entries(String verb) {
        return entries().stream().filter(line -> line.startsWith(verb + " ")).toList();
    }

    /** Returns what is in all files that the program must not touch when it refuses to work, by their names. */
    Map<String, String> contents() {
        Map<String, String> contents = new TreeMap<>();
        for (String name :
                List.of("farm/journal", "farm/tasks", "farm/id", "toprocess", "finished", "failed", "timeline.json")) {
            if (Files.exists(root.resolve(name))) {
                contents.put(name, new String(FarmTest.bytes(root.resolve(name)), StandardCharsets.ISO_8859_1));
            }
        }
        return contents;
    }

    private Map<Integer, String> tasks(String name) {
        Map<Integer, String> tasks = new LinkedHashMap<>();
        String text = new String(FarmTest.bytes(root.resolve(name)), StandardCharsets.ISO_8859_1);
        assertThat(text.isEmpty() || text.endsWith("\n"))
                .as(name + " ends with a line feed")
                .isTrue();
        for (String line : text.isEmpty() ? new String[0] : text.split("\n")) {
            int space = line.indexOf(' ');
            int id = Integer.parseInt(line.substring(0, space));
            assertThat(tasks.put(id, line.substring(space + 1)))
                    .as("task " + id + " stands in " + name + " once")
                    .isNull();
        }
        return tasks;
    }

    /** Returns the events of the timeline; a timeline that is not valid JSON fails the test. */
    List<Event> timeline() {
        return events(FarmTest.bytes(root.resolve("timeline.json")));
    }

    /** Returns the attempts that the timeline shows. */
    List<Event> attempts() {
        return timeline().stream().filter(Event::isAttempt).toList();
    }

    static List<Event> events(byte[] json) {
        List<Event> events = new ArrayList<>();
        try (JsonParser parser = JSON.createParser(json)) {
            assertThat(parser.nextToken()).isEqualTo(JsonToken.START_ARRAY);
            while (parser.nextToken() == JsonToken.START_OBJECT) {
                Map<String, String> fields = new LinkedHashMap<>();
                object(parser, "", fields);
                events.add(new Event(fields));
            }
            assertThat(parser.currentToken()).isEqualTo(JsonToken.END_ARRAY);
            assertThat(parser.nextToken()).isNull();
        } catch (IOException e) {
            throw new AssertionError("not valid JSON: " + new String(json, StandardCharsets.UTF_8), e);
        }
        return events;
    }

    private static void object(JsonParser parser, String prefix, Map<String, String> fields) throws IOException {
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                object(parser, ".", fields);
            } else {
                fields.put(prefix + name, parser.getText());
            }
        }
        assertThat(parser.currentToken()).isEqualTo(JsonToken.END_OBJECT);
    }

    /** Asserts what must hold of a work directory when all its farmers have left. */
    Work isSound() {
        new Invariants(this).check();
        return this;
    }

    /** Returns a copy of this work directory with its locks, at another place. */
    Work copyTo(Path target) {
        try (var files = Files.walk(root)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(root.relativize(file).toString()));
                if (file.endsWith("locks")) {
                    Files.setPosixFilePermissions(
                            target.resolve(root.relativize(file).toString()), Files.getPosixFilePermissions(file));
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return new Work(target);
    }
}
