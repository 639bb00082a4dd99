package taskfarmer.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.history.History;
import taskfarmer.history.TaskState;
import taskfarmer.model.Usage;
import taskfarmer.store.FakeList;
import taskfarmer.store.FileStorage;
import taskfarmer.store.Ids;
import taskfarmer.store.Op;
import taskfarmer.store.SharedMemory;
import taskfarmer.store.Storage;
import taskfarmer.store.Store;
import taskfarmer.store.TestStores;
import taskfarmer.store.WorkDirectory;

/** What leaves a farm in which everything has happened that can happen to a task. */
class ExportTest {
    private static final int FINISHED = 0;
    private static final int FAILED = 1;
    private static final int KILLED = 2;
    private static final int REQUEUED = 3;
    private static final int RETRIED = 4;
    private static final int CANCELLED = 5;
    private static final int LOST = 6;
    private static final int ODD = 7;
    private static final int RUNNING = 8;
    private static final int PENDING = 9;

    /** Each {@code char} is a byte. */
    private static final List<String> COMMANDS = List.of(
            "echo \"a, b\", 'c'",
            "tab\there\tand\t\u0001\u001b[31m",
            "not UTF-8: \u00ff\u00fe, caf\u00c3\u00a9",
            "carriage\rreturn",
            "\"",
            "",
            "lost",
            "back\\slash = @formula",
            "running",
            "pending");

    @TempDir(factory = SharedMemory.class)
    private Path directory;

    private final Storage storage = new FileStorage();
    private Path root;
    private History history;

    @BeforeEach
    void letEverythingHappen() throws IOException {
        root = directory.resolve("work");
        TestStores stores = new TestStores(storage, root);
        FakeList list =
                new FakeList(COMMANDS.stream().map(c -> c.isEmpty() ? "x" : c).toList());
        try (Store store = stores.open()) {
            TestStores.join(store, list, false, TestStores.joined(4), t -> t.claim(9));
            store.transact(t -> {
                t.ended(new Op.Ended(KILLED, 1, 2, 1_700_000_000_123_456L, 61_000_499, 137));
                t.ended(new Op.Ended(FINISHED, 1, 0, 1_700_000_000_999_500L, 1, 0));
                t.ended(TestStores.ended(FAILED, 1, 3));
                t.requeued(TestStores.requeued(REQUEUED, 1));
                t.ended(TestStores.ended(RETRIED, 1, 1));
                t.ended(TestStores.ended(CANCELLED, 1, 2));
                t.ended(TestStores.ended(ODD, 1, 255));
                t.started(TestStores.started(RUNNING, 1));
                t.started(TestStores.started(LOST, 1));
                return null;
            });
            store.transact(t -> t.claim(1));
            store.transact(t -> {
                t.ended(TestStores.ended(REQUEUED, 2, 0));
                t.retry(Ids.of(RETRIED));
                t.retry(Ids.of(CANCELLED));
                t.cancel(Ids.of(CANCELLED));
                return null;
            });
            store.transact(t -> t.claim(1)); // the one that is tried again
            store.transact(t -> {
                t.unclaim(Ids.of(RETRIED));
                return null;
            });
        }
        loseTwiceMore(stores, list);
        history = read();
    }

    private void loseTwiceMore(TestStores stores, FakeList list) throws IOException {
        for (int attempt = 2; attempt <= 3; attempt++) {
            try (Store store = stores.openAlone()) {
                TestStores.join(store, list, false, TestStores.joined(4), t -> t.claim(10));
                int number = attempt;
                store.transact(t -> {
                    t.unclaim(Ids.of(RETRIED));
                    t.unclaim(Ids.of(PENDING));
                    t.unclaim(Ids.of(RUNNING));
                    t.started(TestStores.started(LOST, number));
                    return null;
                });
            }
        }
        try (Store store = stores.openAlone()) {
            TestStores.join(store, list, false, TestStores.joined(1), t -> null);
            store.transact(t -> {
                Ids claimed = t.claim(10);
                t.unclaim(Ids.of(RETRIED));
                t.unclaim(Ids.of(PENDING));
                t.started(TestStores.started(RUNNING, 2));
                return claimed;
            });
        }
    }

    private History read() throws IOException {
        return History.inFull(storage, WorkDirectory.existing(storage, root, "work"));
    }

