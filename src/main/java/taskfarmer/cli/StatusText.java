package taskfarmer.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import taskfarmer.cli.Style.Tone;
import taskfarmer.history.Excerpts;
import taskfarmer.history.Host;
import taskfarmer.history.Standing;
import taskfarmer.history.Tally;
import taskfarmer.model.LogName;
import taskfarmer.model.NativeText;
import taskfarmer.store.Op;

/** How a farm stands, as text for people: one screen, or all of it. */
final class StatusText {
    private static final int SLOTS = 16; // shown of all farmers together, if they are all
    private static final int SOME_SLOTS = 12; // otherwise
    private static final int FARMERS = 12;
    private static final int HOSTS = 6;
    private static final int FAILURES = 3;
    private static final int COMMAND = 100; // columns

    private final Standing standing;
    private final Excerpts excerpts;
    private final Shown shown;
    private final String name;
    private final boolean all;
    private final Style style;
    private final List<String> lines = new ArrayList<>();

    /**
     * Returns what is to be said.
     *
     * @param name the work directory, as it can be typed
     * @param all whether to leave out nothing
     */
    StatusText(Standing standing, Excerpts excerpts, Shown shown, String name, boolean all, Style style) {
        this.standing = standing;
        this.excerpts = excerpts;
        this.shown = shown;
        this.name = name;
        this.all = all;
        this.style = style;
    }

    List<String> lines() {
        TextLine first = line();
        Wording.headline(first, standing, name);
        put(first);
        if (standing.counts().total() > 0) {
            TextLine counts = line();
            Wording.counts(counts, standing.counts());
            put(counts);
            put(line().add(Wording.pace(standing)));
            demands();
        }
        hosts();
        farmers();
        departures();
        failures();
        whatNext();
        return List.copyOf(lines);
    }

    /** Says what tasks have used, what keeps pending ones, and which were cancelled because of others: where there is anything to say. */
    private void demands() {
        String used = Demands.consumption(standing.consumption());
        if (!used.isEmpty()) {
            put(line().add(used));
        }
        if (!standing.outlook().isClear()) {
            TextLine pending = line();
            Demands.pending(pending, standing.outlook());
            put(pending);
        }
        Demands.skips(standing, all ? Integer.MAX_VALUE : FAILURES).forEach(text -> put(line().add(text)));
    }

    private void hosts() {
        List<Host> hosts = standing.hosts();
        int most = all ? hosts.size() : Math.min(HOSTS, hosts.size());
        if (most > 0) {
            gap();
        }
        hosts.subList(0, most).forEach(host -> put(line().add(Demands.host(host))));
        if (most < hosts.size()) {
            put(line().add("... and " + (hosts.size() - most) + " more hosts (--all shows them)"));
        }
    }

    private void farmers() {
        List<Standing.Farmer> farmers = standing.farmers();
        int most = all ? farmers.size() : Math.min(FARMERS, farmers.size());
        if (most > 0) {
            gap();
        }
        int busy = farmers.stream().mapToInt(farmer -> farmer.running().size()).sum();
        int share = SOME_SLOTS / Math.max(1, farmers.size());
        int slots = all || busy <= SLOTS ? busy : share > 1 ? share : 0;
        for (Standing.Farmer farmer : farmers.subList(0, most)) {
            farmer(farmer, slots);
        }
        if (most < farmers.size()) {
            put(line().add("... and " + (farmers.size() - most) + " more farmers (--all shows them)"));
        }
    }

