package taskfarmer.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import taskfarmer.history.Consumption;
import taskfarmer.history.Skips;
import taskfarmer.history.Tally;
import taskfarmer.history.TaskState;
import taskfarmer.model.NativeText;
import taskfarmer.report.Member.Presence;
import taskfarmer.store.State;

/** The tables of the page that do not follow its filters, as HTML. */
final class Tables {
    private static final int MOST_GROUPS = 25;
    private static final int MOST_FARMERS = 1000;
    private static final int LINE_LENGTH = 300;

    private final Facts facts;
    private final StringBuilder html = new StringBuilder();

    Tables(Facts facts) {
        this.facts = facts;
    }

    private String taken() {
        String text = html.toString();
        html.setLength(0);
        return text;
    }

    private void open(String label, String... heads) {
        html.append("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"" + label
                + "\"><table>\n<thead><tr>");
        for (String head : heads) {
            boolean number = head.startsWith("#");
            html.append("<th scope=\"col\"" + (number ? " class=\"number\"" : "") + ">" + head.replaceFirst("^#", "")
                    + "</th>");
        }
        html.append("</tr></thead>\n<tbody>\n");
    }

    private void close() {
        html.append("</tbody></table></div>\n");
    }

    private static String number(String text) {
        return "<td class=\"number\">" + text + "</td>";
    }

    private void note(String text) {
        html.append("<p class=\"note\">" + text + "</p>\n");
    }

    /** Returns the failed tasks by exit status and by the ends of their logs. */
    String failures() {
        FailedTasks failed = facts.failed();
        if (failed.count() == 0) {
            note("No task has failed.");
            skipped();
            return taken();
        }
        html.append("<h3>By exit status</h3>\n");
        open("Failed tasks by exit status", "#tasks", "exit status or reason", "first task IDs", "log of the first");
        groups(failed.byStatus(), group -> "<td>" + Texts.html(group.what()) + "</td>");
        html.append("<h3>By the last line of the log</h3>\n");
        open(
                "Failed tasks by the last line of their logs",
                "#tasks",
                "last line, for example",
                "first task IDs",
                "log of the first");
        groups(
                failed.byLastLine(),
                group -> "<td class=\"line\">"
                        + (group.example().isEmpty()
                                ? "<em>" + Texts.html(group.what()) + "</em>"
                                : "<code>" + Texts.foreign(group.example(), LINE_LENGTH) + "</code>")
                        + "</td>");
        String cut = failed.logs() < failed.count()
                ? " Only " + Texts.count(failed.logs()) + " of the " + Texts.count(failed.count())
                        + " logs were read, spread evenly over the task IDs."
                : "";
        note("Lines are alike if they differ in numbers and paths only." + cut);
        skipped();
        return taken();
    }

    /** Lists the tasks that were cancelled because others have not ended well. */
    private void skipped() {
        State state = facts.history().state();
        Group.Sorter byCause = new Group.Sorter();
        Map<Integer, Integer> roots = Skips.roots(state);
        roots.keySet().stream().sorted().forEach(task -> {
            int root = roots.getOrDefault(task, task);
            byCause.add(task, "task " + root + " (" + TaskState.of(state, root).word() + ")", "");
        });
        if (!roots.isEmpty()) {
            html.append("<h3>Cancelled because of others</h3>\n");
            open("Tasks cancelled because of others", "#tasks", "because of", "first task IDs");
            groups(byCause.largestFirst(), group -> "<td>" + Texts.html(group.what()) + "</td>", false);
        }
    }

    private void groups(List<Group> groups, Function<Group, String> what) {
        groups(groups, what, true);
    }

    private void groups(List<Group> groups, Function<Group, String> what, boolean logs) {
        for (Group group : groups.subList(0, Math.min(MOST_GROUPS, groups.size()))) {
            String ids = group.first().stream().map(String::valueOf).collect(Collectors.joining(" "));
            String more = group.count() > group.first().size() ? " \u2026" : "";
            html.append("<tr>" + number(Texts.count(group.count())) + what.apply(group) + "<td class=\"ids\">" + ids
                    + more + "</td>"
                    + (logs ? "<td class=\"path\">" + log(group.first().get(0)) + "</td>" : "")
                    + "</tr>\n");
        }
        close();
        if (groups.size() > MOST_GROUPS) {
            List<Group> rest = groups.subList(MOST_GROUPS, groups.size());
            note("And " + Texts.count(rest.size(), "smaller group") + " with "
                    + Texts.count(rest.stream().mapToInt(Group::count).sum(), "task") + ".");
        }
    }

    private String log(int task) {
        return "<code>" + path(facts.history().directory().log(task)) + "</code>";
    }

    static String path(Path path) {
        return Texts.foreign(NativeText.text(path), Integer.MAX_VALUE);
    }

