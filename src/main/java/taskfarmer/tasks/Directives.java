package taskfarmer.tasks;

import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.Attribute;
import taskfarmer.model.Attributes;
import taskfarmer.model.FarmException;

/**
 * The directives of a list, comment lines that say what tasks ask for, and what follows from them for each task line.
 *
 * <p>{@code #TF} holds for all tasks after it, {@code #TF+} for those of the next task line. Texts are bytes as characters
 * (ISO-8859-1).
 */
final class Directives implements ListLines.Remarks {
    private static final String MARK = "#TF";
    private static final String RESET = "reset";
    private static final String BARRIER = "barrier";
    private static final String EACH = "each";
    private static final List<String> VERBS = List.of(EACH, BARRIER, RESET);

    private final String list;
    private final Stages stages;
    private final SweepUse use;
    private final Vocabulary vocabulary;
    private Asked standing = Asked.NONE;
    private Asked once = Asked.NONE;
    private Sweep sweep = Sweep.NONE;
    private Sweep sweepOnce = Sweep.NONE;
    /** The line of the first {@code #TF+} that no task line has followed yet, 0 if there is none. */
    private long waiting;

    /** Whether task lines are tasks as they stand, which ask for nothing. */
    private boolean silent = true;
    /** What all tasks ask for that say nothing else; null if that is to be found out. */
    private @Nullable Attributes common;

    Directives(String list, Terms terms) {
        this.list = list;
        this.stages = new Stages(terms.barriers());
        this.use = new SweepUse(list);
        this.vocabulary = new Vocabulary(terms);
    }

    /** Takes the tasks that a line stands for. */
    interface Taker {
        /** Takes a task. */
        void take(String text, Attributes attributes);
    }

    /** Returns attributes that are written as in a directive: {@code cores=4 env.X='a b'}. */
    static Attributes parse(String text, Terms terms) {
        Vocabulary vocabulary = new Vocabulary(terms);
        Map<String, String> values = new LinkedHashMap<>();
        for (DirectiveWord word : DirectiveWord.split(text)) {
            addValue(word, vocabulary, List.of(), values);
        }
        return vocabulary.attributes(values);
    }

    /** Takes a directive. */
    @Override
    public void take(String line, long number) {
        boolean next = line.startsWith("+", MARK.length());
        try {
            List<DirectiveWord> words = DirectiveWord.split(line.substring(MARK.length() + (next ? 1 : 0)));
            if (words.isEmpty()) {
                throw FarmException.badInput(
                        "this directive says nothing",
                        "Write what tasks ask for, such as #TF cores=4 mem=8G; #TF reset goes back to nothing.");
            }
            take(words, next, number);
        } catch (FarmException e) {
            throw Vocabulary.at(place(number), e);
        }
        use.requireUsed("before line " + number, sweep, sweepOnce);
        if (next && waiting == 0) {
            waiting = number;
        }
        common = null;
        silent = standing.isEmpty() && once.isEmpty() && sweep.isEmpty() && sweepOnce.isEmpty() && stages.isFirst();
    }

    private void take(List<DirectiveWord> words, boolean next, long number) {
        DirectiveWord verb = words.get(0);
        if (verb.is(EACH)) {
            Sweep more = Sweep.parse(words.subList(1, words.size()));
            if (next) {
                requireMore(words);
                sweepOnce = more.over(sweepOnce);
            } else {
                sweep = more.isEmpty() ? Sweep.NONE : more.over(sweep);
            }
            use.begin(number, more);
        } else if (verb.is(RESET) || verb.is(BARRIER)) {
            boolean check =
                    verb.is(BARRIER) && words.size() == 2 && words.get(1).is("check");
            if (next || words.size() > (check ? 2 : 1)) {
                throw FarmException.badInput(
                        next
                                ? "'" + verb.text() + "' is not for the next task alone"
                                : "nothing can stand after '" + verb.text() + "'",
                        "Write #TF reset, #TF barrier or #TF barrier check, and the rest into a line of its own.");
            }
            if (verb.is(RESET)) {
                standing = Asked.NONE;
                sweep = Sweep.NONE;
            } else {
                stages.barrier(check);
            }
        } else {
            Asked more = asked(words, number);
            if (next) {
                once = more.over(once);
            } else {
                standing = more.over(standing);
            }
        }
    }

    private static void requireMore(List<DirectiveWord> words) {
        if (words.size() == 1) {
            throw FarmException.badInput("'each' has no variables", "Write NAME=VALUES after it: #TF+ each x=1..100.");
        }
    }

    private Asked asked(List<DirectiveWord> words, long number) {
        Map<String, String> values = new LinkedHashMap<>();
        for (DirectiveWord word : words) {
            addValue(word, vocabulary, VERBS, values);
        }
        Map<String, Asked.Open> open = new TreeMap<>();
        values.forEach((key, value) -> {
            if (value.indexOf('{') >= 0) {
                open.put(key, new Asked.Open(value, number));
            }
        });
        values.keySet().removeAll(open.keySet());
        return new Asked(vocabulary.attributes(values), open);
    }

