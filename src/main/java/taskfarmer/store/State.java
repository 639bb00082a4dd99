package taskfarmer.store;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;
import taskfarmer.model.Resources;

/**
 * What the journal says, all batches so far applied: which task is where, and who the farmers are.
 *
 * <p>A million tasks must fit into a small heap, so what every task has is kept in arrays indexed by ID; only claimed
 * tasks, which are few, have objects of their own. Every entry is checked before it changes anything: an entry that
 * does not fit the state is proof of a damaged journal or of a bug, never something to be lenient about.
 */
public final class State {
    /** Where a task is; every task is in exactly one of these. */
    public enum Phase {
        /** Nobody has taken it. */
        PENDING,
        /** A farmer holds it. */
        CLAIMED,
        /** It ended with exit status 0. */
        FINISHED,
        /** It ended otherwise. */
        FAILED,
        /** It vanished from the list before it was started. */
        DROPPED,
        /** Somebody wished that it does not run, or not to its end; or it waited for one that has not ended well. */
        CANCELLED;

        /** Returns whether it may still run. */
        boolean isOpen() {
            return this == PENDING || this == CLAIMED;
        }

        /** Returns whether it has not ended well, and will not unless somebody wishes so. */
        boolean isBad() {
            return !isOpen() && this != FINISHED;
        }
    }

    /**
     * A task in the hands of a farmer.
     *
     * @param farmer the farmer's number
     * @param attempt the number of the attempt that this claim is for, from 1
     * @param slot the slot it runs in, -1 while it was not seen running
     * @param start when it was started, µs since the epoch, 0 while it was not seen running
     */
    public record Claim(int farmer, int attempt, int slot, long start) {
        /** Returns whether it was seen running, not only claimed. */
        public boolean isRunning() {
            return slot >= 0;
        }
    }

    /**
     * A farmer that came, and whether it went.
     *
     * @param number the farmer's number, from 1
     * @param joined what it said of itself
     * @param since when it joined, µs since the epoch
     * @param present false once it has left or its claims were taken away
     * @param slots how many slots it has, or is to have
     * @param numbers the numbers of its slots on its host; it uses the first ones
     * @param wish what somebody wishes of it
     * @param resources what it has for its tasks; nothing if it has not said so
     */
    public record Farmer(
            int number,
            Op.Joined joined,
            long since,
            boolean present,
            int slots,
            Ids numbers,
            Op.Wish wish,
            Resources resources) {
        /** Returns a farmer that has just joined. */
        static Farmer of(int number, Op.Joined joined, long since) {
            Ids numbers = Ids.range(joined.firstSlot(), joined.slots());
            return new Farmer(number, joined, since, true, joined.slots(), numbers, Op.Wish.WORK, Resources.NONE);
        }

        Farmer gone() {
            return new Farmer(number, joined, since, false, slots, numbers, wish, resources);
        }

        Farmer told(Op.Wish more) {
            Op.Wish stronger = more.compareTo(wish) > 0 ? more : wish;
            return new Farmer(number, joined, since, present, slots, numbers, stronger, resources);
        }

        Farmer scaled(int newSlots, Ids newNumbers) {
            return new Farmer(number, joined, since, present, newSlots, newNumbers, wish, resources);
        }

        Farmer offering(Resources offered) {
            return new Farmer(number, joined, since, present, slots, numbers, wish, offered);
        }
    }

    private static final Phase[] PHASES = Phase.values();

    private String id = ""; // empty before the farm is founded
    private int size;
    private byte[] phases = new byte[0];
    private short[] attempts = new short[0];
    private final int[] counts = new int[PHASES.length];
    private final BitSet pending = new BitSet();
    private final Claims claims = new Claims();
    private final Set<Integer> aborted = new HashSet<>(); // tasks whose claims are to be ended
    private final Losses losses = new Losses(claims);
    private final Farmers farmers = new Farmers();
    private final Agenda agenda = new Agenda(this);
    private final Choice choice = new Choice(this, pending, agenda);
    private boolean adopted;
    private long tasksLength;
    private Op.Listed list = new Op.Listed(0, 0, "-", Ids.NONE);

