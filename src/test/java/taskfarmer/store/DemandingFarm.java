package taskfarmer.store;

import java.io.IOException;
import java.nio.file.Path;
import taskfarmer.model.Resources;
import taskfarmer.model.Usage;

/** A farm whose tasks ask for something, and in which everything has happened that can come of that; nothing was run. */
public final class DemandingFarm {
    /** Runs on 8 cores with 16 GB. */
    public static final int RUNNING = 0;
    /** Has finished, and was measured: 15 s of processor time in 10 s, a peak of 3.1 GB, a log of 2048 bytes. */
    public static final int MEASURED = 1;
    /** Has finished with exit status 3, which counts as success; 1 s in 10 s, 2 GB. */
    public static final int ODD = 2;
    /** Has failed: timeout. */
    public static final int TIMEOUT = 3;
    /** Was cancelled because of {@link #TIMEOUT}. */
    public static final int SKIPPED = 4;
    /** Was cancelled because of {@link #SKIPPED}. */
    public static final int SKIPPED_TOO = 5;
    /** Has failed once, and rests for an hour. */
    public static final int RESTING = 6;
    /** Has failed with exit status 0. */
    public static final int NO_OUTPUT = 7;
    /** Waits for {@link #RUNNING}. */
    public static final int WAITING = 8;
    /** Needs more than there is. */
    public static final int HUGE = 9;
    /** Has finished without being run. */
    public static final int NOT_RUN = 10;
    /** Has a tag. */
    public static final int TAGGED = 11;
    /** Has failed: stall. */
    public static final int STALLED = 12;

    /** When attempts were started, µs since the epoch. */
    public static final long BEGAN = 1_700_000_000_000_000L;

    private static final long SECOND = 1_000_000;
    private static final FakeList LIST = FakeList.asking(
            "cores=8 mem=16G: run",
            "cores=12 mem=24G: measured",
            "success-codes=3: odd",
            "time=5m name=prep: prepare",
            "after=prep name=mid: analyse",
            "after=mid: plot",
            "retries=3 backoff=1h: flaky",
            "outputs=x: write",
            "after=0: later",
            "cores=64: huge",
            "outputs=y skip-if-outputs=yes: there",
            "tags=gpu: tagged",
            "stall=1m: hang");

    private DemandingFarm() {}

    /** Makes the work directory; two farmers of one host are there, and one of them has nothing to do. */
    public static void make(Path root) throws IOException {
        TestStores stores = new TestStores(new FileStorage(), root);
        stores.setClock();
        Store idle = stores.open();
        try (Store store = stores.open();
                idle) {
            Resources node = Resources.parse("cores=32,mem=64G");
            TestStores.join(store, LIST, false, TestStores.joined(16), t -> {
                t.offer(node);
                return t.claim(13);
            });
            store.transact(t -> {
                t.unclaim(Ids.of(HUGE));
                t.unclaim(Ids.of(TAGGED));
                t.started(new Op.Started(RUNNING, 1, 0, BEGAN));
                t.ended(end(MEASURED, 0, Op.Verdict.FINISHED, "", new Usage(15 * SECOND, 3_328_599_654L, 2048)));
                t.ended(end(ODD, 3, Op.Verdict.FINISHED, "", new Usage(SECOND, 2L << 30, -1)));
                t.ended(end(TIMEOUT, 143, Op.Verdict.FAILED, Op.Ended.TIMEOUT, Usage.UNKNOWN));
                t.ended(end(RESTING, 1, Op.Verdict.AGAIN, "", Usage.UNKNOWN));
                t.ended(end(NO_OUTPUT, 0, Op.Verdict.FAILED, Op.Ended.NO_OUTPUT, Usage.UNKNOWN));
                t.ended(end(NOT_RUN, -1, Op.Verdict.FINISHED, Op.Ended.SKIPPED, Usage.UNKNOWN));
                t.ended(end(STALLED, 137, Op.Verdict.FAILED, Op.Ended.STALL, Usage.UNKNOWN));
                return null;
            });
            TestStores.join(idle, LIST, false, TestStores.joined(16), t -> {
                t.offer(node);
                return null;
            });
        }
    }

    private static Op.Ended end(int task, int status, Op.Verdict verdict, String reason, Usage usage) {
        return new Op.Ended(task, 1, task, BEGAN, 10 * SECOND, status, verdict, reason, usage);
    }
}
