package taskfarmer.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import taskfarmer.cli.Style.Tone;
import taskfarmer.history.Consumption;
import taskfarmer.history.Host;
import taskfarmer.history.Skips;
import taskfarmer.history.Standing;
import taskfarmer.history.TaskState;
import taskfarmer.model.Resources;
import taskfarmer.model.Sizes;
import taskfarmer.model.Usage;
import taskfarmer.store.Outlook;

/** The words for what tasks ask for, what they get, and what they have used. */
final class Demands {
    private Demands() {}

    /** Says in one line what keeps pending tasks; empty if nothing does. */
    static void pending(TextLine line, Outlook outlook) {
        List<String> parts = new ArrayList<>();
        if (outlook.waiting() > 0) {
            parts.add(outlook.waiting() + (outlook.waiting() == 1 ? " waits" : " wait") + " for other tasks");
        }
        if (outlook.resting() > 0) {
            parts.add(outlook.resting() + (outlook.resting() == 1 ? " rests" : " rest") + " before a retry");
        }
        line.add(outlook.isClear() ? "" : "pending: ").add(String.join(", ", parts));
        String comma = parts.isEmpty() ? "" : ", ";
        if (outlook.unmet() > 0) {
            line.add(comma)
                    .add(
                            Tone.BAD,
                            outlook.unmet() + (outlook.unmet() == 1 ? " needs" : " need") + " more than any farmer has")
                    .add(" (task " + outlook.unmetTask() + ": " + amounts(outlook.unmetNeeds()) + ")");
            comma = ", ";
        }
        if (outlook.untaken() > 0) {
            line.add(comma)
                    .add(
                            Tone.DOUBTFUL,
                            outlook.untaken() + (outlook.untaken() == 1 ? " has" : " have") + " tags that nobody takes")
                    .add(" (task " + outlook.untakenTask() + ")");
        }
    }

    /** Returns amounts as a user would write them: {@code cores=4 mem=8G}. */
    private static String amounts(Resources resources) {
        StringJoiner text = new StringJoiner(" ");
        resources.amounts().forEach((name, amount) -> text.add(name + "=" + Resources.show(name, amount)));
        return text.toString();
    }

    /** Says what is free on a host: {@code n1: cores 24 of 32 free, mem 48G of 64G free}. */
    static String host(Host host) {
        StringJoiner text = new StringJoiner(", ", host.name() + ": ", "");
        for (Map.Entry<String, Long> amount : host.capacity().amounts().entrySet()) {
            String name = amount.getKey();
            text.add(name + " " + Resources.show(name, host.free().amount(name)) + " of "
                    + Resources.show(name, amount.getValue()) + " free");
        }
        return text.toString();
    }

    /** Says what attempts have used: {@code peak memory 3.1G (task 17), CPU 93 % of the slots' busy time}; empty if nothing is known. */
    static String consumption(Consumption used) {
        StringJoiner text = new StringJoiner(", ");
        if (used.memory() >= 0) {
            text.add("peak memory " + Sizes.show(used.memory()) + " (task " + used.task() + ")");
        }
        if (used.isCpuKnown()) {
            text.add("CPU " + Math.round(used.cores() * 100) + " % of the slots' busy time");
        }
        return text.toString();
    }

    /** Says what one attempt has used; empty if nothing is known. */
    static String usage(Usage usage) {
        StringJoiner text = new StringJoiner(", ");
        if (usage.cpu() >= 0) {
            text.add("CPU " + Shown.span(usage.cpu() / 1e6));
        }
        if (usage.memory() >= 0) {
            text.add("peak memory " + Sizes.show(usage.memory()));
        }
        if (usage.log() >= 0) {
            text.add("log " + Sizes.show(usage.log()) + (usage.log() < 1024 ? " bytes" : ""));
        }
        return text.toString();
    }

    /** Says what became of a task because of which others were cancelled: {@code task 3 failed}. */
    static String because(int task, TaskState state) {
        return "task " + task
                + switch (state) {
                    case FAILED -> " failed";
                    case CANCELLED -> " was cancelled";
                    case DROPPED -> " was dropped";
                    case PENDING, CLAIMED, RUNNING, FINISHED -> " had not ended well";
                };
    }

    /** Says how many tasks were cancelled because of which others, in at most so many lines. */
    static List<String> skips(Standing standing, int most) {
        List<String> lines = new ArrayList<>();
        List<Skips> skips = standing.skips();
        for (Skips each : skips.subList(0, Math.min(most, skips.size()))) {
            lines.add(Wording.tasks(each.count()) + " cancelled: " + because(each.because(), each.state()));
        }
        if (most < skips.size()) {
            int rest = skips.subList(most, skips.size()).stream()
                    .mapToInt(Skips::count)
                    .sum();
            lines.add("... and " + rest + " more because of " + Wording.tasks(skips.size() - most)
                    + " (--all shows them)");
        }
        return lines;
    }
}
