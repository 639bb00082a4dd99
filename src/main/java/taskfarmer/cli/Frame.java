package taskfarmer.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import taskfarmer.cli.Style.Tone;
import taskfarmer.history.Excerpts;
import taskfarmer.history.Host;
import taskfarmer.history.Standing;
import taskfarmer.history.Tally;
import taskfarmer.history.Throughput;
import taskfarmer.model.NativeText;
import taskfarmer.store.Op;

/** One screen of {@code taskfarmer watch}: what it shows of a farm on a terminal of some size. */
final class Frame {
    private static final int FULL_HEIGHT = 14; // rows from which there is room for headings
    private static final int HOSTS_EACH = 10; // rows for one host to be shown
    private static final int SPARK = Throughput.SLICES / 5; // columns

    private final Standing standing;
    private final Excerpts excerpts;
    private final String name;
    private final Terminal.Size size;
    private final Style style;
    private final List<TextLine> lines = new ArrayList<>();
    private final List<Standing.Running> running = new ArrayList<>();
    private int scrolled;
    private int page;

    private Frame(Standing standing, Excerpts excerpts, String name, Terminal.Size size, Style style) {
        this.standing = standing;
        this.excerpts = excerpts;
        this.name = name;
        this.size = size;
        this.style = style;
    }

    /**
     * Returns the screen for a moment.
     *
     * @param name the work directory, as people know it
     * @param wanted how many running tasks are scrolled past; fewer are if there are not so many
     * @param trouble why there is nothing newer to be shown; otherwise empty
     */
    static Frame of(
            Standing standing,
            Excerpts excerpts,
            String name,
            int wanted,
            String trouble,
            Terminal.Size size,
            Style style) {
        Frame frame = new Frame(standing, excerpts, name, size, style);
        frame.draw(wanted, trouble);
        return frame;
    }

    /** Returns the screen that explains the keys. */
    static List<TextLine> help(Terminal.Size size, Style style) {
        List<TextLine> lines = new ArrayList<>();
        for (String text : new String[] {
            "Keys",
            "",
            "  q              quit",
            "  j k, arrows    scroll what runs",
            "  PgUp PgDn      by a page",
            "  g G            to the first, to the last",
            "  Ctrl-L         draw anew",
            "  ?              this, and back"
        }) {
            lines.add(TextLine.within(size.columns(), style).add(text));
        }
        return lines.subList(0, Math.min(lines.size(), size.rows()));
    }

    /** Returns the lines, at most as many as there are rows. */
    List<TextLine> lines() {
        return lines.subList(0, Math.min(lines.size(), size.rows()));
    }

    /** Returns how many running tasks were scrolled past. */
    int scrolled() {
        return scrolled;
    }

    /** Returns how many running tasks are shown at once. */
    int page() {
        return page;
    }

    private void draw(int wanted, String trouble) {
        standing.farmers().forEach(farmer -> running.addAll(farmer.running()));
        running.sort(Standing.Running.LONGEST_FIRST);
        boolean full = size.rows() >= FULL_HEIGHT;
        head(full);
        int room = size.rows() - lines.size() - 1; // for the line of keys
        int headings = full ? 2 : 0; // an empty row and a title
        int failures = Math.min(standing.failures().size(), Math.max(1, room / 5));
        int farmers = Math.min(standing.farmers().size(), Math.max(1, room / 3));
        int rest =
                room - (failures > 0 ? failures + Math.min(1, headings) : 0) - (farmers > 0 ? farmers + headings : 0);
        farmers(farmers, full);
        running(Math.max(0, rest), headings, wanted);
        while (lines.size() < size.rows() - 1 - failures) {
            lines.add(line());
        }
        failures(failures);
        keys(trouble);
    }

    private void head(boolean full) {
        TextLine first = line();
        Wording.headline(first, standing, name);
        if (first.columns() == size.columns()) { // it may have been cut
            first = line();
            Wording.shortHeadline(first, standing);
            first.add("  " + name);
        }
        lines.add(first);
        Standing.Counts counts = standing.counts();
        int total = counts.total() - counts.dropped();
        double share = total == 0 ? 1 : (double) counts.ended() / total;
        String percent = Math.floor(share * 1000) / 10 + " %";
        lines.add(line().add(Wording.tone(standing.course()), Graph.bar(share, size.columns() - 9, style.unicode()))
                .right(Tone.STRONG, percent, 8));
        TextLine numbers = line();
        Wording.counts(numbers, counts);
        lines.add(numbers);
        lines.add(line().add(Wording.pace(standing)));
        if (full) {
            lines.add(throughput());
            demands();
        }
    }

    /** Shows what keeps pending tasks, and what hosts have free, on a part of the screen. */
    private void demands() {
        if (!standing.outlook().isClear()) {
            TextLine pending = line();
            Demands.pending(pending, standing.outlook());
            lines.add(pending);
        }
        List<Host> hosts = standing.hosts();
        hosts.subList(0, Math.min(hosts.size(), size.rows() / HOSTS_EACH))
                .forEach(host -> lines.add(line().add(Demands.host(host))));
    }

