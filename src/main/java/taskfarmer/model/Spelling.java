package taskfarmer.model;

import java.util.Optional;

/** Finds what somebody may have meant who mistyped a name. */
public final class Spelling {
    private static final int SHORT = 5; // below, a second slip leaves too little of a name

    private Spelling() {}

    /** Returns the name that is nearest to a word; empty if none is near. */
    public static Optional<String> nearest(String word, Iterable<String> names) {
        int least = word.length() < SHORT ? 2 : 3;
        Optional<String> nearest = Optional.empty();
        for (String name : names) {
            int slips = slips(word, name, least);
            if (slips < least) {
                least = slips;
                nearest = Optional.of(name);
            }
        }
        return nearest;
    }

    /**
     * Returns how many slips lead from one word to the other: a character left out, added, changed, or two that have changed
     * places (the optimal string alignment distance).
     *
     * @param most from how many on it does not matter
     */
    private static int slips(String a, String b, int most) {
        if (Math.abs(a.length() - b.length()) >= most) {
            return most;
        }
        int[][] slips = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    slips[i][j] = i + j;
                    continue;
                }
                int changed = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int fewest = Math.min(slips[i - 1][j], slips[i][j - 1]) + 1;
                fewest = Math.min(fewest, slips[i - 1][j - 1] + changed);
                boolean swapped =
                        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
                slips[i][j] = swapped ? Math.min(fewest, slips[i - 2][j - 2] + 1) : fewest;
            }
        }
        return slips[a.length()][b.length()];
    }
}