    /** Returns what the slots spent their time on, of all farmers and of each. */
    String utilisation() {
        if (facts.members().isEmpty()) {
            note("No farmer has worked on it yet.");
            return taken();
        }
        open(
                "Utilisation by farmer",
                "farmer",
                "host",
                "job",
                "#slots",
                "from",
                "#there for",
                "#busy",
                "#idle: start",
                "#no work",
                "#tail",
                "#CPU",
                "end");
        html.append("<tr class=\"sum\"><th scope=\"row\">all</th><td></td><td></td>"
                + number(Texts.count(facts.slots().most())) + "<td></td>" + number(Texts.duration(facts.elapsed())));
        shares(facts.usage());
        html.append(
                number(cpu(members().map(Tally.Farmer::consumption).reduce(Consumption.UNKNOWN, Consumption::plus))));
        html.append("<td></td></tr>\n");
        int most = Math.min(MOST_FARMERS, facts.members().size());
        for (int i = 0; i < most; i++) {
            Member member = facts.members().get(i);
            html.append("<tr><th scope=\"row\">" + member.number() + "</th><td>" + Texts.foreign(member.host(), 80)
                    + "</td><td>" + Texts.foreign(member.job(), 80) + "</td>"
                    + number(Texts.count(member.numbers().count())) + "<td>" + Texts.time(member.since()) + "</td>"
                    + number(Texts.duration(member.until() - member.since())));
            shares(facts.usage(i));
            html.append(
                    number(cpu(facts.history().tally().farmer(member.number()).consumption())));
            html.append("<td>" + end(member) + "</td></tr>\n");
        }
        close();
        if (most < facts.members().size()) {
            note("Only the first " + Texts.count(most) + " of "
                    + Texts.count(facts.members().size(), "farmer") + " are listed.");
        }
        return taken();
    }

    private void shares(Usage usage) {
        String bar = "<span class=\"meter\" aria-hidden=\"true\"><span style=\"width:"
                + Math.round(usage.utilisation() * 100) + "%\"></span></span>";
        html.append("<td class=\"number busy\">" + bar + Texts.percent(usage.utilisation()) + "</td>");
        for (long part : new long[] {usage.start(), usage.gaps(), usage.tail()}) {
            html.append(number(Texts.percent(usage.share(part))));
        }
    }

    private Stream<Tally.Farmer> members() {
        return facts.members().stream().map(member -> facts.history().tally().farmer(member.number()));
    }

    /** Returns which part of their time attempts kept a processor busy. */
    private static String cpu(Consumption consumption) {
        return consumption.isCpuKnown() ? Texts.percent(consumption.cores()) : "\u2013";
    }

    private static String end(Member member) {
        if (member.presence() == Presence.THERE) {
            return "at work";
        } else if (member.presence() == Presence.SILENT) {
            return "not heard of since";
        }
        return member.reason().isEmpty() ? "left: nothing to do" : Texts.foreign(member.reason(), 40);
    }

    /** Returns the tasks that took longest. */
    String slowest() throws IOException {
        if (facts.slowest().isEmpty()) {
            note("No task has run yet.");
            return taken();
        }
        open("Slowest tasks", "#ID", "#attempt", "#duration", "outcome", "start", "farmer", "command");
        Spans spans = facts.spans();
        for (int i : facts.slowest()) {
            Outcome outcome = spans.outcome(i);
            String how = outcome == Outcome.FAILED ? "failed (" + why(i) + ")" : outcome.word();
            html.append("<tr><th scope=\"row\" class=\"number\">" + spans.task(i) + "</th>"
                    + number("" + spans.number(i))
                    + number(Texts.duration(spans.duration(i))) + "<td><span class=\"mark " + outcome.word()
                    + "\"></span>"
                    + how + "</td><td>" + Texts.time(spans.start(i)) + "</td><td>" + spans.farmer(i) + "."
                    + spans.slot(i) + "</td><td class=\"line\"><code>"
                    + Texts.foreign(facts.history().command(spans.task(i)).text(), Data.COMMAND_LENGTH)
                    + "</code></td></tr>\n");
        }
        close();
        return taken();
    }

    private String why(int index) {
        String reason = facts.spans().reason(index);
        return reason.isEmpty() ? Integer.toString(facts.spans().status(index)) : Texts.foreign(reason, 40);
    }

    /** Returns how long it would have taken with other numbers of slots. */
    String schedules() {
        if (facts.schedules().isEmpty()) {
            note("No task has ended yet.");
            return taken();
        }
        open("Time with other numbers of slots", "#slots", "#time", "#slots busy", "");
        int most = facts.slots().most();
        long longest = facts.schedules().get(0).time();
        for (Schedule schedule : facts.schedules()) {
            boolean actual = schedule.slots() == most;
            html.append("<tr" + (actual ? " class=\"sum\"" : "") + "><th scope=\"row\" class=\"number\">"
                    + Texts.count(schedule.slots()) + "</th>" + number(Texts.duration(schedule.time()))
                    + number(Texts.percent(schedule.utilisation()))
                    + "<td class=\"wide\"><span class=\"meter\" aria-hidden=\"true\"><span style=\"width:"
                    + Math.max(1, Math.round(100.0 * schedule.time() / Math.max(1, longest))) + "%\"></span></span>"
                    + (actual ? "as many as there were" : "") + "</td></tr>\n");
        }
        close();
        return taken();
    }
}
