package taskfarmer.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.config.DefinitionFiles;
import taskfarmer.config.Definitions;
import taskfarmer.config.Environment;
import taskfarmer.config.WriteAccess;
import taskfarmer.model.Attributes;
import taskfarmer.model.FarmException;
import taskfarmer.model.Task;
import taskfarmer.tasks.TaskLists;

/** How lists are read, with what is settled for their tasks. */
class ListFileTest {
    @TempDir
    private Path dir;

    private final Map<String, String> options = new HashMap<>();
    private Path list;

    @BeforeEach
    void makeList() throws IOException {
        list = Files.writeString(dir.resolve("tasks.txt"), "a\n#TF barrier\nb\n");
    }

    @Test
    void putsAllTasksOfAListWithABarrierIntoStages() throws IOException {
        assertThat(read(ListFile.at(list, "tasks.txt", reading()))).containsExactly("a stage=0", "b stage=1");
        assertThat(read(ListFile.of("a\n#TF barrier\n".getBytes(UTF_8), "it", reading())))
                .containsExactly("a stage=0");
        assertThat(read(ListFile.of("a\n# barrier\n".getBytes(UTF_8), "it", reading())))
                .containsExactly("a");
    }

    @Test
    void refusesAListThatGetsItsFirstBarrierWhileItIsRead() throws IOException {
        Files.writeString(list, "a\n");
        ListFile file = ListFile.at(list, "tasks.txt", reading());
        file.fingerprint();
        Files.writeString(list, "a\n#TF barrier\nb\n");
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(FarmException.class)
                .hasMessage("tasks.txt, line 2: the list was changed while it was read");
    }

    @Test
    void addsWhatIsSettledAndTakesAwayWhatIsDenied() throws IOException {
        options.put("task-cores", "2");
        options.put("task", "mem=1G cores=7");
        Files.writeString(list, "a\n#TF+ mem= time=5\nb\nc\n");
        assertThat(read(ListFile.at(list, "tasks.txt", reading())))
                .containsExactly("a cores=2 mem=1G", "b cores=2 time=5s", "c cores=2 mem=1G");
    }

    @Test
    void sharesWhatManyTasksAskFor() throws IOException {
        options.put("task-cores", "2");
        List<Task> tasks = new ArrayList<>();
        ListFile.of("a\nb\n#TF mem=1G\nc\nd\n".getBytes(UTF_8), "it", reading()).read(tasks::add);
        assertThat(tasks.get(1).attributes()).isSameAs(tasks.get(0).attributes());
        assertThat(tasks.get(3).attributes()).isSameAs(tasks.get(2).attributes());
    }

    @Test
    void namesHandlerAndSettingsInOneWord() throws IOException {
        assertThat(reading().word()).isEqualTo("default");
        options.put("task-cores", "2");
        String two = reading().word();
        options.put("task-cores", "3");
        assertThat(reading().word()).matches("default\\+[0-9a-f]+").isNotEqualTo(two);
        options.put("task-cores", "2");
        assertThat(reading().word()).isEqualTo(two);
        options.remove("task-cores");
        options.put("task", "cores=2.0");
        assertThat(reading().word()).isEqualTo(two);
    }

    @Test
    void countsTheStagesOfSeveralListsOn() throws IOException {
        NewTasks tasks = new NewTasks(reading());
        for (String text : List.of("a\n#TF barrier check\nb\n", "plain\n", "c\n#TF barrier\nd\n")) {
            tasks.read(new ByteArrayInputStream(text.getBytes(UTF_8)), "it");
        }
        assertThat(tasks.all().stream().map(ListFileTest::show))
                .containsExactly("a stage=0", "b stage=1!", "plain", "c stage=3", "d stage=4");
    }

    private static List<String> read(ListFile file) throws IOException {
        List<String> shown = new ArrayList<>();
        file.read(task -> shown.add(show(task)));
        return shown;
    }

    private static String show(Task task) {
        return (task.command().text() + " " + withStage(task.attributes())).strip();
    }

    private ListReading reading() throws IOException {
        Environment environment = new Environment(Map.of(), dir, dir, Optional.empty(), Environment.processUid());
        WriteAccess access = new WriteAccess(true, environment.uid(), warning -> {});
        Definitions<taskfarmer.tasks.TaskList> handlers = new Definitions<>(
                TaskLists.kind(), DefinitionFiles.find(environment, warning -> {}), environment, access);
        TaskOptions settled =
                TaskOptions.of(name -> Optional.ofNullable(options.get(name)), name -> Optional.empty(), dir);
        return ListReading.of(settled, handlers, "default", runner -> {}, new Shown(dir));
    }

    private static String withStage(Attributes attributes) {
        String stage = attributes.stage().isEmpty() ? "" : " stage=" + attributes.stage();
        return (attributes.shown() + stage).strip();
    }
}