    private byte[] export(Export.Format format) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            new Export(history, () -> false).write(format, out);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return out.toByteArray();
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    @Test
    void theScenarioIsWhatItIsMeantToBe() {
        assertThat(List.of(FINISHED, FAILED, KILLED, REQUEUED, RETRIED, CANCELLED, LOST, ODD, RUNNING, PENDING))
                .extracting(id -> TaskState.of(history.state(), id))
                .containsExactly(
                        TaskState.FINISHED,
                        TaskState.FAILED,
                        TaskState.FAILED,
                        TaskState.FINISHED,
                        TaskState.PENDING,
                        TaskState.CANCELLED,
                        TaskState.FAILED,
                        TaskState.FAILED,
                        TaskState.RUNNING,
                        TaskState.PENDING);
    }

    // ---- joblog ----

    @Test
    void theJoblogHasALineForEachTaskThatHasEnded() throws IOException {
        List<String> lines = List.of(latin(export(Export.Format.JOBLOG)).split("\n", -1));
        assertThat(lines.get(0)).isEqualTo("Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand");
        assertThat(lines.subList(1, lines.size()))
                .containsExactly(
                        "3\tnode1\t1700000000.123\t    61.000\t0\t0\t0\t9\t" + COMMANDS.get(KILLED),
                        "1\tnode1\t1700000001.000\t     0.000\t0\t0\t0\t0\t" + COMMANDS.get(FINISHED),
                        "2\tnode1\t1700000000.000\t     0.001\t0\t0\t3\t0\t" + COMMANDS.get(FAILED),
                        "8\tnode1\t1700000000.000\t     0.001\t0\t0\t255\t0\t" + COMMANDS.get(ODD),
                        "4\tnode1\t1700000000.000\t     0.001\t0\t0\t0\t0\t" + COMMANDS.get(REQUEUED),
                        lines.get(6),
                        "");
        assertThat(lines.get(6)).startsWith("7\tnode1\t1700000000.000\t").endsWith("\t0\t0\t-1\t0\tlost");
    }

    /** The expressions by which parallel itself reads such a file (20221122). */
    @Test
    void theJoblogIsOneThatParallelUnderstands() throws IOException {
        String[] lines = latin(export(Export.Format.JOBLOG)).split("\n");
        List<String> done = new ArrayList<>();
        for (String line : Arrays.asList(lines).subList(1, lines.length)) {
            assertThat(line).containsPattern("\\d+\\s+[^\\s]+\\s+([-0-9.]+\\s+){6}");
            if (java.util.regex.Pattern.compile("^(\\d+)(?:\\t[^\\t]+){5}\\t0\\t0\\t")
                    .matcher(line)
                    .find()) {
                done.add(line.substring(0, line.indexOf('\t')));
            }
        }
        assertThat(done).containsExactly("1", "4");
    }

    // ---- CSV ----

    @Test
    void theCsvHasALineForEachAttempt() throws IOException {
        List<List<String>> records = records(latin(export(Export.Format.CSV)));
        List<String> header = records.get(0);
        assertThat(String.join(",", header))
                .isEqualTo("id,attempt,farmer,host,job,slot,start,start_seconds,duration_seconds,outcome,exit_status,"
                        + "signal,reason,cpu_seconds,peak_memory_bytes,log_bytes,log,command");
        assertThat(records).hasSize(1 + history.attempts().count());
        assertThat(records).allSatisfy(record -> assertThat(record).hasSameSizeAs(header));
        assertThat(records.get(1))
                .containsExactly(
                        "2",
                        "1",
                        "1",
                        "node1",
                        "",
                        "2",
                        "2023-11-14T22:13:20.123456Z",
                        "1700000000.123456",
                        "61.000499",
                        "failed",
                        "137",
                        "KILL",
                        "",
                        "",
                        "",
                        "",
                        root + "/logs/log_2",
                        COMMANDS.get(KILLED));
        for (List<String> record : records.subList(1, records.size())) {
            int id = Integer.parseInt(record.get(0));
            assertThat(record.get(17)).isEqualTo(id == CANCELLED ? "x" : COMMANDS.get(id));
        }
        assertThat(records.stream()
                        .filter(record -> record.get(0).equals("3"))
                        .map(record -> record.get(1) + record.get(9) + record.get(12) + record.get(16)))
                .containsExactly("1requeuedSIGTERM" + root + "/logs/log_3.1", "2finished" + root + "/logs/log_3");
        assertThat(records.stream().filter(record -> record.get(9).equals("lost")))
                .extracting(record -> record.get(0) + "." + record.get(1) + record.get(10))
                .containsExactly("6.1", "8.1", "6.2", "6.3");
    }

