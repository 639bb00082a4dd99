package taskfarmer.host;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskfarmer.model.Resources;

/** Things that are handed out one by one, cores or GPUs, and how much of each is free, in thousandths. */
final class Units {
    private final List<String> names;
    private final Map<String, Integer> positions;
    private final long[] free;

    private Units(List<String> names, Map<String, Integer> positions, long[] free) {
        this.names = names;
        this.positions = positions;
        this.free = free;
    }

    /** Returns units that are all free. */
    static Units of(List<String> names) {
        Map<String, Integer> positions = new HashMap<>();
        for (int i = 0; i < names.size(); i++) {
            positions.put(names.get(i), i);
        }
        long[] free = new long[names.size()];
        Arrays.fill(free, Resources.UNIT);
        return new Units(names, positions, free);
    }

    Units copy() {
        return new Units(names, positions, free.clone());
    }

    /** Says that somebody has units, or a part of one; those that are none of these are somebody else's business. */
    void use(List<String> used, long amount) {
        change(used, -Math.min(amount, Resources.UNIT));
    }

    /** Undoes {@link #use}. */
    void giveBack(List<String> used, long amount) {
        change(used, Math.min(amount, Resources.UNIT));
    }

    private void change(List<String> units, long each) {
        for (String name : units) {
            Integer position = positions.get(name);
            if (position != null) {
                free[position] += each;
            }
        }
    }

    /** Returns how much is free. */
    long free() {
        long sum = 0;
        for (long each : free) {
            sum += Math.max(0, each);
        }
        return sum;
    }

    /**
     * Takes units: whole ones that are wholly free, the lowest first; or a part of one, of that which has the least left of
     * those that have enough, so that whole ones stay whole.
     *
     * @return which; nothing if there are too few
     */
    Optional<List<String>> take(long amount) {
        Optional<List<String>> chosen =
                amount == 0 ? Optional.of(List.of()) : amount < Resources.UNIT ? part(amount) : whole(amount);
        chosen.ifPresent(units -> use(units, amount));
        return chosen;
    }

    private Optional<List<String>> part(long amount) {
        int best = -1;
        for (int i = 0; i < free.length; i++) {
            if (free[i] >= amount && (best < 0 || free[i] < free[best])) {
                best = i;
            }
        }
        return best < 0 ? Optional.empty() : Optional.of(List.of(names.get(best)));
    }

    private Optional<List<String>> whole(long amount) {
        int count = (int) Math.min(Integer.MAX_VALUE, (amount + Resources.UNIT - 1) / Resources.UNIT);
        if (count > free.length) {
            return Optional.empty();
        }
        List<String> chosen = new ArrayList<>(count);
        for (int i = 0; i < free.length && chosen.size() < count; i++) {
            if (free[i] == Resources.UNIT) {
                chosen.add(names.get(i));
            }
        }
        return chosen.size() < count ? Optional.empty() : Optional.of(chosen);
    }
}
