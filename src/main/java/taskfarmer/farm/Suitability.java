package taskfarmer.farm;

import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import taskfarmer.model.Resources;
import taskfarmer.store.Means;
import taskfarmer.store.Requirements;

/** Which tasks one farmer may run: by their tags, by the time that is left, by what its node has. */
final class Suitability {
    /** For so long the first task that lacks something is passed over; then what it lacks is kept for it. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(60);

    private final Set<String> onlyTags;
    private final LongPredicate fitsInTime;
    private final Supplies supplies;
    private int passedOver = -1; // the first task, at the latest claim
    private long since;

    /**
     * Returns what decides for a farmer.
     *
     * @param onlyTags the tags that it takes tasks by; none: it takes all, whatever their tags
     * @param fitsInTime whether a task that may take so many ms can still be started
     */
    Suitability(Set<String> onlyTags, LongPredicate fitsInTime, Supplies supplies) {
        this.onlyTags = onlyTags;
        this.fitsInTime = fitsInTime;
        this.supplies = supplies;
    }

    boolean hasTagsOf(Requirements requirements) {
        return onlyTags.isEmpty() || !Collections.disjoint(onlyTags, requirements.tags());
    }

    boolean hasTimeFor(Requirements requirements) {
        return requirements.span() == 0 || fitsInTime.test(requirements.span());
    }

    boolean hasEnoughFor(Requirements requirements) {
        return !supplies.areCounted() || supplies.all().covers(requirements.resources());
    }

    /** Returns whether this farmer may run such tasks at all, now or when more is free. */
    boolean allows(Requirements requirements) {
        return hasTagsOf(requirements) && hasTimeFor(requirements) && hasEnoughFor(requirements);
    }

    /** Returns whether a task that was claimed can be started now. */
    boolean isStartable(Requirements requirements) {
        return hasTimeFor(requirements) && (!supplies.areCounted() || fits(requirements.resources()));
    }

    private boolean fits(Resources demand) {
        return supplies.free().covers(demand) && supplies.stock().test(demand);
    }

    /**
     * Returns what there is to claim tasks for.
     *
     * @param promised what claimed tasks will take that wait to be started
     * @param busy whether this farmer runs tasks: if not, what is lacking is held by others, and to keep anything is of no use
     */
    Means means(List<Requirements> promised, boolean busy) {
        return new Offer(promised, busy);
    }

    /** What is left at one moment, from one task to the next. */
    private final class Offer implements Means {
        private final Predicate<Resources> stock = supplies.stock();
        private Resources free = supplies.free(); // no less than the stock, and quicker to ask
        private final Set<String> kept =
                new HashSet<>(); // resources that one waits for that was passed over for too long
        private final boolean busy;
        private boolean first = true;

        private Offer(List<Requirements> promised, boolean busy) {
            this.busy = busy;
            promised.forEach(this::take);
        }

        @Override
        public boolean allow(Requirements requirements) {
            return allows(requirements);
        }

        @Override
        public boolean take(Requirements requirements) {
            if (!supplies.areCounted()) {
                return true;
            } else if (!kept.isEmpty() && requirements.resources().namesAny(kept)) {
                return false;
            } else if (!free.covers(requirements.resources()) || !stock.test(requirements.resources())) {
                return false;
            }
            free = free.minus(requirements.resources());
            return true;
        }

        /** Every task takes a part of a core at least. */
        @Override
        public boolean isExhausted() {
            return supplies.areCounted() && free.amount(Resources.CORES) <= 0;
        }

        @Override
        public void passedOver(int task, Requirements requirements) {
            if (!first) {
                return;
            }
            first = false;
            long now = System.nanoTime();
            if (task != passedOver) {
                passedOver = task;
                since = now;
            } else if (busy && now - since >= PATIENCE) {
                kept.addAll(free.lacking(requirements.resources()));
            }
        }
    }
}
