package taskfarmer.tasks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.model.Command;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;

class ListTaskListTest {
    @Test
    void takesOneCommandALineInOrder() throws IOException {
        assertThat(read("echo a\necho b\necho a\n")).containsExactly("echo a", "echo b", "echo a");
    }

    @Test
    void takesALastLineWithoutLineFeed() throws IOException {
        assertThat(read("echo a\necho b")).containsExactly("echo a", "echo b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\n\n\n", "   ", "\r\n", " \t \r\n\f\n", "# only\n  # comments"})
    void findsNothingInAListThatSaysNothing(String list) throws IOException {
        assertThat(read(list)).isEmpty();
    }

    @Test
    void skipsBlankLinesAndComments() throws IOException {
        assertThat(read("# first\n\necho a\n   \n\t# indented\n#!/bin/sh\necho b # mine\n"))
                .containsExactly("echo a", "echo b # mine");
    }

    @Test
    void stripsOuterWhiteSpaceOnly() throws IOException {
        assertThat(read(" \t\u000B\f echo  a \t b \r\f\u000B\n")).containsExactly("echo  a \t b");
    }

    @Test
    void acceptsDosLineEnds() throws IOException {
        assertThat(read("echo a\r\n\r\n# c\r\necho b\r\n")).containsExactly("echo a", "echo b");
    }

    @Test
    void keepsCarriageReturnsInsideALine() throws IOException {
        assertThat(read("printf 'a\rb'\n")).containsExactly("printf 'a\rb'");
    }

    @Test
    void skipsAByteOrderMark() throws IOException {
        assertThat(read("\uFEFFecho a\necho b")).containsExactly("echo a", "echo b");
        assertThat(read("\uFEFF# comment\necho b")).containsExactly("echo b");
        assertThat(read("\uFEFF")).isEmpty();
    }

    @Test
    void keepsAByteOrderMarkThatIsNotAtTheStart() throws IOException {
        assertThat(read("echo a\n\uFEFFecho b")).containsExactly("echo a", "\uFEFFecho b");
    }

    @Test
    void keepsEveryByteThatIsNotSpecial() throws IOException {
        byte[] line = new byte[257];
        int length = 0;
        line[length++] = 'x';
        for (int b = 1; b < 256; b++) {
            if (b != '\n') {
                line[length++] = (byte) b;
            }
        }
        line[length++] = 'x';
        byte[] expected = Arrays.copyOf(line, length);

        assertThat(readBytes(expected)).hasSize(1);
        assertThat(readBytes(expected).get(0).bytes()).isEqualTo(expected);
    }

    @Test
    void keepsUnicodeWhiteSpaceAtTheEnds() throws IOException {
        assertThat(read("\u00A0echo\u2003\n")).containsExactly("\u00A0echo\u2003");
    }

    @Test
    void keepsLatin1AtTheEnds() throws IOException {
        byte[] list = "\u00E9cho \u0085\u00A0\n".getBytes(ISO_8859_1);
        assertThat(readBytes(list).get(0).bytes()).isEqualTo("\u00E9cho \u0085\u00A0".getBytes(ISO_8859_1));
    }

    @Test
    void refusesANulByteNamingListAndLine() {
        assertThatThrownBy(() -> read("echo a\n\necho \0b\n"))
                .isInstanceOfSatisfying(
                        FarmException.class, e -> assertThat(e.status()).isEqualTo(ExitStatus.USAGE))
                .hasMessage("tasks.txt, line 3: a NUL byte");
    }

    @Test
    void refusesANulByteInACommentToo() {
        assertThatThrownBy(() -> read("# \0")).hasMessage("tasks.txt, line 1: a NUL byte");
    }

    @Test
    void tellsHowToMendAListSavedAsUtf16() {
        assertThatThrownBy(() -> readBytes("echo a\n".getBytes(UTF_16)))
                .isInstanceOfSatisfying(
                        FarmException.class, e -> assertThat(e.remedy()).contains("iconv -f UTF-16"));
    }

    @Test
    void takesLinesLongerThanItsBuffer() throws IOException {
        String first = "echo " + "a".repeat(200_000);
        String second = "echo " + "b".repeat(65_536);
        assertThat(read("true\n" + first + "\n" + second)).containsExactly("true", first, second);
    }

    @Test
    void doesNotCareInWhatPiecesTheListArrives() throws IOException {
        List<String> commands = new ArrayList<>();
        byte[] list = "\uFEFFecho a\r\n\r\n# c\r\n  echo b".getBytes(UTF_8);
        InputStream drops = new ByteArrayInputStream(list) {
            @Override
            public synchronized int read(byte[] buffer, int offset, int length) {
                return super.read(buffer, offset, Math.min(length, 1));
            }
        };

        new ListTaskList()
                .read(drops, "tasks.txt", task -> commands.add(task.command().text()));

        assertThat(commands).containsExactly("echo a", "echo b");
    }

    @Test
    void handsOverCommandsBeforeTheListEnds() {
        List<String> commands = new ArrayList<>();
        InputStream broken = new InputStream() {
            private int position;

            @Override
            public int read() throws IOException {
                byte[] start = "echo a\necho b".getBytes(UTF_8);
                if (position == start.length) {
                    throw new IOException("gone");
                }
                return start[position++];
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                buffer[offset] = (byte) read();
                return 1;
            }
        };

        assertThatThrownBy(() -> new ListTaskList()
                        .read(
                                broken,
                                "tasks.txt",
                                task -> commands.add(task.command().text())))
                .isInstanceOf(IOException.class);
        assertThat(commands).containsExactly("echo a");
    }

    @Test
    void doesNotCloseTheList() throws IOException {
        InputStream list = new ByteArrayInputStream("echo a\n".getBytes(UTF_8)) {
            @Override
            public void close() {
                throw new AssertionError("closed");
            }
        };
        new ListTaskList().read(list, "tasks.txt", command -> {});
    }

    @Test
    void appendedBytesAppendCommands() throws IOException {
        String list = "echo a\n# c\n\necho b\n";
        List<String> before = read(list);
        List<String> after = read(list + "echo c\n");
        assertThat(after).startsWith(before.toArray(String[]::new)).hasSize(before.size() + 1);
    }

    @Test
    void readsAHundredMillionBytesThroughASmallBuffer() throws IOException {
        byte[] line = ("echo " + "x".repeat(94) + "\n").getBytes(UTF_8);
        InputStream lines = new InputStream() {
            private long left = 100_000_000;

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] buffer, int offset, int length) {
                if (left == 0) {
                    return -1;
                }
                int count = 0;
                while (count + line.length <= length && left > 0) {
                    System.arraycopy(line, 0, buffer, offset + count, line.length);
                    count += line.length;
                    left -= line.length;
                }
                if (count == 0) {
                    throw new IllegalStateException("no room for a line: " + length);
                }
                return count;
            }
        };
        long[] count = {0};

        new ListTaskList().read(lines, "tasks.txt", command -> count[0]++);

        assertThat(count[0]).isEqualTo(1_000_000);
    }

    private static List<String> read(String list) throws IOException {
        List<String> texts = new ArrayList<>();
        for (Command command : readBytes(list.getBytes(UTF_8))) {
            texts.add(command.text());
        }
        return texts;
    }

    private static List<Command> readBytes(byte[] list) throws IOException {
        List<Command> commands = new ArrayList<>();
        new ListTaskList().read(new ByteArrayInputStream(list), "tasks.txt", task -> commands.add(task.command()));
        return commands;
    }
}