    /** Reads CSV as RFC 4180 has it, strictly. */
    private static List<List<String>> records(String text) {
        List<List<String>> records = new ArrayList<>();
        List<String> record = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            StringBuilder field = new StringBuilder();
            if (text.charAt(at) == '"') {
                at++;
                while (text.charAt(at) != '"' || text.startsWith("\"\"", at)) {
                    field.append(text.charAt(at));
                    at += text.charAt(at) == '"' ? 2 : 1;
                }
                at++;
            } else {
                while (",\r\n\"".indexOf(text.charAt(at)) < 0) {
                    field.append(text.charAt(at++));
                }
            }
            record.add(field.toString());
            if (text.startsWith("\r\n", at)) {
                records.add(record);
                record = new ArrayList<>();
                at += 2;
            } else {
                assertThat(text.charAt(at)).as("after %s in %s", field, text).isEqualTo(',');
                at++;
            }
        }
        assertThat(record).isEmpty();
        return records;
    }

    // ---- JSON ----

    @Test
    void theJsonHasALineForEachAttempt() throws IOException {
        List<Map<String, String>> objects = objects(export(Export.Format.JSON));
        assertThat(objects).hasSize(history.attempts().count());
        assertThat(objects.get(0))
                .containsEntry("id", "2")
                .containsEntry("attempt", "1")
                .containsEntry("farmer", "1")
                .containsEntry("host", "node1")
                .containsEntry("job", "null")
                .containsEntry("slot", "2")
                .containsEntry("start", "2023-11-14T22:13:20.123456Z")
                .containsEntry("start_seconds", "1700000000.123456")
                .containsEntry("duration_seconds", "61.000499")
                .containsEntry("outcome", "failed")
                .containsEntry("exit_status", "137")
                .containsEntry("signal", "KILL")
                .containsEntry("reason", "null")
                .containsEntry("log", root + "/logs/log_2")
                .containsEntry("command", "not UTF-8: \ufffd\ufffd, caf\u00e9");
        assertThat(objects.get(0).keySet())
                .containsExactly(
                        "id",
                        "attempt",
                        "farmer",
                        "host",
                        "job",
                        "slot",
                        "start",
                        "start_seconds",
                        "duration_seconds",
                        "outcome",
                        "exit_status",
                        "signal",
                        "reason",
                        "cpu_seconds",
                        "peak_memory_bytes",
                        "log_bytes",
                        "log",
                        "command");
        assertThat(objects.get(2))
                .containsEntry("command", COMMANDS.get(FAILED))
                .containsEntry("signal", "null");
        assertThat(objects.get(3)).containsEntry("outcome", "requeued").containsEntry("reason", "SIGTERM");
    }

    @Test
    void theJsonOfATaskHoldsAllItsAttemptsAndTheRunningOne() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonLines lines = new JsonLines(out);
        AttemptRows rows = new AttemptRows(history);
        for (int id : new int[] {RUNNING, PENDING, RETRIED}) {
            lines.write(id, TaskState.of(history.state(), id), -1, history.command(id), rows.of(id));
        }
        lines.finish();
        List<Map<String, String>> objects = objects(out.toByteArray());
        assertThat(objects.get(0))
                .containsEntry("id", "8")
                .containsEntry("state", "running")
                .containsEntry("command", "running")
                .containsEntry("attempts.0.attempt", "1")
                .containsEntry("attempts.0.outcome", "lost")
                .containsEntry("attempts.0.exit_status", "null")
                .containsEntry("attempts.0.log", root + "/logs/log_8.1")
                .containsEntry("attempts.1.attempt", "2")
                .containsEntry("attempts.1.outcome", "running")
                .containsEntry("attempts.1.duration_seconds", "null")
                .containsEntry("attempts.1.log", root + "/logs/log_8");
        assertThat(objects.get(1)).containsEntry("state", "pending").hasSize(3);
        assertThat(objects.get(2)).containsEntry("state", "pending").containsEntry("attempts.0.exit_status", "1");
    }

    /** Reads JSON Lines: each line an object of its own, nothing else in it. */
    private static List<Map<String, String>> objects(byte[] bytes) throws IOException {
        String text = new String(bytes, StandardCharsets.UTF_8);
        assertThat(text.getBytes(StandardCharsets.UTF_8)).isEqualTo(bytes);
        assertThat(text).endsWith("\n");
        List<Map<String, String>> objects = new ArrayList<>();
        for (String line : text.split("\n")) {
            try (JsonParser json = new JsonFactory().createParser(line)) {
                assertThat(json.nextToken()).isEqualTo(JsonToken.START_OBJECT);
                Map<String, String> fields = new LinkedHashMap<>();
                read(json, "", fields);
                objects.add(fields);
                assertThat(json.nextToken()).isNull();
            }
        }
        return objects;
    }

    private static void read(JsonParser json, String prefix, Map<String, String> fields) throws IOException {
        int index = 0;
        fields.put(prefix, "");
        while (!json.nextToken().isStructEnd()) {
            String name = prefix;
            if (json.currentToken() == JsonToken.FIELD_NAME) {
                name = prefix + json.currentName();
                json.nextToken();
            } else {
                name += index++;
            }
            if (json.currentToken().isStructStart()) {
                read(json, name + ".", fields);
            } else {
                fields.put(name, json.getText());
            }
        }
        fields.remove(prefix);
    }

    // ---- all of them ----

    @Test
    void anEmptyFarmHasHeadersOnly() throws IOException {
        root = directory.resolve("empty");
        try (Store store = new TestStores(storage, root).open()) {
            TestStores.join(store, FakeList.of(), false, TestStores.joined(1), t -> null);
        }
        history = read();
        assertThat(latin(export(Export.Format.JOBLOG))).hasLineCount(1).startsWith("Seq\t");
        assertThat(latin(export(Export.Format.CSV))).hasLineCount(1).startsWith("id,");
        assertThat(export(Export.Format.JSON)).isEmpty();
    }

    @Test
    void whatPyTaskFarmerHasEndedHasNoTimesAndNoPlace() throws IOException {
        root = directory.resolve("adopted");
        Files.createDirectory(root);
        Files.writeString(root.resolve("toprocess"), "");
        Files.writeString(root.resolve("finished"), "0 good\n");
        Files.writeString(root.resolve("failed"), "1 bad\n");
        try (Store store = new TestStores(storage, root).open()) {
            TestStores.join(store, FakeList.of("good", "bad"), false, TestStores.joined(1), t -> null);
        }
        history = read();
        assertThat(latin(export(Export.Format.JOBLOG)).lines().skip(1))
                .containsExactly(
                        "1\t-\t0.000\t     0.000\t0\t0\t0\t0\tgood", "2\t-\t0.000\t     0.000\t0\t0\t-1\t0\tbad");
        assertThat(latin(export(Export.Format.CSV)).lines().skip(1))
                .containsExactly(
                        "0,1,,,,,,,,finished,0,,PyTaskFarmer,,,," + root + "/logs/log_0,good",
                        "1,1,,,,,,,,failed,,,PyTaskFarmer,,,," + root + "/logs/log_1,bad");
        assertThat(objects(export(Export.Format.JSON)).get(1))
                .containsEntry("farmer", "null")
                .containsEntry("start", "null")
                .containsEntry("duration_seconds", "null")
                .containsEntry("exit_status", "null")
                .containsEntry("reason", "PyTaskFarmer");
    }

    @Test
    void aLogWhoseNameIsNotUtf8IsInValidJsonAndKeepsItsBytesInCsv() throws IOException {
        AttemptRow row =
                new AttemptRow(1, 1, 1, "n", "", 0, 1, 1, "finished", 0, "", Usage.UNKNOWN, "/caf\udce9/log_1");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JsonLines lines = new JsonLines(out);
        lines.write(row, history.command(PENDING));
        lines.finish();
        assertThat(objects(out.toByteArray()).get(0)).containsEntry("log", "/caf\ufffd/log_1");
        ByteArrayOutputStream csv = new ByteArrayOutputStream();
        new Csv(csv).write(row, history.command(PENDING));
        assertThat(latin(csv.toByteArray())).endsWith("/caf\u00e9/log_1,pending\r\n");
    }

    @Test
    void endsWhenSomebodyWishesSo() {
        assertThatThrownBy(() -> new Export(history, () -> true).write(Export.Format.CSV, new ByteArrayOutputStream()))
                .isInstanceOf(InterruptedException.class);
    }

    // ---- the file ----

    @Test
    void theFileIsReplacedAsAWhole() throws Exception {
        Path file = Files.writeString(directory.resolve("out"), "before");
        ExportFile export = ExportFile.at(storage, file, "out");
        assertThatThrownBy(() -> export.write(out -> {
                    out.write(1);
                    out.flush();
                    throw new IOException("No space left on device");
                }))
                .hasMessageContaining("No space");
        assertThat(file).hasContent("before");
        int lines = export.write(out -> {
            out.write('x');
            return 7;
        });
        assertThat(lines).isEqualTo(7);
        assertThat(file).hasContent("x");
        try (var files = Files.list(directory)) {
            assertThat(files.map(path -> path.getFileName().toString())).containsExactlyInAnyOrder("out", "work");
        }
    }

    @Test
    void aLinkStaysALink() throws Exception {
        Path file = Files.writeString(directory.resolve("out"), "before");
        Path link = Files.createSymbolicLink(directory.resolve("link"), file);
        ExportFile.at(storage, link, "link").write(out -> {
            out.write('x');
            return 1;
        });
        assertThat(link).isSymbolicLink();
        assertThat(file).hasContent("x");
    }
}
