package taskfarmer.tasks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonEOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import taskfarmer.model.Attribute;
import taskfarmer.model.Attributes;
import taskfarmer.model.Command;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.model.Task;

/** The reading of tasks that are JSON objects. */
final class JsonTask {
    private static final String COMMAND = "command";
    private static final String ENV = "env";
    private static final String RESOURCES = "resources";
    private static final String BARRIER = "barrier";
    private static final List<String> OWN_KEYS = List.of(COMMAND, ENV, RESOURCES, BARRIER);
    private static final String CHECK = "check";
    private static final Set<Attribute> LISTS =
            Set.of(Attribute.TAGS, Attribute.AFTER, Attribute.OUTPUTS, Attribute.SUCCESS_CODES, Attribute.RETRY_ON);
    private static final String REMEDY =
            "Write one object a line: {\"command\": \"./sim 5\", \"cores\": 4}. jq -c makes such lines of other JSON.";

    private final JsonFactory json = new JsonFactory();
    private final String list;
    private final Vocabulary vocabulary;
    private final Stages stages;
    private final Map<String, String> values = new LinkedHashMap<>(); // of the object that is being read
    private Map<String, String> lastValues = Map.of(); // those of the object before: many are alike
    private Attributes lastAttributes = Attributes.NONE;
    private boolean again; // whether a barrier stood since
    private byte[] command = {};
    private boolean commanded;
    private Optional<String> barrier = Optional.empty(); // what the object says of one

    JsonTask(String list, Vocabulary vocabulary, Stages stages) {
        this.list = list;
        this.vocabulary = vocabulary;
        this.stages = stages;
    }

    /**
     * Returns the task of a line; nothing if it is a barrier.
     *
     * @param line the bytes of the line, without outer white space
     * @param number its number, from 1
     * @param indent how many bytes stand before it
     */
    Optional<Task> read(byte[] line, long number, int indent) throws IOException {
        values.clear();
        commanded = false;
        barrier = Optional.empty();
        String place = list + ", line " + number;
        try (JsonParser parser = json.createParser(line)) {
            try {
                readObject(parser);
            } catch (FarmException e) {
                throw Vocabulary.at(place + column(parser.currentTokenLocation().getColumnNr(), indent), e);
            }
        } catch (JsonEOFException e) {
            throw FarmException.badInput(place + ": the object does not end on this line", REMEDY, e);
        } catch (JsonProcessingException e) {
            int column = e.getLocation() == null ? 0 : e.getLocation().getColumnNr();
            throw FarmException.badInput(
                    place + column(column, indent) + ": " + message(e.getOriginalMessage()), REMEDY, e);
        }
        try {
            if (barrier.isPresent()) {
                takeBarrier(barrier.get());
                return Optional.empty();
            }
            if (!commanded) {
                throw FarmException.badInput("the object has no command", REMEDY);
            }
            if (again || !values.equals(lastValues)) {
                lastAttributes = stages.place(vocabulary.attributes(values));
                lastValues = Map.copyOf(values);
                again = false;
            }
            stages.task();
            return Optional.of(new Task(Command.of(command), lastAttributes));
        } catch (FarmException e) {
            throw Vocabulary.at(place, e);
        }
    }

    private void takeBarrier(String said) {
        if (commanded || !values.isEmpty()) {
            throw FarmException.badInput(
                    "the object is a barrier, and asks for something",
                    "Write {\"barrier\": true} or {\"barrier\": \"check\"} in a line of its own.");
        }
        stages.barrier(said.equals(CHECK));
        again = true;
    }

    /** Returns what the parser says, without what it says to programmers. */
    private static String message(String message) {
        int inside = message.startsWith("Non-standard token") ? message.indexOf(": enable") : -1;
        return inside < 0
                ? Vocabulary.text(message)
                : message.substring(0, inside).replace("Non-standard token", "JSON has no number") + ": write digits";
    }

    private static String column(int column, int indent) {
        return column <= 0 ? "" : ", column " + (column + indent);
    }

