package taskfarmer.tasks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import taskfarmer.model.Attribute;
import taskfarmer.model.Attributes;
import taskfarmer.model.FarmException;
import taskfarmer.model.Spelling;

/** The keys and values that tasks may be given, whatever the notation; texts are bytes as characters (ISO-8859-1). */
final class Vocabulary {
    private static final int LONGEST_MESSAGE = 400;

    private final Terms terms;
    private final Set<String> runners = new HashSet<>(); // those that were asked about

    Vocabulary(Terms terms) {
        this.terms = terms;
    }

    /**
     * Returns the key of an attribute for a key as users write it: the name of a resource stands for {@code res.NAME}.
     *
     * @param others what else could stand in the place of a key, for messages
     * @throws FarmException if there is none
     */
    String key(String given, List<String> others) {
        if (Attribute.of(given).isPresent()
                || given.startsWith(Attribute.ENVIRONMENT)
                || given.startsWith(Attribute.RESOURCE)) {
            return given;
        }
        if (terms.resources().contains(given)) {
            return Attribute.RESOURCE + given;
        }
        List<String> keys = new ArrayList<>(Attribute.keys());
        keys.addAll(terms.resources());
        keys.addAll(others);
        throw FarmException.badInput(
                "unknown key '" + given + "'",
                Spelling.nearest(given, keys)
                                .map(meant -> "Did you mean " + meant + "? ")
                                .orElse("")
                        + "The keys are: " + String.join(", ", keys)
                        + "; res.NAME can be written as NAME if --resources tells of it.");
    }

    /**
     * Returns attributes, after making sure that there are such values.
     *
     * @param values by the keys that {@link #key} returns
     */
    Attributes attributes(Map<String, String> values) {
        Attributes attributes = Attributes.of(values);
        if (values.containsKey(Attribute.RUNNER.key())) {
            attributes.runner().filter(runners::add).ifPresent(terms.runners());
        }
        return attributes;
    }

    /** Returns a problem with the place where it is before it, as text for people. */
    static FarmException at(String place, FarmException problem) {
        return FarmException.badInput(place + ": " + text(problem.getMessage()), text(problem.remedy()), problem);
    }

    /** Returns a problem as text for people. */
    static FarmException readable(FarmException problem) {
        return FarmException.badInput(text(problem.getMessage()), text(problem.remedy()), problem);
    }

    /** Returns bytes as characters as what they mean in UTF-8, cut where nobody reads on. */
    static String text(String bytes) {
        for (int i = 0; i < bytes.length(); i++) {
            if (bytes.charAt(i) > 0xff) {
                return bytes; // it is text already
            }
        }
        String text = new String(bytes.getBytes(ISO_8859_1), UTF_8);
        int cut = LONGEST_MESSAGE / 2;
        return text.length() <= 2 * LONGEST_MESSAGE
                ? text
                : text.substring(0, cut) + " ... " + text.substring(text.length() - cut);
    }
}
