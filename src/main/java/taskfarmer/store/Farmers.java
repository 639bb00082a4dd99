package taskfarmer.store;

import java.util.BitSet;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import taskfarmer.model.Resources;

/** The farmers that ever joined, by number, and what people wish of them. An entry that does not fit changes nothing. */
final class Farmers {
    private final TreeMap<Integer, State.Farmer> farmers = new TreeMap<>();
    private int slots; // of those that take tasks

    Map<Integer, State.Farmer> all() {
        return Collections.unmodifiableMap(farmers);
    }

    /** Returns the number that the next one gets. */
    int next() {
        return farmers.isEmpty() ? 1 : farmers.lastKey() + 1;
    }

    /** Returns the slots of all that are there and take tasks. */
    int slots() {
        return slots;
    }

    /** Returns whether a farmer is there: joined, and neither left nor taken for dead. */
    boolean isPresent(int number) {
        State.Farmer known = farmers.get(number);
        return known != null && known.present();
    }

    /** Returns the numbers of the slots of all that are there on a farmer's host. */
    BitSet slotNumbers(Identity host) {
        BitSet used = new BitSet();
        for (State.Farmer farmer : farmers.values()) {
            if (farmer.present() && farmer.joined().identity().boot().equals(host.boot())) {
                farmer.numbers().forEach(used::set);
            }
        }
        return used;
    }

    void join(int number, Op.Joined joined, long time) {
        State.check(number == next(), "farmer ", number, " joins out of order");
        farmers.put(number, State.Farmer.of(number, joined, time));
        slots += joined.slots();
    }

    void leave(int number) {
        change(number, State.Farmer::gone);
    }

    void tell(Op.Told told) {
        change(told.farmer(), farmer -> farmer.told(told.wish()));
    }

    void scale(Op.Scaled scaled) {
        State.check(
                scaled.slots() >= 0 && scaled.slots() <= scaled.numbers().count(),
                "farmer ",
                scaled.farmer(),
                " has too few slots");
        change(scaled.farmer(), farmer -> farmer.scaled(scaled.slots(), scaled.numbers()));
    }

    void offer(int number, Resources resources) {
        change(number, farmer -> farmer.offering(resources));
    }

    private void change(int number, UnaryOperator<State.Farmer> change) {
        requirePresent(number);
        State.Farmer before = Objects.requireNonNull(farmers.get(number));
        State.Farmer after = change.apply(before);
        slots += slotsOf(after) - slotsOf(before);
        farmers.put(number, after);
    }

    private static int slotsOf(State.Farmer farmer) {
        return farmer.present() && farmer.wish() == Op.Wish.WORK ? farmer.slots() : 0;
    }

    void requirePresent(int number) {
        State.check(isPresent(number), "farmer ", number, " is not there");
    }
}
