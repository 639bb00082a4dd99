package taskfarmer.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import taskfarmer.history.History;
import taskfarmer.history.Tally;
import taskfarmer.store.Ids;
import taskfarmer.store.State;

/**
 * A farmer, and from when to when it was there.
 *
 * @param number its number, from 1
 * @param host its host's name
 * @param job its batch job, {@code -} if there is none
 * @param began the numbers of the slots that it began with
 * @param numbers the numbers of the slots that it has now, or had last
 * @param since when it joined, µs since the epoch
 * @param until when it left or was found dead, was heard of for the last time, or, while it is there, now
 * @param presence whether it is still there
 * @param reason why it left before the end, in one word; otherwise empty
 */
record Member(
        int number,
        String host,
        String job,
        Ids began,
        Ids numbers,
        long since,
        long until,
        Presence presence,
        String reason) {
    /** By how much the clock here and the file server's may differ, in µs, before a farmer is wrongly said to be silent. */
    private static final long CLOCKS_DIFFER = TimeUnit.SECONDS.toMicros(60);

    /** Whether a farmer is still there. */
    enum Presence {
        /** It is at work. */
        THERE,
        /** The journal says that it is, but it has not shown for too long that it lives. */
        SILENT,
        /** It left, or was found dead. */
        LEFT
    }

    /** Tells when a farmer last showed that it lives. */
    interface Heartbeats {
        /** Returns the time in µs since the epoch; {@code otherwise} if that cannot be seen from here. */
        long last(int farmer, long otherwise);

        /**
         * Returns those of a farm. They are files of the lock directory, which other nodes may not see; the time is the file
         * server's, good enough for people.
         */
        static Heartbeats of(Path locks) {
            return (farmer, otherwise) -> {
                try {
                    return Files.getLastModifiedTime(locks.resolve("farmer-" + farmer))
                            .to(TimeUnit.MICROSECONDS);
                } catch (IOException e) {
                    return otherwise;
                }
            };
        }
    }

    static List<Member> all(History history, Heartbeats heartbeats, long now) {
        List<Member> members = new ArrayList<>();
        for (State.Farmer farmer : history.state().farmers().values()) {
            Tally.Farmer done = history.tally().farmer(farmer.number());
            long until = done.until();
            Presence presence = Presence.LEFT;
            if (farmer.present()) {
                long heard = heartbeats.last(farmer.number(), now);
                long promised = TimeUnit.MILLISECONDS.toMicros(farmer.joined().deadAfter());
                boolean silent = now - heard > promised + CLOCKS_DIFFER;
                presence = silent ? Presence.SILENT : Presence.THERE;
                until = silent ? heard : now;
            }
            members.add(new Member(
                    farmer.number(),
                    farmer.joined().identity().host(),
                    farmer.joined().identity().job().label(),
                    Ids.range(farmer.joined().firstSlot(), farmer.joined().slots()),
                    first(farmer.numbers(), farmer.slots()),
                    farmer.since(),
                    Math.max(farmer.since(), until),
                    presence,
                    done.reason()));
        }
        return members;
    }

    private static Ids first(Ids numbers, int count) {
        Ids.Builder first = new Ids.Builder();
        int[] all = numbers.toArray();
        for (int i = 0; i < count; i++) {
            first.add(all[i]);
        }
        return first.build();
    }
}
