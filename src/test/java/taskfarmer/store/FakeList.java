package taskfarmer.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import taskfarmer.model.Attributes;
import taskfarmer.model.Command;
import taskfarmer.model.Task;

/** A task list that lies in memory. */
public final class FakeList implements ListInput {
    private final List<Task> tasks;
    private final String handler;

    /** Returns a list of commands; each {@code char} becomes one byte. */
    public FakeList(List<String> commands) {
        this("test", commands);
    }

    /** Returns a list that a handler of this name reads. */
    public FakeList(String handler, List<String> commands) {
        this.handler = handler;
        this.tasks = commands.stream()
                .map(text -> Task.of(Command.of(text.getBytes(StandardCharsets.ISO_8859_1))))
                .toList();
    }

    private FakeList(Stream<Task> tasks) {
        this.tasks = tasks.toList();
        this.handler = "test";
    }

    /** Returns a list of tasks that ask for something: {@code cores=4 stage=1: command}. */
    public static FakeList asking(String... tasks) {
        return new FakeList(Stream.of(tasks).map(FakeList::task));
    }

    private static Task task(String text) {
        int colon = text.indexOf(": ");
        Command command = Command.of(text.substring(colon < 0 ? 0 : colon + 2));
        return new Task(command, colon < 0 ? Attributes.NONE : attributes(text.substring(0, colon)));
    }

    /** Returns attributes as users write them: {@code cores=4 stage=1}. */
    public static Attributes attributes(String text) {
        Attributes attributes = Attributes.NONE;
        for (String word : text.split(" ")) {
            String[] parts = word.split("=", 2);
            attributes = parts[0].equals("stage") ? attributes.inStage(parts[1]) : attributes.with(parts[0], parts[1]);
        }
        return attributes;
    }

    /** Returns a list of commands. */
    public static FakeList of(String... commands) {
        return new FakeList(List.of(commands));
    }

    /** Returns a list of so many different commands. */
    public static FakeList ofSize(int size) {
        List<String> commands = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            commands.add("run --number " + i);
        }
        return new FakeList(commands);
    }

    @Override
    public String name() {
        return "tasks.txt";
    }

    @Override
    public String handler() {
        return handler;
    }

    @Override
    public Fingerprint fingerprint() {
        CRC32C crc = new CRC32C();
        long length = 0;
        for (Task task : tasks) {
            crc.update(task.attributes().text().getBytes(StandardCharsets.US_ASCII));
            crc.update('\t');
            crc.update(task.command().bytes());
            crc.update('\n');
            length += task.command().bytes().length + 1;
        }
        return new Fingerprint(length, (int) crc.getValue());
    }

    @Override
    public Fingerprint read(Consumer<Task> consumer) {
        tasks.forEach(consumer);
        return fingerprint();
    }
}