    /** Returns the random ID of the work directory, empty before it is founded. */
    public String id() {
        return id;
    }

    /** Returns the number of tasks that ever were, dropped ones included: IDs run from 0 to this, exclusive. */
    public int size() {
        return size;
    }

    /** Returns how many tasks are in a phase. */
    public int count(Phase phase) {
        return counts[phase.ordinal()];
    }

    /** Returns where a task is. */
    public Phase phase(int task) {
        return PHASES[phases[task]];
    }

    /** Returns how many attempts of a task have been begun and are over. */
    public int attempts(int task) {
        return attempts[task];
    }

    /** Returns how often a task was lost because its farmer died. */
    public int losses(int task) {
        return losses.of(task);
    }

    /** Returns the pending tasks, as a copy. */
    public BitSet pending() {
        return (BitSet) pending.clone();
    }

    /** Returns all tasks in a phase, in order of ID. */
    public Ids all(Phase phase) {
        Ids.Builder ids = new Ids.Builder();
        for (int task = 0; task < size; task++) {
            if (phases[task] == phase.ordinal()) {
                ids.add(task);
            }
        }
        return ids.build();
    }

    /** Returns up to {@code most} pending tasks, the first ones in order of ID. */
    public Ids firstPending(int most) {
        return choice.first(most);
    }

    /** Returns the pending tasks that a farmer may take, see {@link Choice#of}. */
    Ids claimable(int farmer, int free, int most, int maxLosses, Means means) {
        return choice.of(losses.screen(farmer, free, maxLosses), free, most, means);
    }

    /** What a farmer has to expect of the tasks that are pending. */
    public enum Prospect {
        /** There are some that it may take. */
        NOW,
        /** There are some that it may take later: they rest before a retry, or wait for tasks that somebody has taken. */
        LATER,
        /** There are none for it. */
        NONE
    }

    /** Returns what a farmer has to expect. */
    public Prospect prospect(Means means) {
        return choice.prospect(means);
    }

    /** Returns whether tasks have rested for long enough since this was asked last. */
    public boolean haveRested() {
        return agenda.haveRested();
    }

    /** Returns when the next task has rested for long enough before a retry, in ns from now. */
    public long nanosToRest() {
        return agenda.nanosToRest();
    }

    /** Returns what a task needs. */
    public Requirements requirements(int task) {
        return agenda.requirements(task);
    }

    /** Returns whether any task asks for anything besides its command. */
    public boolean isAsking() {
        return agenda.isUsed();
    }

    /** Returns how many pending tasks have which requirements. */
    public Map<Requirements, Integer> pendingRequirements() {
        Map<Requirements, Integer> counts = new HashMap<>();
        pending.stream().forEach(task -> counts.merge(requirements(task), 1, Integer::sum));
        return counts;
    }

    /** Returns whether tasks name resources, so that all of them are counted. */
    public boolean isSharing() {
        return agenda.isSharing();
    }

    /** Returns how often a task has been tried again because it had failed. */
    public int retries(int task) {
        return agenda.retries(task);
    }

    /** Returns the tasks that were cancelled because another one has not ended well, and which one. */
    public Map<Integer, Integer> skipped() {
        return Collections.unmodifiableMap(agenda.skipped());
    }

    /** Returns the tasks that were cancelled because of some others, or because of tasks that were cancelled because of these. */
    Ids skippedBecauseOf(Set<Integer> tasks) {
        Set<Integer> all = new HashSet<>(tasks);
        Set<Integer> skipped = new TreeSet<>();
        boolean more = true;
        while (more) {
            more = false;
            for (Map.Entry<Integer, Integer> entry : agenda.skipped().entrySet()) {
                more |= all.contains(entry.getValue()) && skipped.add(entry.getKey()) && all.add(entry.getKey());
            }
        }
        Ids.Builder ids = new Ids.Builder();
        skipped.forEach(ids::add);
        return ids.build();
    }

    Agenda agenda() {
        return agenda;
    }

