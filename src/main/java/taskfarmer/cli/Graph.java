package taskfarmer.cli;

import java.util.List;

/** Numbers as rows of characters. */
final class Graph {
    private static final String[] BARS = {
        " ", "\u2581", "\u2582", "\u2583", "\u2584", "\u2585", "\u2586", "\u2587", "\u2588"
    };
    private static final String[] ASCII_BARS = {" ", ".", ":", "-", "=", "+", "*", "#", "@"};

    private Graph() {}

    /** Returns a bar of so many columns, filled up to a share from 0 to 1; full only if the share is 1. */
    static String bar(double share, int columns, boolean unicode) {
        int all = Math.max(0, columns);
        int full = Math.max(0, Math.min(all, (int) Math.floor(share * all)));
        return (unicode ? "\u2588" : "#").repeat(full) + (unicode ? "\u2591" : "-").repeat(all - full);
    }

    /**
     * Returns one character for each group of numbers, the higher the more they are together; the highest one fills its
     * row, and only nothing at all is empty.
     *
     * @param columns how many characters at most; each stands for the same whole number of numbers, the latest at the end
     */
    static String spark(List<Integer> numbers, int columns, boolean unicode) {
        int group = Math.max(1, (numbers.size() + columns - 1) / Math.max(1, columns));
        int count = Math.min(columns, numbers.size() / group);
        long[] sums = new long[count];
        long most = 0;
        for (int i = 0; i < count; i++) {
            int end = numbers.size() - (count - 1 - i) * group;
            for (int number : numbers.subList(end - group, end)) {
                sums[i] += number;
            }
            most = Math.max(most, sums[i]);
        }
        String[] bars = unicode ? BARS : ASCII_BARS;
        StringBuilder text = new StringBuilder();
        for (long sum : sums) {
            int height = sum == 0 ? 0 : (int) Math.max(1, sum * (bars.length - 1) / most);
            text.append(bars[height]);
        }
        return text.toString();
    }
}
