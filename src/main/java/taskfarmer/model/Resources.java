package taskfarmer.model;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Amounts of things that tasks share out among themselves on a node: cores, memory, GPUs, and whatever else has a name.
 *
 * <p>Memory is counted in bytes, everything else in thousandths, so that half a GPU is a whole number. An amount that is not
 * named is zero.
 */
public final class Resources {
    /** The name of processor cores. */
    public static final String CORES = "cores";

    /** The name of memory. */
    public static final String MEMORY = "mem";

    /** The name of GPUs. */
    public static final String GPUS = "gpus";

    /** How finely all but memory is divided. */
    public static final long UNIT = 1000;

    /** Nothing. */
    public static final Resources NONE = new Resources(new String[0], new long[0]);

    // Arrays, not maps: what fits is asked for each kind of task at each claim.
    private final String[] names; // in order, interned
    private final long[] amounts; // of each, never 0

    private Resources(String[] names, long[] amounts) {
        this.names = names;
        this.amounts = amounts;
    }

    /** Returns these amounts; zeros are left out. */
    public static Resources of(Map<String, Long> amounts) {
        SortedMap<String, Long> sorted = new TreeMap<>(amounts);
        sorted.values().removeIf(amount -> amount == 0);
        String[] names = sorted.keySet().stream().map(String::intern).toArray(String[]::new);
        long[] values = sorted.values().stream().mapToLong(Long::longValue).toArray();
        return sorted.isEmpty() ? NONE : new Resources(names, values);
    }

    /**
     * Reads amounts such as {@code cores=32,mem=64G,gpus=4,licences=2}.
     *
     * @throws FarmException if they are none; the message says which
     */
    public static Resources parse(String text) {
        SortedMap<String, Long> amounts = new TreeMap<>();
        for (String part : text.strip().split("[,\\s]+", -1)) {
            int equals = part.indexOf('=');
            String name = equals < 0 ? part : part.substring(0, equals);
            if (equals < 0 || !name.matches("[A-Za-z_][A-Za-z0-9_.-]*")) {
                throw FarmException.badInput(
                        "'" + part + "' names no amount of a resource",
                        "Write them like this: cores=32,mem=64G,gpus=4");
            }
            String value = part.substring(equals + 1);
            amounts.put(name, value.equals("0") ? 0 : amount(name, value));
        }
        return of(amounts);
    }

    /**
     * Returns the amount that a text stands for, more than zero.
     *
     * @param name what it is an amount of: memory is a size, everything else a number with up to three decimals
     * @throws FarmException if it stands for none
     */
    public static long amount(String name, String text) {
        if (name.equals(MEMORY)) {
            return Sizes.parse(text);
        }
        if (!text.matches("[0-9]{1,9}(\\.[0-9]{1,3})?")) {
            throw FarmException.badInput(
                    "'" + text + "' is not an amount of " + name, "Write a number such as 4, or 0.5 for a half.");
        }
        long thousandths = new BigDecimal(text).movePointRight(3).longValueExact();
        boolean byIndex = name.equals(CORES) || name.equals(GPUS);
        if (thousandths == 0 || byIndex && thousandths > UNIT && thousandths % UNIT != 0) {
            throw FarmException.badInput(
                    "'" + text + "' is not an amount of " + name,
                    thousandths == 0
                            ? "Write a number above zero."
                            : "Write a whole number, or a fraction below 1 to share one with others.");
        }
        return thousandths;
    }

    /** Returns whether there is nothing. */
    public boolean isEmpty() {
        return names.length == 0;
    }

    /** Returns the amount of something: bytes of memory, thousandths of all else. */
    public long amount(String name) {
        int at = Arrays.binarySearch(names, name);
        return at < 0 ? 0 : amounts[at];
    }

    /** Returns all amounts that are not zero, by name. */
    public SortedMap<String, Long> amounts() {
        SortedMap<String, Long> map = new TreeMap<>();
        for (int i = 0; i < names.length; i++) {
            map.put(names[i], amounts[i]);
        }
        return Collections.unmodifiableSortedMap(map);
    }

    /** Returns both together. */
    public Resources plus(Resources more) {
        return combined(more, 1);
    }

    /** Returns what is left without another one; amounts may become negative. */
    public Resources minus(Resources less) {
        return combined(less, -1);
    }

    private Resources combined(Resources other, int sign) {
        if (other.isEmpty()) {
            return this;
        }
        String[] allNames = new String[names.length + other.names.length];
        long[] all = new long[allNames.length];
        int count = 0;
        int own = 0;
        int others = 0;
        while (own < names.length || others < other.names.length) {
            int order = own == names.length
                    ? 1
                    : others == other.names.length ? -1 : names[own].compareTo(other.names[others]);
            String name = order <= 0 ? names[own] : other.names[others];
            long amount = (order <= 0 ? amounts[own++] : 0) + (order >= 0 ? sign * other.amounts[others++] : 0);
            if (amount != 0) {
                allNames[count] = name;
                all[count++] = amount;
            }
        }
        return count == 0 ? NONE : new Resources(Arrays.copyOf(allNames, count), Arrays.copyOf(all, count));
    }

    /** Returns the same with another amount of something. */
    public Resources with(String name, long amount) {
        SortedMap<String, Long> changed = new TreeMap<>(amounts());
        changed.put(name, amount);
        return of(changed);
    }

    /** Returns whether there is at least as much of everything as is asked for. */
    public boolean covers(Resources demand) {
        int own = 0;
        for (int i = 0; i < demand.names.length; i++) {
            int at = own;
            while (at < names.length && !isSame(names[at], demand.names[i])) {
                at++;
            }
            boolean named = at < names.length;
            if (demand.amounts[i] > (named ? amounts[at] : 0)) {
                return false;
            }
            own = named ? at + 1 : own;
        }
        return true;
    }

    /** Returns the names of what there is less of than is asked for; of all that is asked for if the sums do not tell. */
    public Set<String> lacking(Resources demand) {
        Set<String> lacking = new TreeSet<>();
        for (int i = 0; i < demand.names.length; i++) {
            if (demand.amounts[i] > amount(demand.names[i])) {
                lacking.add(demand.names[i]);
            }
        }
        return lacking.isEmpty() ? Set.of(demand.names) : lacking;
    }

    /** Returns whether there is an amount of any of these. */
    public boolean namesAny(Set<String> some) {
        for (String name : names) {
            if (some.contains(name)) {
                return true;
            }
        }
        return false;
    }

    /** Names are interned. */
    @SuppressWarnings("ReferenceEquality")
    private static boolean isSame(String name, String other) {
        return name == other;
    }

    /** Returns an amount as a user would write it: {@code 4}, {@code 0.5}, {@code 64G}. */
    public static String show(String name, long amount) {
        return name.equals(MEMORY)
                ? Sizes.show(amount)
                : BigDecimal.valueOf(amount, 3).stripTrailingZeros().toPlainString();
    }

    /** Returns them for people: {@code cores=4, mem=64G}. */
    public String shown() {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < names.length; i++) {
            text.append(i == 0 ? "" : ", ").append(names[i]).append('=').append(show(names[i], amounts[i]));
        }
        return text.toString();
    }

    /** Returns the text form, which {@link #parse} reads; memory to the byte. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        amounts()
                .forEach((name, amount) -> text.append(text.length() == 0 ? "" : ",")
                        .append(name)
                        .append('=')
                        .append(name.equals(MEMORY) ? Long.toString(amount) : show(name, amount)));
        return text.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Resources that
                && Arrays.equals(names, that.names)
                && Arrays.equals(amounts, that.amounts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(names) + Arrays.hashCode(amounts);
    }
}
