package taskfarmer.model;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/**
 * What a task asks for besides its command: values by key, each of which was checked when it was set.
 *
 * <p>All text is bytes as characters (ISO-8859-1), so that paths and values of variables stay what the user wrote, whatever
 * the encoding. A value that is empty says that there is to be none, which keeps a default from taking its place.
 */
public final class Attributes {
    /** Nothing is asked for. */
    public static final Attributes NONE = new Attributes(new TreeMap<>());

    /** The variables by which the processes of a task are known. */
    private static final Set<String> RESERVED =
            Set.of("TASKFARMER_FARMER", "TASKFARMER_JOB", "TASKFARMER_TASK_ID", "TASKFARMER_ATTEMPT");

    private final SortedMap<String, String> values;

    private Attributes(SortedMap<String, String> values) {
        this.values = Collections.unmodifiableSortedMap(values);
    }

    /**
     * Returns the same with one more value, or another one.
     *
     * @param key a key of {@link Attribute}, {@code env.NAME} or {@code res.NAME}
     * @param value the value as a user writes it; empty: none, whatever the default
     * @throws FarmException if there is no such key, or it has no such value
     */
    public Attributes with(String key, String value) {
        return put(key, value.equals("0") && isDispensable(key) ? "" : canonicalOrEmpty(key, value));
    }

    /** Returns whether there may be nothing of a resource; a core, or a part of one, is always needed. */
    private static boolean isDispensable(String key) {
        return key.equals(Attribute.MEM.key())
                || key.equals(Attribute.GPUS.key())
                || key.startsWith(Attribute.RESOURCE);
    }

    /** Returns the same in a part of its list, see {@link Attribute#STAGE}. */
    public Attributes inStage(String stage) {
        return put(Attribute.STAGE.key(), stage);
    }

    /** Returns the same without saying anything of something. */
    public Attributes without(Attribute attribute) {
        if (!values.containsKey(attribute.key())) {
            return this;
        }
        SortedMap<String, String> less = new TreeMap<>(values);
        less.remove(attribute.key());
        return less.isEmpty() ? NONE : new Attributes(less);
    }

    private Attributes put(String key, String canonical) {
        SortedMap<String, String> more = new TreeMap<>(values);
        more.put(key, canonical);
        return new Attributes(more);
    }

    /** Of variables the name counts, whatever the value. */
    private static String canonicalOrEmpty(String key, String value) {
        return value.isEmpty() && !key.startsWith(Attribute.ENVIRONMENT) ? "" : canonical(key, value);
    }

    private static String canonical(String key, String value) {
        if (key.startsWith(Attribute.ENVIRONMENT)) {
            String name = key.substring(Attribute.ENVIRONMENT.length());
            requireIdentifier(key, name);
            if (RESERVED.contains(name)) {
                throw FarmException.badInput(
                        "key '" + key + "': the variable " + name + " is the farmer's own",
                        "By it the processes of a task are known; choose another name.");
            }
            if (value.indexOf('\0') >= 0) {
                throw FarmException.badInput(key + " holds a NUL byte", "The kernel takes none.");
            }
            return value;
        } else if (key.startsWith(Attribute.RESOURCE)) {
            String name = key.substring(Attribute.RESOURCE.length());
            requireIdentifier(key, name);
            return Long.toString(Resources.amount(name, value));
        }
        return Attribute.of(key)
                .orElseThrow(() -> FarmException.badInput(
                        "unknown key '" + key + "'", "The keys are: " + String.join(", ", Attribute.keys()) + "."))
                .canonical(value);
    }

