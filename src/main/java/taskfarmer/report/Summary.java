package taskfarmer.report;

import java.util.LinkedHashMap;
import java.util.Map;
import taskfarmer.report.Member.Presence;
import taskfarmer.store.State;
import taskfarmer.store.State.Phase;

/** The head of the page: how the farm stands, in a sentence and in numbers. */
final class Summary {
    private final Facts facts;
    private final State state;

    Summary(Facts facts) {
        this.facts = facts;
        this.state = facts.history().state();
    }

    /** Returns whether it runs, has ended, or stopped before the end, as HTML. */
    String standing() {
        long there = facts.present(Presence.THERE);
        long silent = facts.present(Presence.SILENT);
        int left = state.count(Phase.PENDING) + state.count(Phase.CLAIMED);
        String rest = left == 0
                ? "nothing is left to do"
                : Texts.count(left, "task") + (left == 1 ? " is" : " are") + " left";
        if (facts.members().isEmpty()) {
            return "<strong>Not begun</strong>: no farmer has worked on it yet.";
        } else if (there > 0) {
            String others = silent == 0
                    ? ""
                    : " Nothing was heard of " + Texts.count(silent, "other farmer")
                            + " lately; its tasks go back to the list.";
            return "<strong>Running</strong>: " + Texts.count(there, "farmer") + (there == 1 ? " is" : " are")
                    + " at work, " + rest + "." + others;
        } else if (silent > 0) {
            return "<strong>Stopped without a word</strong>: the last farmer was heard of at "
                    + Texts.time(facts.until()) + "; " + rest
                    + ". Start it again to go on: what still seems to run goes back to the list then.";
        } else if (left > 0) {
            return "<strong>Stopped before the end</strong>" + reason() + ": " + rest + ". Start it again to go on.";
        }
        int failed = state.count(Phase.FAILED);
        return "<strong>Ended</strong>: "
                + (failed == 0
                        ? "no task failed."
                        : Texts.count(failed) + " of " + Texts.count(state.size(), "task") + " failed.");
    }

    private String reason() {
        Member last = facts.members().get(0);
        for (Member member : facts.members()) {
            last = member.until() >= last.until() ? member : last;
        }
        return last.reason().isEmpty() ? "" : " (" + Texts.foreign(last.reason(), 40) + ")";
    }

    /** Returns one word for how it stands, which the page is styled by. */
    String mood() {
        boolean failed = state.count(Phase.FAILED) > 0;
        if (facts.present(Presence.THERE) > 0) {
            return failed ? "running failed" : "running";
        }
        boolean left = state.count(Phase.PENDING) + state.count(Phase.CLAIMED) > 0;
        return failed ? "failed" : left ? "stopped" : "done";
    }

    /** Returns how many tasks are in each state, in the words that all commands use. */
    Map<String, Integer> counts() {
        Map<String, Integer> counts = new LinkedHashMap<>();
        int running = facts.spans().running();
        counts.put("finished", state.count(Phase.FINISHED));
        counts.put("failed", state.count(Phase.FAILED));
        counts.put("running", running);
        counts.put("claimed", state.count(Phase.CLAIMED) - running);
        counts.put("pending", state.count(Phase.PENDING));
        counts.put("cancelled", state.count(Phase.CANCELLED));
        counts.put("dropped", state.count(Phase.DROPPED));
        return counts;
    }

    String html() {
        StringBuilder html = new StringBuilder();
        html.append("<div class=\"progress\" aria-hidden=\"true\">");
        counts().forEach((word, count) -> {
            if (count > 0) {
                html.append("<span class=\"part " + word + "\" style=\"flex-grow:" + count + "\"></span>");
            }
        });
        html.append("</div>\n<dl class=\"tiles\" id=\"states\">\n");
        tile(html, "", "tasks", Texts.count(state.size()));
        counts().forEach((word, count) -> {
            boolean always = word.equals("finished") || word.equals("failed") || word.equals("pending");
            if (count > 0 || always) {
                tile(html, word + (count == 0 ? " none" : ""), word, Texts.count(count));
            }
        });
        html.append("</dl>\n<dl class=\"tiles small\">\n");
        tile(html, "", "time at work", Texts.duration(facts.elapsed()));
        double seconds = facts.elapsed() / 1e6;
        tile(html, "", "throughput", seconds > 0 ? Texts.rate(facts.ended() / seconds) : "\u2013");
        tile(
                html,
                "",
                "slots busy",
                facts.usage().total() > 0 ? Texts.percent(facts.usage().utilisation()) : "\u2013");
        tile(html, "", "farmers", Texts.count(facts.members().size()));
        tile(html, "", "slots at most", Texts.count(facts.slots().most()));
        tile(html, "", "attempts", Texts.count(facts.spans().count()));
        Demand demand = facts.demand();
        if (demand.peaks().length > 0) {
            tile(html, "", "peak memory", Texts.size(demand.highestPeak()));
        }
        return html.append("</dl>\n").toString();
    }

    private static void tile(StringBuilder html, String style, String name, String value) {
        html.append("<div class=\"tile " + style + "\" data-name=\"" + name + "\"><dt>" + name + "</dt><dd>" + value
                + "</dd></div>\n");
    }
}
