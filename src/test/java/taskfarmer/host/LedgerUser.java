package taskfarmer.host;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import taskfarmer.config.BatchJob;
import taskfarmer.config.Environment;
import taskfarmer.model.Resources;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Identity;
import taskfarmer.store.Storage;

/** Another process that uses a ledger, or sits on it: a program for tests. */
public final class LedgerUser {
    private static final String[] CORES = {"1", "2", "3", "5", "0.25", "0.5"};
    private static final String[] GPUS = {"0", "0", "1", "2", "0.5", "0.3"};

    private LedgerUser() {}

    /** Starts it: {@code hold FILE}, or {@code use DIRECTORY LOG STATED SEED} until its standard input ends. */
    static Process start(String... what) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LedgerUser.class.getName()));
        command.addAll(Arrays.asList(what));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Does it. */
    public static void main(String[] args) throws IOException {
        if (args[0].equals("hold")) {
            try (Storage.OpenFile file = new FileStorage().open(Path.of(args[1]), Storage.Mode.UPDATE)) {
                say(file.tryLock() ? "held" : "not held");
                int unused = System.in.read();
            }
        } else {
            use(Path.of(args[1]), Path.of(args[2]), args[3], new Random(Long.parseLong(args[4])));
        }
    }

    /**
     * Takes and gives back at random. Of each share it writes a line to the log after it has got it, and another one before it
     * gives it back. It has one task, which outlives it.
     */
    private static void use(Path directory, Path log, String stated, Random random) throws IOException {
        Identity self = Identity.ofThisProcess(BatchJob.NONE);
        Environment environment = new Environment(
                Map.of("TASKFARMER_LEDGER_DIR", directory.toString()),
                directory,
                directory,
                Optional.empty(),
                Environment.processUid());
        ProcessBuilder task = new ProcessBuilder("sleep", "1000");
        task.environment().put("TASKFARMER_FARMER", self.token());
        Process started = task.start();
        say(Long.toString(started.pid()));
        Capacity capacity = Capacity.of(FakeNode.of("0-7", 64), Stated.parse(stated));
        AtomicBoolean over = new AtomicBoolean();
        Thread listener = new Thread(() -> {
            try {
                int unused = System.in.read();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            } finally {
                over.set(true);
            }
        });
        listener.setDaemon(true);
        listener.start();
        try (HostLedger ledger = HostLedger.open(new FileStorage(), environment, self, capacity);
                OutputStream out = Files.newOutputStream(log, StandardOpenOption.APPEND)) {
            List<Share> held = new ArrayList<>();
            while (!over.get()) {
                LockSupport.parkNanos(random.nextInt(500_000)); // what a task takes
                Optional<Share> share =
                        held.size() < 6 ? ledger.take(demand(random), "random " + self.pid()) : Optional.empty();
                if (share.isPresent()) {
                    held.add(share.get());
                    line(out, "+ " + self.pid() + ' ' + describe(share.get()));
                } else {
                    boolean unused = ledger.refresh();
                }
                if (!held.isEmpty() && (share.isEmpty() || random.nextInt(3) == 0)) {
                    Share back = held.remove(random.nextInt(held.size()));
                    line(out, "- " + self.pid() + ' ' + describe(back));
                    ledger.giveBack(back);
                }
            }
            for (Share share : held) {
                line(out, "- " + self.pid() + ' ' + describe(share));
            }
        } finally {
            started.destroyForcibly();
        }
    }

    private static Resources demand(Random random) {
        String gpus = GPUS[random.nextInt(GPUS.length)];
        return Resources.parse("cores=" + CORES[random.nextInt(CORES.length)] + ",gpus=" + gpus + ",mem="
                + (1 + random.nextInt(7)) + "G,licences=" + random.nextInt(2));
    }

    private static String describe(Share share) {
        return share.number() + " " + share.amounts() + ' ' + String.join(",", share.cores()) + ' '
                + (share.gpus().isEmpty() ? "-" : String.join(",", share.gpus()));
    }

    private static void line(OutputStream out, String text) throws IOException {
        out.write((text + '\n').getBytes(StandardCharsets.US_ASCII)); // one write to the end of the file
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