    private static void requireIdentifier(String key, String name) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw FarmException.badInput(
                    "'" + key + "' names nothing that can be", "Use letters, digits and _ after the point.");
        }
    }

    /**
     * Returns the same in terms of a farm instead of a list.
     *
     * @param scope what distinguishes the list from others of the farm
     * @param before returns the ID of the task that stands so many tasks before this one in the list
     */
    public Attributes placed(String scope, IntUnaryOperator before) {
        Attributes placed = scope.isEmpty() || stage().isEmpty() ? this : inStage(scope + stage());
        if (after().stream().noneMatch(reference -> reference.startsWith("-"))) {
            return placed;
        }
        List<String> references = new ArrayList<>();
        for (String reference : after()) {
            boolean relative = reference.startsWith("-");
            references.add(relative ? Integer.toString(before.applyAsInt(-Integer.parseInt(reference))) : reference);
        }
        return placed.put(Attribute.AFTER.key(), (isAfterAny() ? "any:" : "") + String.join(",", references));
    }

    /** Returns the same with what others say where these say nothing. */
    public Attributes or(Attributes defaults) {
        if (defaults.values.isEmpty() || values.isEmpty()) {
            return values.isEmpty() ? defaults : this;
        }
        SortedMap<String, String> all = new TreeMap<>(defaults.values);
        all.putAll(values);
        return new Attributes(all);
    }

    /** Returns the same without the values that say that there is to be none. */
    public Attributes settled() {
        if (!values.containsValue("")) {
            return this;
        }
        SortedMap<String, String> some = new TreeMap<>(values);
        some.values().removeIf(String::isEmpty);
        return some.isEmpty() ? NONE : new Attributes(some);
    }

    /** Returns whether nothing is asked for. */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /** Returns the values as they are kept, by key. */
    public SortedMap<String, String> values() {
        return values;
    }

    private Optional<String> value(Attribute attribute) {
        return Optional.ofNullable(values.get(attribute.key())).filter(value -> !value.isEmpty());
    }

    private Optional<Duration> duration(Attribute attribute) {
        return value(attribute).map(millis -> Duration.ofMillis(Long.parseLong(millis)));
    }

    /** Returns the resources that it names; one that names none takes a core where they are counted. */
    public Resources resources() {
        SortedMap<String, Long> amounts = new TreeMap<>();
        for (Attribute attribute : List.of(Attribute.CORES, Attribute.MEM, Attribute.GPUS)) {
            value(attribute).ifPresent(amount -> amounts.put(attribute.key(), Long.parseLong(amount)));
        }
        values.forEach((key, amount) -> {
            if (key.startsWith(Attribute.RESOURCE) && !amount.isEmpty()) {
                amounts.merge(key.substring(Attribute.RESOURCE.length()), Long.parseLong(amount), Long::sum);
            }
        });
        return Resources.of(amounts);
    }

    /** Returns how long an attempt may take. */
    public Optional<Duration> time() {
        return duration(Attribute.TIME);
    }

    /** Returns how long an attempt may write nothing to its log. */
    public Optional<Duration> stall() {
        return duration(Attribute.STALL);
    }

    /** Returns how often the task is tried again after it has failed. */
    public int retries() {
        return value(Attribute.RETRIES).map(Integer::parseInt).orElse(0);
    }

    /** Returns after which exit statuses it is tried again; nothing: after all that are no success. */
    public Optional<Statuses> retryOn() {
        return value(Attribute.RETRY_ON).map(Statuses::parse);
    }

    /** Returns how long to wait before the first retry. */
    public Duration backoff() {
        return duration(Attribute.BACKOFF).orElse(Duration.ZERO);
    }

    /** Returns whether an exit status is a success. */
    public boolean isSuccess(int status) {
        Optional<String> codes = value(Attribute.SUCCESS_CODES);
        return codes.isEmpty() ? status == 0 : Statuses.parse(codes.get()).contains(status);
    }

    /** Returns the words that farmers may choose by. */
    public Set<String> tags() {
        return value(Attribute.TAGS).map(tags -> Set.of(tags.split(",", -1))).orElse(Set.of());
    }

    /** Returns the name that other tasks wait for it by. */
    public Optional<String> name() {
        return value(Attribute.NAME);
    }

    /** Returns the names and numbers of the tasks that have to end first. */
    public List<String> after() {
        return value(Attribute.AFTER)
                .map(text -> Arrays.asList((text.startsWith("any:") ? text.substring(4) : text).split(",", -1)))
                .orElse(List.of());
    }

    /** Returns whether it does not matter how the tasks end that it waits for. */
    public boolean isAfterAny() {
        return value(Attribute.AFTER).orElse("").startsWith("any:");
    }

    /** Returns the part of its list that it stands in, empty if the list has only one. */
    public String stage() {
        return value(Attribute.STAGE).orElse("");
    }

    /** Returns the directory that it starts in, as the user wrote it. */
    public Optional<String> cwd() {
        return value(Attribute.CWD);
    }

    /** Returns the file that it reads as standard input, as the user wrote it. */
    public Optional<String> stdin() {
        return value(Attribute.STDIN);
    }

    /** Returns whether it gets a directory of its own, made for it. */
    public boolean isInFreshDirectory() {
        return value(Attribute.DIR).isPresent();
    }

    /** Returns the paths that have to exist when it has succeeded, as the user wrote them. */
    public List<String> outputs() {
        return value(Attribute.OUTPUTS)
                .map(paths -> List.of(paths.split("\n", -1)))
                .orElse(List.of());
    }

    /** Returns whether it counts as finished, without running, if its outputs are there already. */
    public boolean isSkippedIfOutputs() {
        return value(Attribute.SKIP_IF_OUTPUTS).isPresent();
    }

    /** Returns how early it is to run: higher ones first, 0 by default. */
    public int priority() {
        return value(Attribute.PRIORITY).map(Integer::parseInt).orElse(0);
    }

    /** Returns how long it will take, as far as known. */
    public Optional<Duration> estimate() {
        return duration(Attribute.ESTIMATE);
    }

    /** Returns the name of the runner that runs it. */
    public Optional<String> runner() {
        return value(Attribute.RUNNER);
    }

    /** Returns the variables of its environment, by name. */
    public SortedMap<String, String> environment() {
        SortedMap<String, String> environment = new TreeMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(Attribute.ENVIRONMENT)) {
                environment.put(key.substring(Attribute.ENVIRONMENT.length()), value);
            }
        });
        return environment;
    }

    /**
     * Returns the text form: {@code key=value} separated by single spaces, in which {@code %NN} stands for a byte that is
     * not a printable character of ASCII, or a percent sign.
     */
    public String text() {
        StringBuilder text = new StringBuilder();
        values.forEach((key, value) -> {
            text.append(text.length() == 0 ? "" : " ").append(key).append('=');
            for (int i = 0; i < value.length(); i++) {
                char c = value.charAt(i);
                if (c <= ' ' || c == '%' || c >= 0x7f) {
                    text.append('%').append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
                } else {
                    text.append(c);
                }
            }
        });
        return text.toString();
    }

    /**
     * Returns the attributes of a text form.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Attributes ofText(String text) {
        SortedMap<String, String> values = new TreeMap<>();
        for (String word : text.split(" ", -1)) {
            int equals = word.indexOf('=');
            if (equals <= 0) {
                throw new IllegalArgumentException("not a list of attributes");
            }
            values.put(word.substring(0, equals), decoded(word.substring(equals + 1)));
        }
        return values.isEmpty() ? NONE : new Attributes(values);
    }

    private static String decoded(String value) {
        if (value.indexOf('%') < 0) {
            return value;
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '%') {
                text.append((char) Integer.parseInt(value.substring(i + 1, i + 3), 16));
                i += 2;
            } else {
                text.append(c);
            }
        }
        return text.toString();
    }

    /** Returns them for people, as text: keys and values as users write them into a directive. */
    public String shown() {
        StringBuilder text = new StringBuilder();
        without(Attribute.STAGE)
                .values
                .forEach((key, value) -> text.append(text.length() == 0 ? "" : " ")
                        .append(key)
                        .append('=')
                        .append(quoted(Attribute.shown(key, value))));
        return NativeText.text(text.toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Returns a value between quotation marks if it has blanks or quotation marks itself. */
    private static String quoted(String value) {
        boolean plain = true;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            plain &= c > ' ' && c != '\'' && c != '"';
        }
        if (plain) {
            return value;
        }
        return value.indexOf('\'') < 0 ? "'" + value + "'" : '"' + value.replace("\"", "\"'\"'\"") + '"';
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Attributes that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return text();
    }

    /**
     * Returns attributes of keys and values as users write them; an empty value says that there is to be none.
     *
     * @throws FarmException if there is no such key, or it has no such value
     */
    public static Attributes of(Map<String, String> given) {
        SortedMap<String, String> values = new TreeMap<>();
        given.forEach((key, value) -> values.put(key, canonicalOrEmpty(key, value)));
        return values.isEmpty() ? NONE : new Attributes(values);
    }
}
