package taskfarmer.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.model.Command;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.Task;

class TaskFileTest {
    private static final int MEBIBYTE = 1 << 20;

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private TaskFile file() {
        return new TaskFile(new FileStorage(), path(), (task, attributes) -> {});
    }

    private Path path() {
        return directory.resolve("tasks");
    }

    private static Op.Frozen freeze(TaskFile file, List<Command> commands) throws IOException {
        try (TaskFile.Writer writer = file.writer()) {
            for (Command command : commands) {
                writer.add(Task.of(command));
            }
            return writer.finish();
        }
    }

    private static List<Command> commands(int count, int from) {
        List<Command> commands = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            commands.add(Command.of("command " + (from + i)));
        }
        return commands;
    }

    @Test
    void keepsCommandsUnderTheirNumbers() throws IOException {
        TaskFile file = file();
        Op.Frozen frozen = freeze(file, List.of(Command.of("a b"), Command.of("c"), Command.of(" d ")));
        assertThat(path()).hasContent("0 a b\n1 c\n2  d \n");
        assertThat(frozen.first()).isZero();
        assertThat(frozen.count()).isEqualTo(3);
        assertThat(frozen.length()).isEqualTo(Files.size(path()));
        file.accept(frozen);
        assertThat(file.command(1)).isEqualTo(Command.of("c"));
        assertThat(file.command(2)).isEqualTo(Command.of(" d "));
    }

    @Test
    void keepsAllBytes() throws IOException {
        byte[] bytes = new byte[254];
        int at = 0;
        for (int b = 1; b < 256; b++) {
            if (b != '\n') {
                bytes[at++] = (byte) b;
            }
        }
        TaskFile file = file();
        file.accept(freeze(file, List.of(Command.of(bytes))));
        assertThat(file.command(0).bytes()).isEqualTo(bytes);
    }

    @Test
    void growsAtItsEnd() throws IOException {
        TaskFile file = file();
        Op.Frozen first = freeze(file, commands(9, 0));
        file.accept(first);
        Op.Frozen second = freeze(file, commands(5, 9));
        assertThat(second.first()).isEqualTo(9);
        assertThat(second.offset()).isEqualTo(first.length());
        file.accept(second);
        TaskFile other = file();
        other.accept(first);
        other.accept(second);
        for (int task = 0; task < 14; task++) {
            assertThat(other.command(task)).isEqualTo(Command.of("command " + task));
        }
    }

    @Test
    void overwritesWhatADeadFarmerLeft() throws IOException {
        TaskFile file = file();
        file.accept(freeze(file, commands(2, 0)));
        freeze(file, List.of(Command.of("a long command that never counted"), Command.of("another")));
        Op.Frozen frozen = freeze(file, List.of(Command.of("short")));
        file.accept(frozen);
        assertThat(file.command(2)).isEqualTo(Command.of("short"));
    }

    @Test
    void writesAndReadsAcrossChunks() throws IOException {
        Random random = new Random(5);
        List<Command> commands = new ArrayList<>();
        for (int i = 0; i < 60_000; i++) {
            byte[] bytes = new byte[1 + random.nextInt(i % 5000 == 7 ? 200_000 : 60)];
            Arrays.fill(bytes, (byte) ('a' + i % 26));
            commands.add(Command.of(bytes));
        }
        byte[] huge = new byte[MEBIBYTE + 17];
        Arrays.fill(huge, (byte) 'z');
        commands.add(30_000, Command.of(huge));
        TaskFile file = file();
        file.accept(freeze(file, commands));
        assertThat(Files.size(path())).isGreaterThan(3 * MEBIBYTE);
        assertThat(file.commands(Ids.range(0, commands.size()))).isEqualTo(commands.toArray());
        Ids.Builder some = new Ids.Builder();
        List<Command> expected = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            int id = random.nextInt(commands.size());
            some.add(id);
            expected.add(commands.get(id));
        }
        assertThat(file.commands(some.build())).isEqualTo(expected.toArray());
    }

    @Test
    void hasLinesThatEndAtAnyDistanceFromAChunksEnd() throws IOException {
        for (int shift = -5; shift <= 5; shift++) {
            Files.deleteIfExists(path());
            byte[] bytes = new byte[MEBIBYTE + shift - 3];
            Arrays.fill(bytes, (byte) 'x');
            List<Command> commands = List.of(Command.of(bytes), Command.of("y"));
            TaskFile file = file();
            file.accept(freeze(file, commands));
            assertThat(file.commands(Ids.range(0, 2))).isEqualTo(commands.toArray());
        }
    }

    @Test
    void mayBeEmpty() throws IOException {
        TaskFile file = file();
        Op.Frozen frozen = freeze(file, List.of());
        assertThat(frozen.count()).isZero();
        file.accept(frozen);
        assertThat(file.commands(Ids.NONE)).isEmpty();
    }

    @Test
    void refusesEveryDamagedByte() throws IOException {
        Op.Frozen frozen = freeze(file(), commands(3, 0));
        byte[] bytes = Files.readAllBytes(path());
        for (int at = 0; at < bytes.length; at++) {
            for (int mask : new int[] {1, 0x20, 0x80, bytes[at] ^ '\n'}) {
                if (mask != 0) {
                    byte[] damaged = bytes.clone();
                    damaged[at] ^= (byte) mask;
                    Files.write(path(), damaged);
                    assertRefused(frozen);
                }
            }
            Files.write(path(), Arrays.copyOf(bytes, at));
            assertRefused(frozen);
        }
        Files.delete(path());
        assertThatThrownBy(() -> file().accept(frozen)).isInstanceOf(IOException.class);
    }

    private void assertRefused(Op.Frozen frozen) throws IOException {
        byte[] before = Files.readAllBytes(path());
        assertThatThrownBy(() -> file().accept(frozen))
                .isInstanceOfSatisfying(FarmException.class, e -> {
                    assertThat(e.status()).isEqualTo(ExitStatus.UNTRUSTED);
                    assertThat(e.remedy()).contains("Nothing was changed");
                })
                .hasMessageContaining("the frozen task list " + path() + " is damaged");
        assertThat(path()).hasBinaryContent(before);
    }

    /** Somebody empties the file while the farm runs. */
    @Test
    void refusesToReadCommandsFromAFileThatBecameShorter() throws IOException {
        TaskFile file = file();
        file.accept(freeze(file, commands(3, 0)));
        Files.writeString(path(), "0 comm", StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> file.command(2))
                .isInstanceOf(FarmException.class)
                .hasMessageContaining("is damaged");
    }
}