    private TextLine throughput() {
        int slices = SPARK;
        for (int columns : new int[] {2 * SPARK, 5 * SPARK}) {
            slices = standing.elapsed() > slices * Throughput.SLICE_SECONDS ? columns : slices;
        }
        List<Integer> all = standing.throughput();
        List<Integer> shown = all.subList(all.size() - slices, all.size());
        TextLine line =
                line().add(Tone.FAINT, "ended in the last " + slices * Throughput.SLICE_SECONDS / 60 + " min  ");
        return line.add(Graph.spark(
                shown, Math.max(0, Math.min(SPARK, size.columns() - line.columns())), style.unicode()));
    }

    private void farmers(int count, boolean full) {
        if (count == 0) {
            return;
        }
        if (full) {
            lines.add(line());
            TextLine title = line().left(Tone.FAINT, "FARMER", 6).right(Tone.FAINT, "BUSY", 9);
            lines.add(title.right(Tone.FAINT, "FINISHED", 8)
                    .right(Tone.FAINT, "FAILED", 6)
                    .right(Tone.FAINT, "HERE", 10)
                    .add(
                            Tone.FAINT,
                            " WHERE"
                                    + (count < standing.farmers().size()
                                            ? ", " + count + " of "
                                                    + standing.farmers().size()
                                            : "")));
        }
        // What is wrong, or about to leave, comes first.
        List<Standing.Farmer> sorted = new ArrayList<>(standing.farmers());
        sorted.sort(Comparator.comparingInt(
                farmer -> !farmer.sign().isHopeful() ? 0 : farmer.who().wish() != Op.Wish.WORK ? 1 : 2));
        for (Standing.Farmer farmer : sorted.subList(0, count)) {
            TextLine line = line().right(
                            Tone.PLAIN, Integer.toString(farmer.who().number()), 6)
                    .right(Tone.PLAIN, farmer.busySlots() + "/" + farmer.who().slots(), 9);
            if (full) {
                line.right(Tone.PLAIN, Integer.toString(farmer.tally().finished()), 8)
                        .right(Tone.PLAIN, Integer.toString(farmer.tally().failed()), 6)
                        .right(
                                Tone.PLAIN,
                                Shown.time(Math.max(
                                                0, standing.now() - farmer.who().since())
                                        / 1e6),
                                10);
            }
            line.add(" " + farmer.who().joined().identity().name());
            if (farmer.who().wish() != Op.Wish.WORK) {
                line.add(", ").add(Tone.DOUBTFUL, Wording.wish(farmer.who().wish()));
            }
            lines.add(line.add(", ").add(Wording.tone(farmer.sign()), Wording.sign(farmer.sign())));
        }
    }

    private void running(int room, int headings, int wanted) {
        page = Math.max(0, room - headings);
        scrolled = Math.max(0, Math.min(wanted, running.size() - page));
        if (running.isEmpty() || page == 0) {
            return;
        }
        if (headings > 0) {
            int last = Math.min(running.size(), scrolled + page);
            lines.add(line());
            TextLine title = line().right(Tone.FAINT, "TASK", 8)
                    .right(Tone.FAINT, "FARMER", 6)
                    .right(Tone.FAINT, "SLOT", 4);
            lines.add(title.right(Tone.FAINT, "FOR", 10)
                    .add(
                            Tone.FAINT,
                            " RUNNING"
                                    + (page < running.size()
                                            ? ", " + (scrolled + 1) + "-" + last + " of " + running.size()
                                            : "")));
        }
        for (Standing.Running task : running.subList(scrolled, Math.min(running.size(), scrolled + page))) {
            TextLine line = line().right(Tone.PLAIN, Integer.toString(task.task()), 8);
            if (headings > 0) {
                line.right(Tone.PLAIN, Integer.toString(task.claim().farmer()), 6)
                        .right(Tone.PLAIN, Integer.toString(task.claim().slot()), 4);
            }
            line.right(Tone.PLAIN, Shown.time(task.seconds(standing.now())), 10);
            line.add(task.aborted() ? Tone.DOUBTFUL : Tone.PLAIN, task.aborted() ? " (told to end)" : "");
            line.add(task.claim().attempt() > 1 ? " (attempt " + task.claim().attempt() + ")" : "");
            lines.add(
                    line.add(" " + NativeText.text(excerpts.command(task.task()).bytes())));
        }
    }

    private void failures(int count) {
        for (Tally.Failure failure : standing.failures().subList(0, count)) {
            TextLine line = line().add("task " + failure.task() + " ").add(Tone.BAD, "failed");
            line.add(": " + Wording.failure(failure, standing.known()));
            String last = NativeText.text(excerpts.lastLine(failure.task()));
            lines.add(line.add(last.isEmpty() ? "" : ": " + last));
        }
    }

    private void keys(String trouble) {
        while (lines.size() < size.rows() - 1) {
            lines.add(line());
        }
        String scroll = running.size() > page ? "j/k scroll  " : "";
        String end = standing.course() == Standing.Course.RUNNING
                ? ""
                : "  (" + standing.course().word() + ")";
        if (!trouble.isEmpty()) {
            lines.add(line().add(Tone.BAD, trouble));
            return;
        }
        lines.add(line().add(Tone.FAINT, "q quit  " + scroll + "? keys" + end));
    }

    private TextLine line() {
        return TextLine.within(size.columns(), style);
    }
}
