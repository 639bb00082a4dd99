package taskfarmer.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Something that a task may ask for: its key, and what its value has to look like. */
public enum Attribute {
    /** Processor cores; a fraction below 1 shares one. */
    CORES("cores", Form.AMOUNT),
    /** Memory. */
    MEM("mem", Form.AMOUNT),
    /** GPUs; a fraction below 1 shares one. */
    GPUS("gpus", Form.AMOUNT),
    /** How long an attempt may take. */
    TIME("time", Form.DURATION),
    /** How long an attempt may be silent. */
    STALL("stall", Form.DURATION),
    /** How often a failed task is tried again. */
    RETRIES("retries", Form.COUNT),
    /** After which exit statuses it is tried again; after any other than success if it says nothing. */
    RETRY_ON("retry-on", Form.STATUSES),
    /** How long to wait before the first retry; twice as long before each further one. */
    BACKOFF("backoff", Form.DURATION),
    /** Which exit statuses count as success. */
    SUCCESS_CODES("success-codes", Form.STATUSES),
    /** Words that farmers may choose by. */
    TAGS("tags", Form.NAMES),
    /** The name that others wait for it by; several tasks may share one. */
    NAME("name", Form.NAME),
    /** Which tasks have to end first, by name or number. */
    AFTER("after", Form.AFTER),
    /** The directory that it starts in. */
    CWD("cwd", Form.TEXT),
    /** The file that it reads as standard input. */
    STDIN("stdin", Form.TEXT),
    /** {@code fresh}: a directory of its own, made for it. */
    DIR("dir", Form.FRESH),
    /** Files that have to be there when it has succeeded. */
    OUTPUTS("outputs", Form.PATHS),
    /** Whether it counts as finished, without running, if its outputs are there already. */
    SKIP_IF_OUTPUTS("skip-if-outputs", Form.FLAG),
    /** Higher ones first. */
    PRIORITY("priority", Form.NUMBER),
    /** How long it will take, as far as known; longer ones first. */
    ESTIMATE("estimate", Form.DURATION),
    /** The runner that runs it. */
    RUNNER("runner", Form.NAME),
    /** Which part of its list it stands in, as divided by barriers; set when a list is read, not by users. */
    STAGE("stage", Form.STAGE);

    /** How a resource without a key of its own is named: {@code res.licences=1}. */
    public static final String RESOURCE = "res.";

    /** How a variable of the task's environment is named: {@code env.OMP_NUM_THREADS=4}. */
    public static final String ENVIRONMENT = "env.";

    private static final int MOST_OF_RANGE = 10_000;
    private static final List<Attribute> ALL = List.of(values());

    private final String key;
    private final Form form;

    private enum Form {
        AMOUNT,
        DURATION,
        COUNT,
        NUMBER,
        STATUSES,
        NAME,
        NAMES,
        AFTER,
        TEXT,
        PATHS,
        FLAG,
        FRESH,
        STAGE
    }

    Attribute(String key, Form form) {
        this.key = key;
        this.form = form;
    }

    /** Returns the key. */
    public String key() {
        return key;
    }

    /** Returns whether it is on or off, so that its key alone turns it on. */
    public boolean isFlag() {
        return form == Form.FLAG;
    }

    /** Returns the attribute of a key; nothing if there is none that users may name. */
    public static Optional<Attribute> of(String key) {
        for (Attribute attribute : ALL) {
            if (attribute != STAGE && attribute.key.equals(key)) {
                return Optional.of(attribute);
            }
        }
        return Optional.empty();
    }

    /** Returns the keys that users may name, for messages. */
    public static List<String> keys() {
        List<String> keys = Arrays.stream(values())
                .filter(attribute -> attribute != STAGE)
                .map(Attribute::key)
                .collect(Collectors.toList());
        keys.add(RESOURCE + "NAME");
        keys.add(ENVIRONMENT + "NAME");
        return keys;
    }

