package taskfarmer.report;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import taskfarmer.history.History;
import taskfarmer.store.FileStorage;
import taskfarmer.store.WorkDirectory;

/** A work directory whose journal a test writes itself: with the times that it wants. Times are in s after a fixed moment. */
public final class WrittenFarm {
    static final String ID = "0123456789abcdef";
    static final long ZERO = 1_700_000_000_000_000L;

    private final Path root;
    private final ByteArrayOutputStream journal = new ByteArrayOutputStream();
    private int sequence;
    private String before = "00000000";

    /** Makes the farm with these commands. */
    public WrittenFarm(Path root, String... commands) throws IOException {
        this.root = root;
        Files.createDirectories(root.resolve("farm/locks"));
        Files.createDirectories(root.resolve("logs"));
        Files.writeString(root.resolve("farm/id"), "taskfarmer 1\nid " + ID + "\nlocks farm/locks\n");
        ByteArrayOutputStream tasks = new ByteArrayOutputStream();
        for (int id = 0; id < commands.length; id++) {
            tasks.writeBytes((id + " ").getBytes(StandardCharsets.UTF_8));
            tasks.writeBytes(commands[id].getBytes(StandardCharsets.ISO_8859_1));
            tasks.write('\n');
        }
        Files.write(root.resolve("farm/tasks"), tasks.toByteArray());
        String list = commands.length == 0
                ? "list 0 00000000 default -"
                : "tasks 0 " + commands.length + " 0 " + tasks.size() + " " + crc(tasks.toByteArray()) + "\nlist "
                        + tasks.size() + " 00000001 default 0-" + (commands.length - 1);
        batch(0, 0, "farm 1 " + ID, list);
    }

    static long micros(double seconds) {
        return ZERO + Math.round(seconds * 1e6);
    }

    /** Writes what a farmer says at a time. */
    public WrittenFarm batch(int farmer, double time, String... entries) {
        byte[] text = ("batch " + ++sequence + " " + farmer + " " + micros(time) + "\n" + String.join("\n", entries)
                        + "\n")
                .getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream summed = new ByteArrayOutputStream();
        summed.writeBytes(before.getBytes(StandardCharsets.US_ASCII));
        summed.writeBytes(text);
        before = crc(summed.toByteArray());
        journal.writeBytes(text);
        journal.writeBytes(("commit " + before + "\n").getBytes(StandardCharsets.US_ASCII));
        return this;
    }

    /** Has a farmer join. */
    public WrittenFarm join(int farmer, double time, int slots) {
        return batch(farmer, time, "join node" + farmer + " boot" + farmer + " 1 100 200 - - - " + slots + " 0 60000");
    }

    /** Returns the entry of an end. */
    public static String end(int task, int slot, double start, double duration, int status) {
        return "end " + task + " 1 " + slot + " " + micros(start) + " " + Math.round(duration * 1e6) + " " + status;
    }

    WrittenFarm log(int task, String text) throws IOException {
        Files.writeString(root.resolve("logs/log_" + task), text);
        return this;
    }

    /** Has a farmer's heartbeat be that old. */
    WrittenFarm heartbeat(int farmer, double time) throws IOException {
        Path file = Files.writeString(root.resolve("farm/locks/farmer-" + farmer), "1\n");
        Files.setLastModifiedTime(file, FileTime.from(micros(time), TimeUnit.MICROSECONDS));
        return this;
    }

    /** Writes the journal. */
    public void write() throws IOException {
        Files.write(root.resolve("farm/journal"), journal.toByteArray());
    }

    History history() throws IOException {
        write();
        FileStorage storage = new FileStorage();
        return History.inFull(storage, WorkDirectory.existing(storage, root, "here"));
    }

    Facts facts(double now) throws IOException {
        return new Facts(history(), new FileStorage(), Member.Heartbeats.of(root.resolve("farm/locks")), micros(now));
    }

    /** Returns the page. */
    String page(double now) throws IOException {
        ByteArrayOutputStream page = new ByteArrayOutputStream();
        Report.of(history(), new FileStorage(), micros(now)).write(page);
        return page.toString(StandardCharsets.UTF_8);
    }

    private static String crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return String.format("%08x", crc.getValue());
    }
}