    /**
     * Returns whether it matters that the end of a task is known at once: should its farmer die before, it may be given up for
     * having been lost.
     */
    public boolean isSuspect(int task, int maxLosses) {
        return maxLosses <= 1 || losses(task) > 0;
    }

    /** Returns whether a farmer is there: joined, and neither left nor taken for dead. */
    boolean isPresent(int farmer) {
        return farmers.isPresent(farmer);
    }

    /** Returns the claims by task ID. */
    public Map<Integer, Claim> claims() {
        return Collections.unmodifiableMap(claims);
    }

    /** Returns the claimed tasks that are to be ended and not to run again. */
    public Set<Integer> aborted() {
        return Collections.unmodifiableSet(aborted);
    }

    /** Returns the tasks that a farmer holds, in order of ID. */
    public Ids claimsOf(int farmer) {
        int[] ids = claims.entrySet().stream()
                .filter(claim -> claim.getValue().farmer() == farmer)
                .mapToInt(Map.Entry::getKey)
                .sorted()
                .toArray();
        Ids.Builder builder = new Ids.Builder();
        Arrays.stream(ids).forEach(builder::add);
        return builder.build();
    }

    /** Returns the numbers of the farmers that hold tasks. */
    Set<Integer> holders() {
        Set<Integer> holders = new HashSet<>();
        claims.values().forEach(claim -> holders.add(claim.farmer()));
        return holders;
    }

    /** Returns all farmers that ever joined, by number. */
    public Map<Integer, Farmer> farmers() {
        return farmers.all();
    }

    /** Returns the numbers of the slots of all farmers that are there on a farmer's host. */
    BitSet slotNumbers(Identity host) {
        return farmers.slotNumbers(host);
    }

    /** Returns the number that the next farmer gets. */
    public int nextFarmer() {
        return farmers.next();
    }

    /** Returns the slots of all farmers that are there and have not been told to leave. */
    public int slots() {
        return farmers.slots();
    }

    /** Returns whether there are tasks that PyTaskFarmer ended. */
    public boolean isAdopted() {
        return adopted;
    }

    /** Returns how many bytes of the task file count. */
    public long tasksLength() {
        return tasksLength;
    }

    /** Returns the list as it was last accepted. */
    public Op.Listed list() {
        return list;
    }

