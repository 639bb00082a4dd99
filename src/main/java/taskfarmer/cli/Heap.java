package taskfarmer.cli;

import java.util.concurrent.TimeUnit;

/**
 * Keeps this program small beside the tasks, which are what the node's memory is for.
 *
 * <p>By default a JVM begins with a heap of a 64th of the machine's memory and lets rubbish fill the better part of it before it
 * first collects any: 4 GiB on a node with 256, charged to the job. What is alive here is some 20 bytes a task. A full
 * collection has the JVM give back what it does not need, and be sparing afterwards. (The launcher sets a small heap from
 * the start; {@code java -jar} alone cannot.)
 */
final class Heap {
    private static final long LARGE = 64L << 20;
    private static final long LOOK_SECONDS = 1;

    private Heap() {}

    /** Begins to watch over it, on a thread of its own. */
    static void keepSmall() {
        Thread thread = new Thread(
                () -> {
                    long allowed = LARGE;
                    try {
                        while (true) {
                            TimeUnit.SECONDS.sleep(LOOK_SECONDS);
                            if (Runtime.getRuntime().totalMemory() > allowed) {
                                System.gc();
                                allowed = Math.max(LARGE, Runtime.getRuntime().totalMemory() / 4 * 5);
                            }
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "heap");
        thread.setDaemon(true);
        thread.start();
    }
}
