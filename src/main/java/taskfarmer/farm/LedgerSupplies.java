package taskfarmer.farm;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import taskfarmer.host.HostLedger;
import taskfarmer.host.Share;
import taskfarmer.model.NativeText;
import taskfarmer.model.Resources;
import taskfarmer.store.Failures;
import taskfarmer.store.Requirements;

/** Supplies that are taken from the ledger of the host; it is opened when there is something to count. */
public final class LedgerSupplies implements Supplies, AutoCloseable {
    private final Opening opening;
    private final Function<Share, List<String>> prefix;
    private volatile @Nullable HostLedger ledger;

    /** Opens the ledger. */
    public interface Opening {
        /** Opens it. */
        HostLedger open() throws IOException;
    }

    /**
     * Returns supplies that are not counted yet.
     *
     * @param prefix the words before a task's command that keep it to its share
     */
    public LedgerSupplies(Opening opening, Function<Share, List<String>> prefix) {
        this.opening = opening;
        this.prefix = prefix;
    }

    @Override
    public synchronized void count() {
        if (ledger == null) {
            try {
                ledger = opening.open();
            } catch (IOException e) {
                throw Failures.untrusted(e);
            }
        }
    }

    @Override
    public boolean areCounted() {
        return ledger != null;
    }

    @Override
    public Resources all() {
        HostLedger counted = ledger;
        return counted == null ? Resources.NONE : counted.capacity();
    }

    @Override
    public Resources free() {
        HostLedger counted = ledger;
        return counted == null ? Resources.NONE : counted.free();
    }

    @Override
    public Predicate<Resources> stock() {
        HostLedger counted = ledger;
        return counted == null ? demand -> true : counted.room()::take;
    }

    @Override
    public boolean refresh() throws IOException {
        HostLedger counted = ledger;
        return counted != null && counted.refresh();
    }

    @Override
    public Optional<Portion> take(Requirements requirements, String label) throws IOException {
        HostLedger counted = ledger;
        if (counted == null) {
            return Optional.of(Portion.NONE);
        }
        return counted.take(requirements.resources(), label)
                .map(share -> new Portion(
                        new TreeMap<>(share.environment()),
                        latin1(prefix.apply(share)),
                        () -> giveBack(counted, share)));
    }

    /** Words as bytes as characters. */
    private static List<String> latin1(List<String> words) {
        return words.stream()
                .map(word -> new String(NativeText.bytes(word), StandardCharsets.ISO_8859_1))
                .toList();
    }

    private static void giveBack(HostLedger ledger, Share share) {
        try {
            ledger.giveBack(share);
        } catch (IOException e) {
            // It gives it back the next time that it writes: it writes only what is held.
        }
    }

    @Override
    public void close() throws IOException {
        HostLedger counted = ledger;
        if (counted != null) {
            counted.close();
        }
    }
}