    private void readObject(JsonParser parser) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw FarmException.badInput("this is no object", REMEDY);
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = characters(parser.currentName());
            JsonToken token = parser.nextToken();
            if (key.equals(COMMAND)) {
                readCommand(parser, token);
            } else if (key.equals(BARRIER)) {
                readBarrier(parser, token);
            } else if (token == JsonToken.START_OBJECT) {
                readGroup(parser, key);
            } else {
                put(vocabulary.key(key, OWN_KEYS), value(parser, token, key));
            }
        }
        if (parser.nextToken() != null) {
            throw FarmException.badInput("there is more after the object", REMEDY);
        }
    }

    private void readBarrier(JsonParser parser, JsonToken token) throws IOException {
        boolean check = token == JsonToken.VALUE_STRING && parser.getText().equals(CHECK);
        if (!check && token != JsonToken.VALUE_TRUE) {
            throw FarmException.badInput(
                    "'barrier' is neither true nor \"check\"",
                    "Write {\"barrier\": true}; with \"check\", the tasks before it have to end well.");
        }
        barrier = Optional.of(check ? CHECK : "");
    }

    private void readCommand(JsonParser parser, JsonToken token) throws IOException {
        if (commanded) {
            throw FarmException.badInput("'command' comes twice", "Take one of them away.");
        }
        commanded = true;
        if (token == JsonToken.VALUE_STRING) {
            command = commandBytes(parser.getText());
            if (new String(command, ISO_8859_1).isBlank()) {
                throw FarmException.badInput("the command is empty", REMEDY);
            }
        } else if (token == JsonToken.START_ARRAY) {
            List<String> words = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                requireScalar(parser.currentToken(), COMMAND);
                commandBytes(parser.getText());
                words.add(parser.getText());
            }
            if (words.isEmpty() || words.get(0).isEmpty()) {
                throw FarmException.badInput("the command is empty", REMEDY);
            }
            command = ShellWords.ofArguments(words);
        } else {
            throw FarmException.badInput(
                    "'command' is neither text nor an array",
                    "Write a command for the shell, \"./sim 5 > out\", or an array of words, [\"./sim\", \"5\"].");
        }
    }

    /** Reads {@code "env": {…}} or {@code "resources": {…}}. */
    private void readGroup(JsonParser parser, String group) throws IOException {
        if (!group.equals(ENV) && !group.equals(RESOURCES)) {
            vocabulary.key(group, OWN_KEYS);
            throw FarmException.badInput("'" + group + "' is an object", "Only env and resources are objects.");
        }
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = characters(parser.currentName());
            JsonToken token = parser.nextToken();
            requireScalar(token, group + "." + name);
            boolean own = group.equals(ENV) || Attribute.of(name).isEmpty();
            String prefix = group.equals(ENV) ? Attribute.ENVIRONMENT : Attribute.RESOURCE;
            put(own ? prefix + name : name, value(parser, token, name));
        }
    }

    private void put(String key, String value) {
        if (values.put(key, value) != null) {
            throw FarmException.badInput("'" + key + "' comes twice", "Take one of them away.");
        }
        if (!value.equals(lastValues.get(key))) {
            Attributes.NONE.with(key, value); // here the column is known
        }
    }

    /** Returns a value as a directive would have it; {@code null} is none. */
    private String value(JsonParser parser, JsonToken token, String key) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return "";
        }
        if (token != JsonToken.START_ARRAY) {
            requireScalar(token, key);
            return characters(parser.getText());
        }
        Attribute attribute = Attribute.of(key)
                .filter(LISTS::contains)
                .orElseThrow(() -> FarmException.badInput("'" + key + "' takes one value, not an array", REMEDY));
        StringBuilder all = new StringBuilder();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            requireScalar(parser.currentToken(), key);
            String one = characters(parser.getText());
            if (one.isEmpty() || one.indexOf(',') >= 0 || attribute == Attribute.OUTPUTS && one.indexOf('\n') >= 0) {
                throw FarmException.badInput(
                        "'" + one + "' cannot be one of '" + key + "'",
                        "It is empty, or has a comma or a line feed, which separate values.");
            }
            all.append(all.length() == 0 ? "" : ",").append(one);
        }
        return all.toString();
    }

    private static void requireScalar(JsonToken token, String key) {
        if (!token.isScalarValue()) {
            throw FarmException.badInput(
                    "'" + key + "' holds " + (token == JsonToken.START_ARRAY ? "an array" : "an object"),
                    "Write texts, numbers, true or false.");
        }
    }

    private static byte[] commandBytes(String text) {
        if (text.indexOf('\n') >= 0) {
            throw FarmException.badInput(
                    "the command holds a line feed",
                    "A command is one line. Separate commands by ; or &&, or put the lines into a script.");
        }
        return bytes(text);
    }

    private static String characters(String text) {
        return new String(bytes(text), ISO_8859_1);
    }

    /** Returns the bytes of a text; the escapes that Python writes for bytes that are not UTF-8 become these bytes. */
    private static byte[] bytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\0') {
                throw FarmException.badInput("a NUL byte", "Neither commands nor values can have one.");
            }
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair && (c < '\uDC80' || c > '\uDCFF')) {
                    throw FarmException.badInput("half a character (a lone surrogate)", "Save the list as UTF-8.");
                }
                i += pair ? 1 : 0;
            }
        }
        return NativeText.bytes(text);
    }
}
