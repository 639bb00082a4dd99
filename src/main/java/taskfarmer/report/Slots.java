package taskfarmer.report;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import taskfarmer.store.Ids;

/** All slots of all farmers, in their order, and the attempts in each of them by the time of their start. */
final class Slots {
    private final List<Slot> slots = new ArrayList<>();
    private final int[] order; // indices of attempts, slot by slot, and at last those of which no place is known
    private final int placed;
    private final Spans spans;

    /**
     * One slot of one farmer.
     *
     * @param member the farmer
     * @param number its number on its host
     * @param from when it could first be used, µs since the epoch
     * @param to when it could no longer be used, or until when the page looks
     * @param first where its attempts begin in the order
     * @param end where they end, exclusive
     */
    record Slot(Member member, int number, long from, long to, int first, int end) {}

    /** Sorts attempts into the slots of these farmers, who are numbered from 1 without gaps. */
    Slots(Spans spans, List<Member> members) {
        this.spans = spans;
        List<BitSet> numbers = new ArrayList<>();
        for (Member member : members) {
            BitSet own = set(member.began());
            own.or(set(member.numbers()));
            numbers.add(own);
        }
        for (int i = 0; i < spans.count(); i++) {
            if (isPlaced(i, members)) {
                numbers.get(spans.farmer(i) - 1).set(spans.slot(i));
            }
        }
        int[][] rows = new int[members.size()][];
        int count = 0;
        for (int member = 0; member < rows.length; member++) {
            BitSet own = numbers.get(member);
            rows[member] = new int[own.length()];
            for (int slot = own.nextSetBit(0); slot >= 0; slot = own.nextSetBit(slot + 1)) {
                rows[member][slot] = count++;
            }
        }
        // A counting sort: nowhere is a row, too, the last one.
        int[] row = new int[spans.count()];
        int[] next = new int[count + 2];
        for (int i = 0; i < row.length; i++) {
            row[i] = isPlaced(i, members) ? rows[spans.farmer(i) - 1][spans.slot(i)] : count;
            next[row[i] + 1]++;
        }
        for (int r = 0; r <= count; r++) {
            next[r + 1] += next[r];
        }
        int[] first = next.clone();
        order = new int[row.length];
        for (int i = 0; i < row.length; i++) {
            order[next[row[i]]++] = i;
        }
        placed = first[count];
        for (Member member : members) {
            BitSet own = numbers.get(member.number() - 1);
            BitSet began = set(member.began());
            BitSet kept = set(member.numbers());
            for (int slot = own.nextSetBit(0); slot >= 0; slot = own.nextSetBit(slot + 1)) {
                int r = slots.size();
                sort(first[r], first[r + 1]);
                slots.add(slot(member, slot, began.get(slot), kept.get(slot), first[r], first[r + 1]));
            }
        }
    }

    private boolean isPlaced(int index, List<Member> members) {
        int farmer = spans.farmer(index);
        return spans.isPlaced(index) && farmer >= 1 && farmer <= members.size();
    }

    /** Puts attempts of one slot into the order of their starts, which they mostly are in. */
    private void sort(int from, int to) {
        for (int i = from + 1; i < to; i++) {
            if (spans.start(order[i]) < spans.start(order[i - 1])) {
                int[] sorted = IntStream.range(from, to)
                        .map(at -> order[at])
                        .boxed()
                        .sorted(Comparator.comparingLong(spans::start))
                        .mapToInt(Integer::intValue)
                        .toArray();
                System.arraycopy(sorted, 0, order, from, sorted.length);
                return;
            }
        }
    }

    /**
     * Slots that a farmer began with could be used since it joined. When it was given more, or fewer, is not kept: a slot that
     * came later counts from its first attempt, one that was given up until its last.
     */
    private Slot slot(Member member, int number, boolean began, boolean kept, int first, int end) {
        if (first == end) { // never used; if it is not known for how long it was there, as if it had not been
            return new Slot(
                    member, number, member.since(), began && kept ? member.until() : member.since(), first, end);
        }
        long from = spans.start(order[first]);
        long to = from;
        for (int at = first; at < end; at++) {
            to = Math.max(to, spans.end(order[at]));
        }
        return new Slot(
                member,
                number,
                began ? Math.min(member.since(), from) : from,
                kept ? Math.max(member.until(), to) : to,
                first,
                end);
    }

    private static BitSet set(Ids ids) {
        BitSet set = new BitSet();
        ids.forEach(set::set);
        return set;
    }

    List<Slot> all() {
        return slots;
    }

    /** Returns the index of the attempt at a place of the order. */
    int attempt(int place) {
        return order[place];
    }

    /** Returns how many attempts are in slots; those behind them in the order are nowhere. */
    int placed() {
        return placed;
    }

    /** Returns how many slots there were at the same time at most. */
    int most() {
        long[] starts = slots.stream()
                .filter(s -> s.to() > s.from())
                .mapToLong(Slot::from)
                .sorted()
                .toArray();
        long[] ends = slots.stream()
                .filter(s -> s.to() > s.from())
                .mapToLong(Slot::to)
                .sorted()
                .toArray();
        int most = 0;
        int ended = 0;
        for (int begun = 0; begun < starts.length; begun++) {
            while (ends[ended] <= starts[begun]) {
                ended++;
            }
            most = Math.max(most, begun + 1 - ended);
        }
        return most;
    }
}
