package taskfarmer.report;

import java.util.List;
import java.util.OptionalLong;
import java.util.StringJoiner;
import taskfarmer.model.Resources;

/** What the page says of memory and processor time, as HTML. */
final class DemandTables {
    private static final int MOST_NODES = 3;
    private static final int MOST_BINS = 14;
    private static final double[] CORES = {0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.1, 2, 4, 8, 16, 32, 64, 128, 256, 1e9};

    private final Facts facts;
    private final Demand demand;
    private final StringBuilder html = new StringBuilder();

    DemandTables(Facts facts) {
        this.facts = facts;
        this.demand = facts.demand();
    }

    String html() {
        if (!demand.isKnown()) {
            return "<p class=\"note\">What tasks have used is not known: no attempt was sampled.</p>\n";
        }
        html.append("<p id=\"demand\">").append(sentence()).append("</p>\n");
        if (demand.peaks().length > 0) {
            memory();
        }
        if (demand.cores().length > 0) {
            cores();
        }
        return html.toString();
    }

    /** Says how much memory tasks need, and how many of them would have fitted into the nodes. */
    String sentence() {
        StringJoiner sentences = new StringJoiner(" ");
        if (demand.peaks().length > 0) {
            sentences.add("Your tasks peak at " + Texts.size(demand.highestPeak()) + " (median "
                    + Texts.size(demand.medianPeak()) + ")" + nodes() + ".");
            sentences.add("The highest peak is that of task " + demand.largest() + ".");
        }
        if (demand.cores().length > 0) {
            sentences.add("While it runs, a task keeps " + cores(demand.medianCores()) + " busy (median).");
        }
        return sentences.toString();
    }

    private String nodes() {
        List<Node> nodes = Node.all(facts.history());
        int all = nodes.stream().mapToInt(Node::count).sum();
        StringJoiner words = new StringJoiner("; ", "; ", "");
        words.setEmptyValue("");
        for (Node node : nodes.subList(0, Math.min(MOST_NODES, nodes.size()))) {
            OptionalLong atOnce = demand.atOnce(node.resources());
            if (atOnce.isPresent()) {
                String which = all == 1 ? "this node" : nodes.size() == 1 ? "each of these nodes" : "a node";
                words.add(which + (all == 1 ? "" : " with " + node.words()) + " could have run "
                        + Texts.count(atOnce.getAsLong()) + " at a time"
                        + (all == 1 ? " with its " + node.words() : ""));
            }
        }
        return words.toString();
    }

    private void memory() {
        long[] peaks = demand.peaks();
        int first = power(peaks[0]);
        int last = power(peaks[peaks.length - 1]);
        int step = (last - first) / MOST_BINS + 1;
        open("Peak memory of attempts", "peak memory");
        for (int from = first; from <= last; from += step) {
            long low = from == 0 ? 0 : 1L << from;
            long high = from + step > 62 ? Long.MAX_VALUE : 1L << from + step;
            row(Texts.size(low) + " \u2013 " + Texts.size(high), count(peaks, low, high), peaks.length);
        }
        close();
    }

    /** Returns the largest power of two that is not larger. */
    private static int power(long bytes) {
        return bytes <= 1 ? 0 : 63 - Long.numberOfLeadingZeros(bytes);
    }

    private static long count(long[] sorted, long from, long to) {
        long count = 0;
        for (long value : sorted) {
            count += value >= from && value < to ? 1 : 0;
        }
        return count;
    }

    private void cores() {
        double[] cores = demand.cores();
        long[] counts = new long[CORES.length - 1];
        int bin = 0;
        for (double value : cores) {
            while (bin < counts.length - 1 && value >= CORES[bin + 1]) {
                bin++;
            }
            counts[bin]++;
        }
        int first = 0;
        while (counts[first] == 0) {
            first++;
        }
        open("Processors that attempts kept busy", "CPU");
        for (int i = first; i <= bin; i++) {
            boolean last = i == counts.length - 1;
            row(last ? "more" : bin(CORES[i], CORES[i + 1]), counts[i], cores.length);
        }
        close();
    }

    private static String bin(double from, double to) {
        return to < 1
                ? Math.round(from * 100) + " \u2013 " + cores(to)
                : Resources.show(Resources.CORES, Math.round(from * 1000)) + " \u2013 " + cores(to);
    }

    /** Returns a number of cores in words: {@code 93 %} of one, {@code 3.9 cores}. */
    static String cores(double cores) {
        return cores < 1.05
                ? Math.round(cores * 100) + " % of a core"
                : Resources.show(Resources.CORES, Math.round(cores * 10) * 100) + " cores";
    }

    private void open(String label, String what) {
        html.append(
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" + label
                        + "\"><table class=\"bins\">\n<thead><tr><th scope=\"col\">" + what
                        + "</th><th scope=\"col\" class=\"number\">attempts</th><th scope=\"col\"></th></tr></thead>\n<tbody>\n");
    }

    private void row(String bin, long count, int all) {
        html.append("<tr><th scope=\"row\">" + bin + "</th><td class=\"number\">" + Texts.count(count)
                + "</td><td class=\"wide\"><span class=\"meter\" aria-hidden=\"true\"><span style=\"width:"
                + Math.round(100.0 * count / all) + "%\"></span></span></td></tr>\n");
    }

    private void close() {
        html.append("</tbody></table></div>\n");
    }
}