    /**
     * Applies an entry.
     *
     * @param by the number of the farmer that wrote it
     * @param time when its batch was written, µs since the epoch
     * @throws IllegalStateException if it does not fit; then the state has not changed
     */
    void apply(Op op, int by, long time) {
        if (op instanceof Op.Ended end) {
            if (end.verdict() == Op.Verdict.AGAIN) {
                held(end.id(), by, end.attempt());
                agenda.again(end.id(), time);
            }
            release(end.id(), by, end.attempt(), phase(end.verdict()));
            attempts[end.id()] = (short) end.attempt();
        } else if (op instanceof Op.Claimed claimed) {
            farmers.requirePresent(by);
            claim(claimed.ids(), by);
        } else if (op instanceof Op.Started started) {
            held(started.id(), by, started.attempt());
            claims.set(started.id(), new Claim(by, started.attempt(), started.slot(), started.start()));
        } else if (op instanceof Op.Requeued back) {
            release(back.id(), by, back.attempt(), Phase.PENDING);
            attempts[back.id()] = (short) back.attempt();
        } else if (op instanceof Op.Unclaimed unclaimed) {
            giveBack(unclaimed.ids(), by, false);
        } else if (op instanceof Op.Lost lost) {
            release(lost.id(), lost.farmer(), lost.attempt(), Phase.PENDING);
            attempts[lost.id()] = (short) lost.attempt();
            losses.add(lost.id());
        } else if (op instanceof Op.Gone gone) {
            farmers.requirePresent(gone.farmer());
            check(
                    gone.started().count() + gone.untouched().count()
                            == claimsOf(gone.farmer()).count(),
                    "farmer " + gone.farmer() + " is gone and still holds tasks");
            giveBack(gone.untouched(), gone.farmer(), false);
            giveBack(gone.started(), gone.farmer(), true);
            gone.started().forEach(task -> losses.add(task));
            farmers.leave(gone.farmer());
        } else if (op instanceof Op.Joined joined) {
            farmers.join(by, joined, time);
        } else if (op instanceof Op.Left) {
            farmers.requirePresent(by);
            check(!holdsAny(by), "farmer " + by + " leaves and still holds tasks");
            farmers.leave(by);
        } else if (op instanceof Op.Frozen frozen) {
            check(frozen.first() == size && frozen.offset() == tasksLength, "tasks are frozen out of order");
            grow(frozen.count(), frozen.asking());
            tasksLength += frozen.length();
        } else if (op instanceof Op.Listed listed) {
            listed.ids().forEach(this::known);
            list = listed;
        } else if (op instanceof Op.Dropped dropped) {
            each(dropped.ids(), Phase.PENDING, task -> move(task, Phase.DROPPED));
        } else if (op instanceof Op.Adopted adopted) {
            each(adopted.ids(), Phase.PENDING, task -> {
                move(task, adopted.finished() ? Phase.FINISHED : Phase.FAILED);
                attempts[task] = 1;
            });
            this.adopted = true;
        } else if (op instanceof Op.Founded founded) {
            check(id.isEmpty(), "the farm is founded twice");
            if (founded.version() != WorkDirectory.VERSION) {
                throw WorkDirectory.newer("its journal", Integer.toString(founded.version()));
            }
            id = founded.id();
        } else if (op instanceof Op.GivenUp givenUp) {
            each(givenUp.ids(), Phase.PENDING, task -> move(task, Phase.FAILED));
        } else if (op instanceof Op.Cancelled cancelled) {
            each(cancelled.ids(), Phase.PENDING, task -> move(task, Phase.CANCELLED));
        } else if (op instanceof Op.Offered offered) {
            farmers.offer(by, offered.resources());
        } else if (op instanceof Op.Skipped skipped) {
            known(skipped.because());
            each(skipped.ids(), Phase.PENDING, task -> {
                move(task, Phase.CANCELLED);
                agenda.skipped(task, skipped.because());
            });
        } else if (op instanceof Op.Revised revised) {
            revised.ids().forEach(this::known);
            revised.ids().forEach(task -> agenda.revise(task, revised.attributes()));
        } else if (op instanceof Op.Aborted abort) {
            known(abort.id());
            Claim claim = claims.of(abort.id());
            if (claim == null || claim.attempt() != abort.attempt()) {
                throw misfit("attempt " + abort.attempt() + " of task " + abort.id() + " is nobody's");
            }
            aborted.add(abort.id());
        } else if (op instanceof Op.Retried retried) {
            retried.ids().forEach(task -> {
                known(task);
                if (!isRetriable(task)) {
                    throw misfit("task " + task + " is " + phase(task) + ", and cannot be tried again");
                }
            });
            retried.ids().forEach(task -> move(task, Phase.PENDING));
        } else if (op instanceof Op.Told told) {
            farmers.tell(told);
        } else if (op instanceof Op.Scaled scaled) {
            farmers.scale(scaled);
        } else if (op instanceof Op.Late late) {
            known(late.id());
        } else {
            throw new AssertionError(op);
        }
    }

    /** Returns where a task is after such an end. */
    static Phase phase(Op.Verdict verdict) {
        return switch (verdict) {
            case FINISHED -> Phase.FINISHED;
            case FAILED -> Phase.FAILED;
            case AGAIN -> Phase.PENDING;
        };
    }

    /** Returns whether a task can be tried again: it has failed, or was cancelled. */
    public boolean isRetriable(int task) {
        return phase(task) == Phase.FAILED || phase(task) == Phase.CANCELLED;
    }

    /** Returns whether this attempt of the task is the farmer's to end. */
    boolean holds(int farmer, int task, int attempt) {
        return isOf(claims.of(task), farmer, attempt);
    }