    private static void addValue(
            DirectiveWord word, Vocabulary vocabulary, List<String> verbs, Map<String, String> values) {
        if (verbs.contains(word.text())) {
            throw FarmException.badInput(
                    "'" + word.text() + "' does not stand at the beginning",
                    "Write it in a line of its own: #TF " + word.text() + (word.is(EACH) ? " x=1..100." : "."));
        }
        int equals = word.find('=', 0);
        String key = vocabulary.key(equals < 0 ? word.text() : word.text().substring(0, equals), verbs);
        if (equals < 0 && !Attribute.of(key).map(Attribute::isFlag).orElse(false)) {
            throw FarmException.badInput("'" + word.text() + "' has no value", "Write " + word.text() + "=VALUE.");
        }
        if (values.put(key, equals < 0 ? "yes" : word.text().substring(equals + 1)) != null) {
            throw FarmException.badInput("'" + key + "' comes twice", "Take one of them away.");
        }
    }

    @Override
    public void doubt(String line, long number) {
        try {
            NearMiss.refuse(line);
        } catch (FarmException e) {
            throw Vocabulary.at(place(number), e);
        }
    }

    /** Takes note of a task line; returns whether it is one task as it stands, which asks for nothing. */
    boolean isPlain() {
        stages.task();
        return silent;
    }

    /**
     * Hands over the tasks that a task line stands for.
     *
     * @param line the line without outer white space
     * @param number its number
     * @param data whether values are put into it as they are; otherwise it is for the shell, and they are quoted
     */
    void apply(String line, long number, boolean data, Taker taker) {
        Asked asked = once.over(standing);
        Sweep variables = sweepOnce.over(sweep);
        boolean usual = once.isEmpty();
        BitSet used = variables.isEmpty() ? new BitSet() : used(line, number, asked, variables);
        if (waiting != 0) {
            use.requireUsed("before line " + (number + 1), sweep);
            once = Asked.NONE;
            sweepOnce = Sweep.NONE;
            waiting = 0;
            silent = standing.isEmpty() && sweep.isEmpty() && stages.isFirst();
        }
        if (!used.isEmpty()) {
            expand(line, data, asked, variables, used, taker);
        } else {
            Attributes attributes = usual && common != null ? common : attributes(asked, UnaryOperator.identity());
            common = usual ? attributes : common;
            taker.take(line, attributes);
        }
    }

    /** Returns the numbers of the variables that a line names, itself or in what it asks for. */
    private BitSet used(String line, long number, Asked asked, Sweep variables) {
        BitSet used = variables.template(line).columns();
        for (Asked.Open open : asked.open().values()) {
            used.or(variables.template(open.value()).columns());
            try {
                SweepUse.requireMeant(open.value(), variables, false);
            } catch (FarmException e) {
                throw Vocabulary.at(place(open.line()), e);
            }
        }
        try {
            SweepUse.requireMeant(line, variables, used.isEmpty());
            variables.requireFew(used);
        } catch (FarmException e) {
            throw Vocabulary.at(place(number), e);
        }
        use.use(variables, used);
        return used;
    }

    /** Hands over the tasks of a line that names variables. */
    private void expand(String line, boolean data, Asked asked, Sweep variables, BitSet used, Taker taker) {
        CommandTemplate template = variables.template(line);
        Map<String, CommandTemplate> templates = new TreeMap<>();
        asked.open().values().forEach(open -> templates.put(open.value(), variables.template(open.value())));
        Attributes unchanged = templates.isEmpty() ? attributes(asked, UnaryOperator.identity()) : Attributes.NONE;
        variables.forEach(used, values -> {
            Attributes attributes = templates.isEmpty()
                    ? unchanged
                    : attributes(
                            asked,
                            open -> Objects.requireNonNull(templates.get(open)).expandData(values));
            taker.take(data ? template.expandData(values) : template.expandShell(values), attributes);
        });
    }

    private Attributes attributes(Asked asked, UnaryOperator<String> expansion) {
        Attributes attributes = asked.checked();
        for (Map.Entry<String, Asked.Open> entry : asked.open().entrySet()) {
            Asked.Open open = entry.getValue();
            try {
                attributes = vocabulary
                        .attributes(Map.of(entry.getKey(), expansion.apply(open.value())))
                        .or(attributes);
            } catch (FarmException e) {
                throw Vocabulary.at(place(open.line()), e);
            }
        }
        return stages.place(attributes);
    }

    /**
     * Makes sure that nothing is left over at the end of the list.
     *
     * @throws FarmException if there is a {@code #TF+} without a task line, or a sweep that no line uses
     */
    void end() {
        if (waiting != 0) {
            throw FarmException.badInput(
                    place(waiting) + ": #TF+ is for the next task, and there is none",
                    "Put the task after it, or take the line away.");
        }
        use.requireUsed("before the end of the list");
    }

    private String place(long number) {
        return list + ", line " + number;
    }

    /** Returns whether a comment is a directive: {@code #TF} or {@code #TF+}, and then a blank or nothing. */
    static boolean isDirective(byte[] bytes, int start, int end) {
        if (end - start < MARK.length() || bytes[start + 1] != 'T' || bytes[start + 2] != 'F') {
            return false;
        }
        int after = start + MARK.length();
        after += after < end && bytes[after] == '+' ? 1 : 0;
        return after == end || ListLines.isSpace(bytes[after]);
    }
}
