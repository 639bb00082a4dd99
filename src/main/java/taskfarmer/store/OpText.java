package taskfarmer.store;

import java.nio.charset.StandardCharsets;
import taskfarmer.config.BatchJob;
import taskfarmer.model.Attributes;
import taskfarmer.model.FarmException;
import taskfarmer.model.Resources;
import taskfarmer.model.Usage;

/** The text form of journal entries: one line each, words separated by one space. */
final class OpText {
    private static final byte[] END = ascii("end ");
    private static final byte[] RESULT = ascii("result ");
    private static final byte[] FINISHED = ascii("finished ");
    private static final byte[] NO_REASON = ascii("- ");

    private OpText() {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Appends the line of an entry, line feed included. */
    static void write(Op op, StringBuilder out) {
        if (op instanceof Op.Ended e) {
            out.append(e.isPlain() ? "end " : "result ");
            attempt(out, e.id(), e.attempt(), e.slot(), e.start(), e.duration());
            out.append(e.status());
            if (!e.isPlain()) {
                result(out, e);
            }
        } else if (op instanceof Op.Claimed c) {
            out.append("claim ").append(c.ids());
        } else if (op instanceof Op.Started s) {
            out.append("start ").append(s.id()).append(' ').append(s.attempt()).append(' ');
            out.append(s.slot()).append(' ').append(s.start());
        } else if (op instanceof Op.Requeued r) {
            out.append("requeue ");
            attempt(out, r.id(), r.attempt(), r.slot(), r.start(), r.duration());
            out.append(r.reason());
        } else if (op instanceof Op.Unclaimed u) {
            out.append("unclaim ").append(u.ids());
        } else if (op instanceof Op.Lost l) {
            out.append("lost ").append(l.farmer()).append(' ').append(l.id()).append(' ');
            out.append(l.attempt()).append(' ').append(l.slot()).append(' ').append(l.start());
        } else if (op instanceof Op.Gone g) {
            out.append("gone ").append(g.farmer()).append(' ');
            out.append(g.started()).append(' ').append(g.untouched());
        } else if (op instanceof Op.GivenUp g) {
            out.append("fail ").append(g.reason()).append(' ').append(g.ids());
        } else if (op instanceof Op.Late l) {
            out.append("late ")
                    .append(l.id())
                    .append(' ')
                    .append(l.attempt())
                    .append(' ')
                    .append(l.status());
        } else if (op instanceof Op.Joined j) {
            out.append("join ");
            identity(out, j.identity());
            out.append(j.slots()).append(' ').append(j.firstSlot()).append(' ').append(j.deadAfter());
        } else if (op instanceof Op.Left l) {
            out.append(l.reason().isEmpty() ? "leave" : "quit ").append(l.reason());
        } else if (op instanceof Op.Cancelled c) {
            out.append("cancel ").append(c.ids());
        } else if (op instanceof Op.Offered o) {
            out.append("offer ").append(o.resources());
        } else if (op instanceof Op.Skipped s) {
            out.append("skip ").append(s.because()).append(' ').append(s.ids());
        } else if (op instanceof Op.Revised r) {
            String attributes = r.attributes().text().replace(' ', '\t');
            out.append("revise ").append(r.ids()).append(' ').append(attributes.isEmpty() ? "-" : attributes);
        } else if (op instanceof Op.Aborted a) {
            out.append("abort ").append(a.id()).append(' ').append(a.attempt());
        } else if (op instanceof Op.Retried r) {
            out.append("retry ").append(r.ids());
        } else if (op instanceof Op.Told t) {
            out.append("tell ").append(t.farmer()).append(' ').append(t.wish().word());
        } else if (op instanceof Op.Scaled s) {
            out.append("scale ").append(s.farmer()).append(' ');
            out.append(s.slots()).append(' ').append(s.numbers());
        } else if (op instanceof Op.Founded f) {
            out.append("farm ").append(f.version()).append(' ').append(f.id());
        } else if (op instanceof Op.Frozen f) {
            out.append(f.asking() ? "asking " : "tasks ")
                    .append(f.first())
                    .append(' ')
                    .append(f.count())
                    .append(' ');
            out.append(f.offset()).append(' ').append(f.length()).append(' ').append(hex(f.crc()));
        } else if (op instanceof Op.Listed l) {
            out.append("list ")
                    .append(l.length())
                    .append(' ')
                    .append(hex(l.crc()))
                    .append(' ');
            out.append(l.handler()).append(' ').append(l.ids());
        } else if (op instanceof Op.Dropped d) {
            out.append("drop ").append(d.ids());
        } else if (op instanceof Op.Adopted a) {
            out.append("adopt ").append(a.finished() ? "finished " : "failed ").append(a.ids());
        } else {
            throw new AssertionError(op);
        }
        out.append('\n');
    }

    private static void identity(StringBuilder out, Identity who) {
        out.append(who.host()).append(' ').append(who.boot()).append(' ');
        out.append(who.pidNamespace()).append(' ').append(who.pid()).append(' ');
        out.append(who.started()).append(' ').append(who.job().id()).append(' ');
        out.append(who.job().step()).append(' ').append(who.job().node()).append(' ');
    }

    private static void result(StringBuilder out, Op.Ended e) {
        out.append(' ').append(e.verdict().word()).append(' ');
        out.append(e.reason().isEmpty() ? "-" : e.reason()).append(' ');
        out.append(e.usage().cpu()).append(' ').append(e.usage().memory()).append(' ');
        out.append(e.usage().log());
    }

    private static void attempt(StringBuilder out, int id, int attempt, int slot, long start, long duration) {
        out.append(id).append(' ').append(attempt).append(' ').append(slot).append(' ');
        out.append(start).append(' ').append(duration).append(' ');
    }

    /**
     * Reads the entry of a line.
     *
     * @throws IllegalArgumentException if the line is none
     */
    static Op read(Words line) {
        // Nearly all lines are one of these: their words need no strings.
        Op op;
        if (line.take(END)) {
            op = new Op.Ended(
                    line.integer(), line.integer(), line.integer(), line.number(), line.number(), line.integer());
        } else {
            op = line.take(RESULT) ? result(line) : other(line);
        }
        line.end();
        return op;
    }

    private static Op other(Words line) {
        String verb = line.word();
        return switch (verb) {
            case "claim" -> new Op.Claimed(line.ids());
            case "start" -> new Op.Started(line.integer(), line.integer(), line.integer(), line.number());
            case "requeue" ->
                new Op.Requeued(
                        line.integer(), line.integer(), line.integer(), line.number(), line.number(), line.word());
            case "unclaim" -> new Op.Unclaimed(line.ids());
            case "lost" -> new Op.Lost(line.integer(), line.integer(), line.integer(), line.integer(), line.number());
            case "gone" -> new Op.Gone(line.integer(), line.ids(), line.ids());
            case "fail" -> new Op.GivenUp(line.word(), line.ids());
            case "late" -> new Op.Late(line.integer(), line.integer(), line.integer());
            case "join" -> new Op.Joined(identity(line), line.integer(), line.integer(), line.number());
            case "leave" -> new Op.Left("");
            case "quit" -> new Op.Left(line.word());
            case "cancel" -> new Op.Cancelled(line.ids());
            case "abort" -> new Op.Aborted(line.integer(), line.integer());
            case "retry" -> new Op.Retried(line.ids());
            case "tell" -> new Op.Told(line.integer(), wish(line.word()));
            case "scale" -> new Op.Scaled(line.integer(), line.integer(), line.ids());
            case "farm" -> new Op.Founded(line.integer(), line.word());
            case "tasks", "asking" ->
                new Op.Frozen(
                        line.integer(),
                        line.integer(),
                        line.number(),
                        line.number(),
                        line.hex(),
                        verb.equals("asking"));
            case "revise" -> new Op.Revised(line.ids(), attributes(line.word()));
            case "offer" -> new Op.Offered(resources(line.word()));
            case "skip" -> new Op.Skipped(line.integer(), line.ids());
            case "list" -> new Op.Listed(line.number(), line.hex(), line.word(), line.ids());
            case "drop" -> new Op.Dropped(line.ids());
            case "adopt" -> new Op.Adopted(line.oneOf("finished", "failed"), line.ids());
            default -> throw new IllegalArgumentException("unknown entry '" + verb + "'");
        };
    }

    private static Op result(Words line) {
        return new Op.Ended(
                line.integer(),
                line.integer(),
                line.integer(),
                line.number(),
                line.number(),
                line.integer(),
                line.take(FINISHED) ? Op.Verdict.FINISHED : verdict(line.word()),
                line.take(NO_REASON) ? "" : line.word(),
                new Usage(line.number(), line.number(), line.number()));
    }

    /** Attributes are one word here: tabs stand between them. */
    private static Attributes attributes(String word) {
        return word.equals("-") ? Attributes.NONE : Attributes.ofText(word.replace('\t', ' '));
    }

    private static Resources resources(String word) {
        try {
            return Resources.parse(word);
        } catch (FarmException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Op.Verdict verdict(String word) {
        for (Op.Verdict verdict : Op.Verdict.values()) {
            if (verdict.word().equals(word)) {
                return verdict;
            }
        }
        throw new IllegalArgumentException("unknown verdict '" + word + "'");
    }

    private static Op.Wish wish(String word) {
        for (Op.Wish wish : Op.Wish.values()) {
            if (wish.word().equals(word)) {
                return wish;
            }
        }
        throw new IllegalArgumentException("unknown wish '" + word + "'");
    }

    private static Identity identity(Words line) {
        return new Identity(
                line.word(),
                line.word(),
                line.word(),
                line.number(),
                line.number(),
                new BatchJob(line.word(), line.word(), line.word()));
    }

    static String hex(int value) {
        String digits = Integer.toHexString(value);
        return "00000000".substring(digits.length()) + digits;
    }
}
