package taskfarmer.report;

import taskfarmer.report.Slots.Slot;

/**
 * What the time of slots was spent on, in µs, which add up to all of it.
 *
 * @param busy running tasks
 * @param start idle from the time that a slot could be used until its first task
 * @param gaps idle between two tasks, or always, if it never got one
 * @param tail idle after its last task, until its farmer left
 */
record Usage(long busy, long start, long gaps, long tail) {
    static final Usage NONE = new Usage(0, 0, 0, 0);

    static Usage of(Slot slot, Slots slots, Spans spans) {
        if (slot.first() == slot.end()) {
            return new Usage(0, 0, slot.to() - slot.from(), 0);
        }
        long busy = 0;
        long gaps = 0;
        long start = spans.start(slots.attempt(slot.first())) - slot.from();
        long until = slot.from() + start;
        for (int at = slot.first(); at < slot.end(); at++) {
            // Clocks are set: what overlaps in a slot counts once.
            long begin = Math.max(until, spans.start(slots.attempt(at)));
            long end = Math.max(begin, spans.end(slots.attempt(at)));
            gaps += begin - until;
            busy += end - begin;
            until = end;
        }
        return new Usage(busy, start, gaps, Math.max(0, slot.to() - until));
    }

    Usage plus(Usage other) {
        return new Usage(busy + other.busy, start + other.start, gaps + other.gaps, tail + other.tail);
    }

    long total() {
        return busy + start + gaps + tail;
    }

    /** Returns which part of the time slots were busy, 0 to 1; 0 if there was no time. */
    double utilisation() {
        return share(busy);
    }

    /** Returns which part of the time this is, 0 to 1. */
    double share(long part) {
        return total() == 0 ? 0 : (double) part / total();
    }
}
