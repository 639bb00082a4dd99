package taskfarmer.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import taskfarmer.model.FarmException;

@Timeout(60)
class BulkStreamTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    /** A standard output that fails in a way from the second write on. */
    private static final class Failing extends OutputStream {
        private final String message;
        private final AtomicInteger writes = new AtomicInteger();

        Failing(String message) {
            this.message = message;
        }

        @Override
        public void write(int b) {
            throw new AssertionError();
        }

        @Override
        public void write(byte[] bytes, int from, int count) throws IOException {
            if (writes.incrementAndGet() > 1) {
                throw new IOException(message);
            }
        }
    }

    @Test
    void losesNothingHoweverSlowTheReader() throws Exception {
        ByteArrayOutputStream slow = new ByteArrayOutputStream() {
            @Override
            public synchronized void write(byte[] bytes, int from, int count) {
                Thread.yield();
                super.write(bytes, from, count);
            }
        };
        byte[] expected = new byte[5_000_000];
        new Random(1).nextBytes(expected);
        Output output = new Output(slow, err, false);
        output.bulk(() -> false, stream -> {
            int at = 0;
            Random random = new Random(2);
            while (at < expected.length) {
                int length = Math.min(random.nextInt(200_000), expected.length - at);
                if (length == 1) {
                    stream.write(expected[at]);
                } else {
                    stream.write(expected, at, length);
                }
                at += length;
            }
        });
        assertThat(Arrays.equals(slow.toByteArray(), expected)).isTrue();
    }

    @Test
    void comesAfterWhatWasPrintedBeforeAndBeforeWhatIsPrintedLater() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Output output = new Output(out, err, false);
        output.line("before");
        output.bulk(() -> false, stream -> stream.write('x'));
        output.line("after");
        output.flush();
        assertThat(out).hasToString("before\nxafter\n");
    }

    @Test
    void leavesOffQuietlyWhenTheReaderHasGone() throws Exception {
        AtomicInteger written = new AtomicInteger();
        Output output = new Output(new Failing("Broken pipe"), err, false);
        output.bulk(() -> false, stream -> {
            byte[] chunk = new byte[1 << 16];
            while (true) { // no end of its own
                stream.write(chunk);
                written.incrementAndGet();
            }
        });
        output.flush();
        assertThat(written).hasValueLessThan(10);
        assertThat(err.size()).isZero();
    }

    @Test
    void saysSoWhenTheDiskIsFull() {
        Output output = new Output(new Failing("No space left on device"), err, false);
        assertThatThrownBy(() -> output.bulk(() -> false, stream -> stream.write(new byte[1 << 20])))
                .isInstanceOf(FarmException.class)
                .hasMessage("standard output cannot be written: No space left on device");
    }

    @Test
    void doesNotWaitForAReaderWhoPausesWhenTheProgramIsToEnd() {
        CountDownLatch never = new CountDownLatch(1);
        AtomicBoolean stopped = new AtomicBoolean();
        OutputStream paused = new OutputStream() {
            @Override
            public void write(int b) {
                try {
                    stopped.set(true);
                    never.await();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
        };
        Output output = new Output(paused, err, false);
        assertThatThrownBy(() -> output.bulk(stopped::get, stream -> stream.write(new byte[1 << 20])))
                .isInstanceOf(InterruptedException.class);
        never.countDown();
    }
}