    /**
     * Returns a value as it is kept.
     *
     * @throws FarmException if the attribute has no such value
     */
    String canonical(String value) {
        return switch (form) {
            case AMOUNT -> Long.toString(Resources.amount(key, value));
            case DURATION -> Long.toString(Math.max(1, Durations.parse(value).toMillis()));
            case COUNT -> Integer.toString(number(value, "[0-9]{1,4}", "Write a whole number from 0 to 9999."));
            case NUMBER ->
                Integer.toString(number(value, "[+-]?[0-9]{1,9}", "Write a whole number; the default is 0."));
            case STATUSES -> Statuses.parse(value).toString();
            case NAME -> name(value);
            case NAMES -> String.join(",", new TreeSet<>(list(value)));
            case AFTER -> after(value);
            case PATHS -> value.replace(',', '\n');
            case FLAG -> flag(value);
            case FRESH -> fresh(value);
            case TEXT, STAGE -> value;
        };
    }

    private int number(String value, String pattern, String remedy) {
        if (!value.matches(pattern)) {
            throw bad(value, remedy);
        }
        return Integer.parseInt(value);
    }

    private String fresh(String value) {
        if (!value.equals("fresh")) {
            throw bad(value, "The only value is fresh: dir=fresh. For a directory that exists, use cwd=DIR.");
        }
        return value;
    }

    /** Returns a value that is kept as users write it. */
    static String shown(String key, String value) {
        if (key.startsWith(RESOURCE)) {
            return Resources.show(key, Long.parseLong(value));
        }
        for (Attribute attribute : values()) {
            if (attribute.key.equals(key) && !value.isEmpty()) {
                return switch (attribute.form) {
                    case AMOUNT -> Resources.show(key, Long.parseLong(value));
                    case DURATION -> Durations.show(Long.parseLong(value));
                    case PATHS -> value.replace('\n', ',');
                    default -> value;
                };
            }
        }
        return value;
    }

    private String name(String value) {
        if (!isName(value)) {
            throw bad(value, "Use letters, digits and _ - . : / + @, and not digits only.");
        }
        if (this == NAME && isRange(value)) {
            throw bad(value, "After 'after=' it would be a range of numbers: put a letter before it.");
        }
        return value;
    }

    private static boolean isName(String value) {
        return value.matches("[A-Za-z0-9_.:/+@\\x80-\\xff-]+")
                && !value.matches("-?[0-9]+")
                && !value.startsWith("any:");
    }

    private List<String> list(String value) {
        List<String> words = List.of(value.split("[,\\s]+", -1));
        words.forEach(this::name);
        return words;
    }

    private String after(String value) {
        boolean any = value.startsWith("any:");
        List<String> references = new ArrayList<>();
        for (String reference : value.substring(any ? 4 : 0).split("[,\\s]+", -1)) {
            if (isRange(reference)) {
                addRange(reference, references);
                continue;
            }
            references.add(reference);
            if (!isName(reference) && !reference.matches("-?[0-9]{1,9}")) {
                throw bad(
                        value,
                        "Write names or numbers of tasks: after=prep,12 or after=3-7, or after=-1 for the task before; after=any:prep if it"
                                + " does not matter how they end.");
            }
        }
        return (any ? "any:" : "") + String.join(",", references);
    }

    private static boolean isRange(String text) {
        return text.matches("[0-9]{1,9}-[0-9]{1,9}");
    }

    private void addRange(String range, List<String> numbers) {
        int dash = range.indexOf('-');
        int first = Integer.parseInt(range.substring(0, dash));
        int last = Integer.parseInt(range.substring(dash + 1));
        if (last < first || last - first >= MOST_OF_RANGE - numbers.size()) {
            throw bad(
                    range,
                    "Write FIRST-LAST, such as 3-7, and at most 10,000 tasks. For more of them, #TF barrier, or a name that they"
                            + " share: after=NAME.");
        }
        for (int number = first; number <= last; number++) {
            numbers.add(Integer.toString(number));
        }
    }

    private String flag(String value) {
        return switch (value.toLowerCase(java.util.Locale.ROOT)) {
            case "true", "yes", "on", "1" -> "yes";
            case "false", "no", "off", "0" -> "";
            default -> throw bad(value, "Say yes or no.");
        };
    }

    private FarmException bad(String value, String remedy) {
        return FarmException.badInput("'" + value + "' is no value for " + key, remedy);
    }
}
