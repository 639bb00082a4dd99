package taskfarmer.host;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import taskfarmer.model.Resources;

/**
 * What is free of a node's capacity, for trying what fits into it: taking from it takes nothing from the ledger. For one thread.
 *
 * <p>Cores and GPUs count by their numbers: what somebody holds of others than this farmer's leaves its own free. Of
 * everything else, and of what the user has stated, all that anybody holds counts.
 */
public final class Room {
    private final Units cores;
    private final Units gpus;
    private final SortedMap<String, Long> rest; // what counts by its amount

    /** Which units a share is made of. */
    record Place(List<String> cores, List<String> gpus) {}

    /** Returns all of a capacity, free. */
    Room(Capacity capacity) {
        cores = Units.of(capacity.cores());
        gpus = Units.of(capacity.gpus());
        rest = new TreeMap<>(capacity.amounts().amounts());
        keep(capacity, Resources.CORES);
        keep(capacity, Resources.GPUS);
    }

    private void keep(Capacity capacity, String name) {
        if (!capacity.stated().contains(name)) {
            rest.remove(name);
        }
    }

    private Room(Room other) {
        cores = other.cores.copy();
        gpus = other.gpus.copy();
        rest = new TreeMap<>(other.rest);
    }

    /** Returns the same, to be changed independently. */
    public Room copy() {
        return new Room(this);
    }

    /** Returns what is left for this farmer of what others and itself hold. */
    Room without(Collection<Entry> entries) {
        Room left = copy();
        for (Entry entry : entries) {
            left.cores.use(entry.cores(), entry.amounts().amount(Resources.CORES));
            left.gpus.use(entry.gpus(), entry.amounts().amount(Resources.GPUS));
            left.subtract(entry.amounts());
        }
        return left;
    }

    private void subtract(Resources amounts) {
        for (Map.Entry<String, Long> each : rest.entrySet()) {
            long used = amounts.amount(each.getKey());
            if (used != 0) {
                each.setValue(each.getValue() - used);
            }
        }
    }

    /** Takes what such a task needs; returns false, and takes nothing, if that does not fit. */
    public boolean take(Resources demand) {
        return place(demand).isPresent();
    }

    Optional<Place> place(Resources demand) {
        for (Map.Entry<String, Long> wanted : demand.amounts().entrySet()) {
            String name = wanted.getKey();
            boolean byIndex = name.equals(Resources.CORES) || name.equals(Resources.GPUS);
            Long left = rest.get(name);
            if (left == null ? !byIndex : left < wanted.getValue()) {
                return Optional.empty();
            }
        }
        Optional<List<String>> chosenCores = cores.take(demand.amount(Resources.CORES));
        if (chosenCores.isEmpty()) {
            return Optional.empty();
        }
        Optional<List<String>> chosenGpus = gpus.take(demand.amount(Resources.GPUS));
        if (chosenGpus.isEmpty()) {
            cores.giveBack(chosenCores.get(), demand.amount(Resources.CORES));
            return Optional.empty();
        }
        subtract(demand);
        return Optional.of(new Place(chosenCores.get(), chosenGpus.get()));
    }

    /** Returns how much of everything is free; parts of several cores or GPUs make no whole one. */
    public Resources free() {
        SortedMap<String, Long> free = new TreeMap<>(rest);
        free.merge(Resources.CORES, cores.free(), Math::min);
        free.merge(Resources.GPUS, gpus.free(), Math::min);
        free.replaceAll((name, amount) -> Math.max(0, amount));
        return Resources.of(free);
    }
}