    private void farmer(Standing.Farmer farmer, int most) {
        int slots = farmer.who().slots();
        TextLine line = line().add("farmer " + farmer.who().number() + " on "
                + farmer.who().joined().identity().name() + ": ");
        if (farmer.who().wish() != Op.Wish.WORK) {
            line.add(Tone.DOUBTFUL, Wording.wish(farmer.who().wish())).add(", ");
        }
        int running = farmer.running().size();
        int busy = farmer.busySlots();
        line.add(
                busy <= slots
                        ? busy + " of " + Shown.count(slots, "slot") + " busy"
                        : Shown.count(busy, "slot") + " busy, " + slots + " wanted");
        line.add(farmer.claimed() > 0 ? ", " + farmer.claimed() + " claimed" : "");
        line.add(", " + farmer.tally().finished() + " finished, ");
        line.add(farmer.tally().failed() + " failed, here for "
                + Shown.time(Math.max(0, standing.now() - farmer.who().since()) / 1e6) + ", ");
        put(line.add(Wording.tone(farmer.sign()), Wording.sign(farmer.sign())));
        for (Standing.Running task : farmer.running().subList(0, Math.min(most, running))) {
            running(task);
        }
        if (most > 0 && most < running) {
            put(line().add("  ... and " + (running - most) + " more (--all shows them)"));
        }
    }

    private void running(Standing.Running running) {
        int attempt = running.claim().attempt();
        TextLine line = line().add("  task " + running.task() + (attempt > 1 ? " (attempt " + attempt + ")" : ""));
        line.add(" in slot " + running.claim().slot() + " for " + Shown.time(running.seconds(standing.now())));
        line.add(running.aborted() ? ", told to end: " : ": ");
        put(line.addShortened(NativeText.text(excerpts.command(running.task()).bytes()), all ? TextLine.ANY : COMMAND));
    }

    private void departures() {
        List<Standing.Departure> early = standing.lately();
        int most = all ? early.size() : Math.min(FAILURES, early.size());
        if (most > 0) {
            gap();
        }
        for (Standing.Departure gone : early.subList(0, most)) {
            String reason = gone.tally().reason();
            String ago = Shown.time(Math.max(0, standing.now() - gone.tally().until()) / 1e6) + " ago";
            TextLine line = line().add("farmer " + gone.who().number() + " on "
                    + gone.who().joined().identity().name() + ": ");
            put(
                    reason.equals("lost")
                            ? line.add(Tone.BAD, "found dead").add(" " + ago)
                            : line.add("left " + ago + " before the end (" + reason + ")"));
        }
        if (most < early.size()) {
            put(line().add("... and " + (early.size() - most) + " more that left early (--all shows them)"));
        }
    }

    private void failures() {
        if (standing.counts().failed() == 0) {
            return;
        }
        gap();
        List<Tally.Failure> latest = standing.failures();
        for (Tally.Failure failure : latest.subList(0, all ? latest.size() : Math.min(FAILURES, latest.size()))) {
            Optional<String> log = excerpts.log(failure.task()).map(shown::path);
            put(line().add("task " + failure.task() + " ")
                    .add(Tone.BAD, "failed")
                    .add(": " + Wording.failure(failure, standing.known()) + ", "
                            + log.map(path -> "log " + path).orElse("no log")));
            byte[] last = excerpts.lastLine(failure.task());
            if (last.length > 0) {
                put(line().add("  ").addShortened(NativeText.text(last), all ? TextLine.ANY : COMMAND));
            }
        }
    }

    private void whatNext() {
        List<String> advice = new ArrayList<>();
        String farm = Shown.typed(Shown.farm(name));
        if (standing.counts().failed() > 0) {
            advice.add("to see all that failed:  taskfarmer logs " + farm + " --failed");
            advice.add("to run them once more:   taskfarmer retry " + farm + " --failed");
        }
        if (standing.course() == Standing.Course.STOPPED || standing.course() == Standing.Course.DESERTED) {
            int left = standing.counts().left();
            advice.add("to go on with the " + Wording.tasks(left) + (left == 1 ? " that is" : " that are")
                    + " left, start a farmer by the same command as before");
        }
        if (standing.counts().running() > 0) {
            advice.add("logs: " + shown.path(standing.directory().logs()) + '/'
                    + LogName.pattern(standing.counts().total()));
        }
        if (!advice.isEmpty()) {
            gap();
            advice.forEach(text -> put(line().add(text)));
        }
    }

    private TextLine line() {
        return TextLine.open(style);
    }

    private void gap() {
        lines.add("");
    }

    private void put(TextLine line) {
        lines.add(line.toString());
    }
}
