package taskfarmer.farm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.function.IntFunction;
import taskfarmer.model.Attributes;
import taskfarmer.store.Op;

/**
 * Looks which attempts take longer than they may, or have been silent for longer than they may. Used by one thread.
 *
 * <p>Silence is a log that does not grow. Looking at logs costs the file server something, so they are looked at no more often
 * than a tenth of the shortest silence asks for.
 */
final class Limits {
    private static final long SELDOM = Duration.ofSeconds(10).toNanos();
    private static final int LOOKS_PER_SILENCE = 10;

    // Not the words of reasons: a farmer that is stopped by --timeout interrupts its attempts by that word.
    private static final String TOO_LONG = "too-long";
    private static final String TOO_SILENT = "too-silent";

    private final Board board;
    private final IntFunction<Path> logs;
    private final IdentityHashMap<Attempt, Silence> silences = new IdentityHashMap<>();

    private record Silence(long size, long since, long looked) {}

    Limits(Board board, IntFunction<Path> logs) {
        this.board = board;
        this.logs = logs;
    }

    /** Returns the attempts that are to be ended, with the reason, also those that are being ended for it already. */
    IdentityHashMap<Attempt, String> exceeded() {
        IdentityHashMap<Attempt, String> exceeded = new IdentityHashMap<>();
        long now = System.nanoTime();
        IdentityHashMap<Attempt, Silence> heard = new IdentityHashMap<>();
        for (Attempt attempt : board.running()) {
            Attributes asked = attempt.assignment().task().attributes();
            if (asked.isEmpty()) {
                continue;
            }
            String before = attempt.interruption();
            if (before.equals(TOO_LONG) || before.equals(TOO_SILENT)) {
                exceeded.put(attempt, before);
                continue;
            }
            Optional<Duration> time = asked.time();
            if (time.isPresent() && now - attempt.startNanos() >= time.get().toNanos()) {
                exceeded.put(attempt, TOO_LONG);
            } else if (asked.stall().isPresent()) {
                long patience = asked.stall().get().toNanos();
                Silence silence = listen(attempt, patience, now);
                heard.put(attempt, silence);
                if (now - silence.since >= patience) {
                    exceeded.put(attempt, TOO_SILENT);
                }
            }
        }
        silences.clear();
        silences.putAll(heard);
        return exceeded;
    }

    /** Returns the reason of an end that an interruption for a limit leads to; nothing if it was for something else. */
    static Optional<String> reason(String interruption) {
        return switch (interruption) {
            case TOO_LONG -> Optional.of(Op.Ended.TIMEOUT);
            case TOO_SILENT -> Optional.of(Op.Ended.STALL);
            default -> Optional.empty();
        };
    }

    private Silence listen(Attempt attempt, long patience, long now) {
        Silence before = silences.get(attempt);
        if (before == null) {
            return new Silence(0, attempt.startNanos(), now);
        } else if (now - before.looked < Math.min(SELDOM, patience / LOOKS_PER_SILENCE)) {
            return before;
        }
        long size = size(logs.apply(attempt.assignment().id()));
        return new Silence(size, size == before.size ? before.since : now, now);
    }

    private static long size(Path log) {
        try {
            return Files.size(log);
        } catch (IOException e) {
            return -1; // a file server that is away for a moment is no output, but no silence either
        }
    }
}
