package taskfarmer.host;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import taskfarmer.config.BatchJob;
import taskfarmer.model.FarmException;
import taskfarmer.model.NativeText;
import taskfarmer.model.Resources;
import taskfarmer.store.Identity;

/**
 * One share that somebody holds, as the ledger has it.
 *
 * @param owner the farmer, without its batch job
 * @param number tells apart what one farmer holds
 * @param amounts how much
 * @param cores which cores; one if it is a part of one
 * @param gpus which GPUs; likewise
 * @param label what it is held for, for people
 */
public record Entry(
        Identity owner, int number, Resources amounts, List<String> cores, List<String> gpus, String label) {
    private static final int FIELDS = 10;
    private static final int LONGEST_LABEL = 161;
    private static final String GAP = "...";
    private static final String NOTHING = "-";

    /** Returns whether both are the same share. */
    boolean isSameAs(Entry other) {
        return number == other.number && owner.equals(other.owner);
    }

    Entry unlabelled() {
        return new Entry(owner, number, amounts, cores, gpus, "");
    }

    /** Returns a farmer as the ledger has it. */
    static Identity owner(Identity farmer) {
        return new Identity(
                farmer.host(), farmer.boot(), farmer.pidNamespace(), farmer.pid(), farmer.started(), BatchJob.NONE);
    }

    /** Returns the line that {@link #parse} reads: bytes as characters. */
    String text() {
        return owner.host()
                + ' '
                + owner.boot()
                + ' '
                + owner.pidNamespace()
                + ' '
                + owner.pid()
                + ' '
                + owner.started()
                + ' '
                + number
                + ' '
                + word(amounts.toString())
                + ' '
                + word(CpuList.show(cores))
                + ' '
                + word(String.join(",", gpus))
                + ' '
                + bytes(label);
    }

    private static String word(String text) {
        return text.isEmpty() ? NOTHING : text;
    }

    private static String list(String word) {
        return word.equals(NOTHING) ? "" : word;
    }

    /** Of a label that is too long, the middle is left out: both ends say something. */
    private static String bytes(String label) {
        String text = new String(NativeText.bytes(label), StandardCharsets.ISO_8859_1);
        int half = (LONGEST_LABEL - GAP.length()) / 2;
        String shown = text.length() <= LONGEST_LABEL
                ? text
                : text.substring(0, half) + GAP + text.substring(text.length() - half);
        return shown.replace('\n', '?').replace('\0', '?');
    }

    /** Reads a line; nothing if it is none. */
    static Optional<Entry> parse(String text) {
        String[] fields = text.split(" ", FIELDS);
        if (fields.length < FIELDS) {
            return Optional.empty();
        }
        try {
            Identity owner = new Identity(
                    fields[0],
                    fields[1],
                    fields[2],
                    Long.parseLong(fields[3]),
                    Long.parseLong(fields[4]),
                    BatchJob.NONE);
            String amounts = list(fields[6]);
            List<String> gpus = new ArrayList<>();
            for (String gpu : list(fields[8]).split(",", -1)) {
                if (!gpu.isEmpty()) {
                    gpus.add(gpu);
                }
            }
            return Optional.of(new Entry(
                    owner,
                    Integer.parseInt(fields[5]),
                    amounts.isEmpty() ? Resources.NONE : Resources.parse(amounts),
                    List.copyOf(CpuList.parse(list(fields[7]))),
                    List.copyOf(gpus),
                    NativeText.text(fields[9].getBytes(StandardCharsets.ISO_8859_1))));
        } catch (NumberFormatException | FarmException e) {
            return Optional.empty();
        }
    }
}
