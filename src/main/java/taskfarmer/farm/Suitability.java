package taskfarmer.farm;

import java.util.Collections;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongPredicate;
import taskfarmer.model.Resources;
import taskfarmer.store.Means;
import taskfarmer.store.Requirements;

/** Which tasks one farmer may run: by their tags, by the time that is left, by what its node has. */
final class Suitability {
    /** What a task has to wait for, passed over again and again, until what becomes free is kept for it. */
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
        return hasTimeFor(requirements)
                && (!supplies.areCounted() || supplies.free().covers(requirements.resources()));
    }

    /**
     * Returns what there is to claim tasks for.
     *
     * @param promised what claimed tasks will take that wait to be started
     */
    Means means(Resources promised) {
        return new Offer(supplies.free().minus(promised));
    }

    /** What is left at one moment, from one task to the next. */
    private final class Offer implements Means {
        private Resources free;
        private boolean first = true;

        private Offer(Resources free) {
            this.free = free;
        }

        @Override
        public boolean allow(Requirements requirements) {
            return allows(requirements);
        }

        @Override
        public boolean take(Requirements requirements) {
            if (!supplies.areCounted()) {
                return true;
            } else if (!free.covers(requirements.resources())) {
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
        public boolean isHeldFor(int task) {
            if (!first) {
                return false;
            }
            first = false;
            long now = System.nanoTime();
            if (task != passedOver) {
                passedOver = task;
                since = now;
            }
            return now - since >= PATIENCE;
        }
    }
}
