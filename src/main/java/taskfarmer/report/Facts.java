package taskfarmer.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.IntStream;
import taskfarmer.history.Attempts;
import taskfarmer.history.History;
import taskfarmer.report.Member.Presence;
import taskfarmer.store.Storage;

/** All that the page tells of a farm. */
final class Facts {
    private static final int SLOWEST = 20;

    private final History history;
    private final long now;
    private final List<Member> members;
    private final Spans spans;
    private final Slots slots;
    private final List<Usage> usages = new ArrayList<>(); // by member
    private final List<Integer> slowest;
    private final FailedTasks failed;
    private final Demand demand;
    private final List<Schedule> schedules;
    private int ended;

    /** Works all out, for the time {@code now} in µs since the epoch. */
    Facts(History history, Storage storage, Member.Heartbeats heartbeats, long now) {
        this.history = history;
        this.now = now;
        this.members = Member.all(history, heartbeats, now);
        this.spans = new Spans(history, members);
        this.slots = new Slots(spans, members);
        int at = 0;
        for (Member member : members) {
            Usage usage = Usage.NONE;
            for (; at < slots.all().size() && slots.all().get(at).member().number() == member.number(); at++) {
                usage = usage.plus(Usage.of(slots.all().get(at), slots, spans));
            }
            usages.add(usage);
        }
        this.slowest = findSlowest();
        this.failed = FailedTasks.of(history, storage);
        this.demand = Demand.of(spans);
        this.schedules = Schedule.around(slots.most(), durations());
    }

    private List<Integer> findSlowest() {
        PriorityQueue<Integer> longest = new PriorityQueue<>(Comparator.comparingLong(spans::duration));
        for (int i = 0; i < spans.count(); i++) {
            Outcome outcome = spans.outcome(i);
            ended += outcome.isEnd() && spans.isPlaced(i) ? 1 : 0;
            if (spans.isPlaced(i) && (outcome.isEnd() || outcome == Outcome.RUNNING)) {
                if (longest.size() == SLOWEST && spans.duration(i) <= spans.duration(longest.element())) {
                    continue;
                }
                longest.add(i);
                if (longest.size() > SLOWEST) {
                    longest.remove();
                }
            }
        }
        return longest.stream()
                .sorted(Comparator.comparingLong(spans::duration).reversed())
                .toList();
    }

    /** Returns the durations of the tasks that have ended by themselves, in order of ID. */
    private long[] durations() {
        Attempts attempts = history.attempts();
        return IntStream.range(0, history.state().size())
                .map(attempts::latestOf)
                .filter(i -> i >= 0 && spans.isPlaced(i) && spans.outcome(i).isEnd())
                .mapToLong(spans::duration)
                .toArray();
    }

    History history() {
        return history;
    }

    /** Returns the time of the page, µs since the epoch. */
    long now() {
        return now;
    }

    List<Member> members() {
        return members;
    }

    long present(Presence presence) {
        return members.stream().filter(m -> m.presence() == presence).count();
    }

    /** Returns the time up to which anything is known: now, if a farmer is there. */
    long until() {
        return members.stream().mapToLong(Member::until).max().orElse(history.lastTime());
    }

    Spans spans() {
        return spans;
    }

    Slots slots() {
        return slots;
    }

    /** Returns what a farmer's slots spent their time on. */
    Usage usage(int member) {
        return usages.get(member);
    }

    /** Returns what all slots spent their time on. */
    Usage usage() {
        return usages.stream().reduce(Usage.NONE, Usage::plus);
    }

    /** Returns the attempts that took longest, the longest first; those that run count with their time so far. */
    List<Integer> slowest() {
        return slowest;
    }

    FailedTasks failed() {
        return failed;
    }

    /** Returns what attempts have used. */
    Demand demand() {
        return demand;
    }

    List<Schedule> schedules() {
        return schedules;
    }

    /** Returns how many attempts ended by themselves. */
    int ended() {
        return ended;
    }

    /** Returns for how long farmers were there, in µs. */
    long elapsed() {
        return Math.round(history.tally().elapsedSeconds(until()) * 1e6);
    }
}