    private static boolean isOf(@Nullable Claim claim, int farmer, int attempt) {
        return claim != null && claim.farmer() == farmer && claim.attempt() == attempt;
    }

    /** Returns whether a farmer holds a task. */
    public boolean isHeldBy(int farmer, int task) {
        Claim claim = claims.get(task);
        return claim != null && claim.farmer() == farmer;
    }

    private boolean holdsAny(int farmer) {
        for (Claim claim : claims.values()) {
            if (claim.farmer() == farmer) {
                return true;
            }
        }
        return false;
    }

    private void held(int task, int farmer, int attempt) {
        known(task);
        Claim claim = claims.of(task);
        if (claim == null || !isOf(claim, farmer, attempt)) {
            throw misfit("attempt " + attempt + " of task " + task + " is not farmer " + farmer + "'s");
        }
    }

    /** Claims of one farmer that are for attempts of one number are one object: few attempts are second ones. */
    private void claim(Ids ids, int farmer) {
        each(ids, Phase.PENDING, task -> move(task, Phase.CLAIMED));
        Claim first = new Claim(farmer, 1, -1, 0);
        ids.forEach(task ->
                claims.set(task, attempts[task] == 0 ? first : new Claim(farmer, attempts[task] + 1, -1, 0)));
    }

    private void release(int task, int farmer, int attempt, Phase to) {
        held(task, farmer, attempt);
        release(task);
        move(task, to);
    }

    private void release(int task) {
        claims.clear(task);
        if (!aborted.isEmpty()) {
            aborted.remove(task);
        }
    }

    private void giveBack(Ids ids, int farmer, boolean perhapsStarted) {
        ids.forEach(task -> {
            known(task);
            Claim claim = claims.of(task);
            if (claim == null || claim.farmer() != farmer) {
                throw misfit("task " + task + " is not held by farmer " + farmer);
            }
        });
        ids.forEach(task -> {
            release(task);
            move(task, Phase.PENDING);
            attempts[task] = (short) (attempts[task] + (perhapsStarted ? 1 : 0));
        });
    }

    private void each(Ids ids, Phase expected, IntConsumer action) {
        ids.forEach(task -> {
            known(task);
            if (phase(task) != expected) {
                throw misfit("task " + task + " is " + phase(task) + ", not " + expected);
            }
        });
        ids.forEach(action);
    }

    private void move(int task, Phase to) {
        Phase from = phase(task);
        counts[from.ordinal()]--;
        counts[to.ordinal()]++;
        phases[task] = (byte) to.ordinal();
        if (to == Phase.FINISHED || to == Phase.FAILED || to == Phase.CANCELLED) {
            losses.forget(task);
        }
        if (from == Phase.PENDING) {
            pending.clear(task);
            choice.taken(task);
        } else if (to == Phase.PENDING) {
            pending.set(task);
            choice.back(task);
        }
        agenda.moved(task, from, to);
    }

    private void grow(int count, boolean asking) {
        int newSize = Math.addExact(size, count);
        if (newSize > phases.length) { // tasks may be added one by one, many times
            int room = Math.max(newSize, (int) Math.min(Integer.MAX_VALUE - 8, phases.length * 3L / 2));
            phases = Arrays.copyOf(phases, room);
            attempts = Arrays.copyOf(attempts, room);
        }
        pending.set(size, newSize);
        counts[Phase.PENDING.ordinal()] += count;
        size = newSize;
        if (!asking) { // otherwise each is told of
            agenda.grown(newSize - count, count);
        }
    }

    private void known(int task) {
        if (task < 0 || task >= size) {
            throw misfit("there is no task " + task);
        }
    }

    // Messages are put together only when they are needed: most of what is here is done for each task.
    private static IllegalStateException misfit(String problem) {
        return new IllegalStateException(problem);
    }

    private static void check(boolean holds, String problem) {
        if (!holds) {
            throw misfit(problem);
        }
    }

    /** Requires something of a farmer or a task with a number. */
    static void check(boolean holds, String what, int number, String problem) {
        if (!holds) {
            throw misfit(what + number + problem);
        }
    }
}
