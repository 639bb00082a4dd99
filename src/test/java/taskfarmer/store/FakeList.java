package taskfarmer.store;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import taskfarmer.model.Command;

/** A task list that lies in memory. */
public final class FakeList implements ListInput {
    private final List<Command> commands;
    private final String handler;

    /** Returns a list of commands; each {@code char} becomes one byte. */
    public FakeList(List<String> commands) {
        this("test", commands);
    }

    /** Returns a list that a handler of this name reads. */
    public FakeList(String handler, List<String> commands) {
        this.handler = handler;
        this.commands = commands.stream()
                .map(text -> Command.of(text.getBytes(StandardCharsets.ISO_8859_1)))
                .toList();
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
        for (Command command : commands) {
            crc.update(command.bytes());
            crc.update('\n');
            length += command.bytes().length + 1;
        }
        return new Fingerprint(length, (int) crc.getValue());
    }

    @Override
    public Fingerprint read(Consumer<Command> consumer) {
        commands.forEach(consumer);
        return fingerprint();
    }
}
