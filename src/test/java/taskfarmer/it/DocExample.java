package taskfarmer.it;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One example of a page of the documentation: files, and what is typed and printed.
 *
 * @param heading the heading that it stands under
 * @param place what has to stand in for something that is not everywhere: {@code containers}, {@code job}; empty: nothing
 * @param files what is in the directory that it begins in
 * @param dialogue what is typed, and what is printed then, in this order
 */
record DocExample(String heading, String place, Map<String, String> files, List<Exchange> dialogue) {
    private static final Pattern FENCE = Pattern.compile("(?ms)^```(\\S*) ?([^\n]*)\n(.*?)^```$|^#+ ([^\n]+)$");

    /**
     * A command and its output.
     *
     * @param command what is typed
     * @param output the lines that are printed; empty if the page does not tell
     */
    record Exchange(String command, List<String> output) {}

    /**
     * What a page has in its fences.
     *
     * @param examples the examples in their order
     * @param texts fences that are no part of one, by their first lines
     */
    record Page(List<DocExample> examples, List<String> texts) {}

    /** Returns what a page has in its fences; files named before the first second-level heading belong to all examples. */
    static Page read(String markdown) {
        List<DocExample> examples = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        Map<String, String> common = new LinkedHashMap<>();
        Map<String, String> files = new LinkedHashMap<>();
        String heading = "";
        Matcher fence = FENCE.matcher(markdown);
        while (fence.find()) {
            if (fence.group(4) != null) {
                if (heading.isEmpty() || common.isEmpty()) {
                    common.putAll(files);
                    files.clear();
                }
                heading = fence.group(4);
            } else if (fence.group(1).equals("console")) {
                Map<String, String> all = new LinkedHashMap<>(common);
                all.putAll(files);
                files.clear();
                examples.add(new DocExample(heading, fence.group(2), all, dialogue(fence.group(3))));
            } else if (fence.group(2).isEmpty()) {
                texts.add(fence.group(3).lines().findFirst().orElse(""));
            } else {
                files.put(fence.group(2), fence.group(3));
            }
        }
        if (!files.isEmpty()) {
            throw new AssertionError("files that no example uses: " + files.keySet());
        }
        return new Page(examples, texts);
    }

    private static List<Exchange> dialogue(String text) {
        List<Exchange> dialogue = new ArrayList<>();
        for (String line : text.lines().toList()) {
            if (line.startsWith("$ ")) {
                dialogue.add(new Exchange(line.substring(2), new ArrayList<>()));
            } else if (dialogue.isEmpty()) {
                throw new AssertionError("output without a command: " + line);
            } else {
                dialogue.get(dialogue.size() - 1).output().add(line);
            }
        }
        return dialogue;
    }

    @Override
    public String toString() {
        return heading + ": " + dialogue.get(0).command();
    }
}
