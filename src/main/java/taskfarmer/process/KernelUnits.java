package taskfarmer.process;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the kernel counts in.
 *
 * @param page the bytes of a page of memory
 * @param ticks how many ticks of processor time a second has
 */
record KernelUnits(long page, long ticks) {
    private static final KernelUnits USUAL = new KernelUnits(4096, 100);
    private static final int PAGE = 6; // AT_PAGESZ and AT_CLKTCK, getauxval(3)
    private static final int TICKS = 17;

    /** Returns those of a kernel, from what it tells each program at its start: pairs of words. */
    static KernelUnits of(Path proc) {
        long page = USUAL.page;
        long ticks = USUAL.ticks;
        try {
            ByteBuffer words = ByteBuffer.wrap(Files.readAllBytes(proc.resolve("self/auxv")))
                    .order(ByteOrder.nativeOrder());
            while (words.remaining() >= 2 * Long.BYTES) {
                long key = words.getLong();
                long value = words.getLong();
                page = key == PAGE && value > 0 ? value : page;
                ticks = key == TICKS && value > 0 ? value : ticks;
            }
        } catch (IOException e) {
            // then it is as nearly everywhere
        }
        return new KernelUnits(page, ticks);
    }

    /** Returns ticks in µs. */
    long micros(long count) {
        return count * 1_000_000 / ticks;
    }
}
