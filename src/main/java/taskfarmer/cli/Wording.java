package taskfarmer.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import taskfarmer.cli.Style.Tone;
import taskfarmer.history.Attempts;
import taskfarmer.history.Endings;
import taskfarmer.history.LifeSigns;
import taskfarmer.history.Standing;
import taskfarmer.history.Tally;
import taskfarmer.store.Op;
import taskfarmer.store.State;
import taskfarmer.view.AttemptRow;

/** The words in which commands say how a farm stands. */
final class Wording {
    private Wording() {}

    /** Says in one line whether the farm is running, whether anything is wrong, and when it is done. */
    static void headline(TextLine line, Standing standing, String name) {
        Standing.Counts counts = standing.counts();
        line.add(name + ": ").add(tone(standing.course()), standing.course().word());
        int total = counts.total() - counts.dropped();
        if (total == 0) {
            line.add(", no tasks");
            return;
        }
        if (standing.course() == Standing.Course.DONE) {
            line.add(", " + counts.finished() + " of " + tasks(total) + " finished");
        } else {
            line.add(", " + counts.ended() + " of " + tasks(total) + " ended");
        }
        if (counts.failed() > 0) {
            line.add(", ").add(Tone.BAD, counts.failed() + " failed");
        }
        if (standing.course() == Standing.Course.DONE && counts.cancelled() > 0) {
            line.add(", " + counts.cancelled() + " cancelled");
        }
        long lost = standing.farmers().stream()
                .filter(farmer -> !farmer.sign().isHopeful())
                .count();
        if (lost > 0) {
            line.add(", ").add(Tone.BAD, lost + (lost == 1 ? " farmer" : " farmers") + " without a sign of life");
        }
        standing.eta().ifPresent(eta -> line.add(", ETA " + Shown.time(eta)));
    }

    /** Says the same where there is little room. */
    static void shortHeadline(TextLine line, Standing standing) {
        Standing.Counts counts = standing.counts();
        line.add(tone(standing.course()), standing.course().word());
        line.add(", " + counts.ended() + "/" + (counts.total() - counts.dropped()));
        line.add(
                counts.failed() > 0 ? Tone.BAD : Tone.PLAIN,
                counts.failed() > 0 ? ", " + counts.failed() + " failed" : "");
        standing.eta().ifPresent(eta -> line.add(", ETA " + Shown.time(eta)));
    }

    static Tone tone(Standing.Course course) {
        return switch (course) {
            case RUNNING, DONE -> Tone.GOOD;
            case STOPPED -> Tone.DOUBTFUL;
            case DESERTED -> Tone.BAD;
        };
    }

    /** Says how many tasks are in each state. */
    static void counts(TextLine line, Standing.Counts counts) {
        line.add(counts.pending() + " pending, " + counts.claimed() + " claimed, " + counts.running() + " running, "
                + counts.finished() + " finished, ");
        line.add(counts.failed() > 0 ? Tone.BAD : Tone.PLAIN, counts.failed() + " failed");
        line.add(counts.cancelled() > 0 ? ", " + counts.cancelled() + " cancelled" : "");
        line.add(counts.dropped() > 0 ? ", " + counts.dropped() + " dropped" : "");
    }

    /** Says how fast it goes, for how long it has gone, and who is there. */
    static String pace(Standing standing) {
        List<String> parts = new ArrayList<>();
        if (standing.rate() > 0) {
            parts.add(rate(standing.rate()));
        }
        parts.add("elapsed " + Shown.time(standing.elapsed()));
        int farmers = (int) standing.farmers().stream()
                .filter(farmer -> farmer.sign().isHopeful())
                .count();
        if (farmers > 0) {
            int slots = standing.slots();
            parts.add(farmers + (farmers == 1 ? " farmer" : " farmers") + " with " + slots
                    + (slots == 1 ? " slot" : " slots"));
        }
        if (standing.left() > 0) {
            parts.add(standing.left() + (standing.left() == 1 ? " farmer has left" : " farmers have left"));
        }
        if (standing.retries() > 0) {
            parts.add(standing.retries() + (standing.retries() == 1 ? " attempt" : " attempts") + " retried");
        }
        if (standing.requeues() > 0) {
            parts.add(standing.requeues() + (standing.requeues() == 1 ? " attempt" : " attempts") + " requeued");
        }
        return String.join(", ", parts);
    }

    static String rate(double rate) {
        return String.format(Locale.ROOT, rate >= 1 ? "%.1f/s" : "%.3f/s", rate);
    }

    static String tasks(int count) {
        return count + (count == 1 ? " task" : " tasks");
    }

    /** Says since when a farmer has shown no sign of life, and what that means; or when it showed the last one. */
    static String sign(LifeSigns.Sign sign) {
        return switch (sign.kind()) {
            case BEATING -> "heartbeat " + Math.round(sign.age().orElse(0)) + " s ago";
            case SILENT -> "silent for " + Shown.time(sign.age().orElse(0)) + ", taken for dead by whoever comes next";
            case ENDED -> "its process is gone, its tasks go back at the next start";
            case UNSEEN -> "no heartbeat file to be seen from here";
        };
    }

    static Tone tone(LifeSigns.Sign sign) {
        return switch (sign.kind()) {
            case BEATING -> Tone.PLAIN;
            case UNSEEN -> Tone.DOUBTFUL;
            case SILENT, ENDED -> Tone.BAD;
        };
    }

    /** Returns what somebody wishes of a farmer; empty if nothing. */
    static String wish(Op.Wish wish) {
        return switch (wish) {
            case WORK -> "";
            case DRAIN -> "told to drain";
            case STOP -> "told to stop";
            case KILL -> "told to stop at once";
        };
    }

    /**
     * Says how an attempt has come to its own end: {@code failed: exit status 3}, {@code finished},
     * {@code failed, to be tried again: timeout, exit status 143 (signal TERM)}.
     *
     * @param status its exit status; -1 if it has none
     * @param reason the word of the journal; empty if the exit status says it all
     */
    static String end(Op.Verdict verdict, int status, String reason) {
        String why = Endings.describe(verdict, status, reason);
        return switch (verdict) {
            case FINISHED -> "finished" + (status == 0 && reason.isEmpty() ? "" : ": " + why);
            case FAILED -> "failed: " + why;
            case AGAIN -> "failed, to be tried again: " + why;
        };
    }

    /** Says how an attempt stands or has ended: {@code failed, exit status 3}, {@code requeued (SIGTERM)}. */
    static String outcome(AttemptRow attempt) {
        String word = attempt.outcome();
        if (word.equals(Attempts.Outcome.CANCELLED.word())) {
            return word;
        }
        boolean finished = word.equals(Attempts.Outcome.FINISHED.word());
        boolean ended =
                finished || word.equals(Attempts.Outcome.FAILED.word()) || word.equals(Attempts.Outcome.RETRIED.word());
        boolean adopted = attempt.reason().equals(Attempts.ADOPTED);
        if (ended && (attempt.status() >= 0 || !adopted)) {
            Op.Verdict verdict = finished ? Op.Verdict.FINISHED : Op.Verdict.FAILED;
            return word + ", " + Endings.describe(verdict, attempt.status(), adopted ? "" : attempt.reason());
        }
        return word + (attempt.reason().isEmpty() ? "" : " (" + attempt.reason() + ")");
    }

    /** Says why a task failed, and where. */
    static String failure(Tally.Failure failure, Map<Integer, State.Farmer> known) {
        State.Farmer who = known.get(failure.farmer());
        return Endings.describe(failure.status(), failure.reason())
                + (who == null ? "" : " on " + who.joined().identity().place());
    }
}
