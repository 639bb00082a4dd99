package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What tasks ask for that say nothing else themselves: options, settings, and the section of a handler. */
class TaskOptionsIT extends FarmTest {
    private static final String PLENTY = "cores=8,mem=64G,gpus=4,licences=4";

    @Test
    void sayWhatTasksAskForThatSayNothingThemselves() {
        list("tasks.txt", "true", "#TF cores=1 mem=", "echo b");
        run(
                        "--resources",
                        PLENTY,
                        "--task-cores",
                        "0.5",
                        "--task-mem",
                        "2G",
                        "--task-time=1:00:00",
                        "--task-skip-if-outputs",
                        "--task",
                        "cores=8 res.licences=1 env.TITLE='two words' tags=x",
                        "tasks.txt")
                .exits(0);
        assertThat(asked("tasks.txt"))
                .containsExactly(
                        "0\tcores=500 env.TITLE=two%20words mem=2147483648 res.licences=1000 skip-if-outputs=yes tags=x"
                                + " time=3600000\ttrue",
                        "1\tcores=1000 env.TITLE=two%20words res.licences=1000 skip-if-outputs=yes tags=x time=3600000"
                                + "\techo b");
        assertThat(work("tasks.txt").entries("list").get(0)).matches("list \\d+ [0-9a-f]+ default\\+[0-9a-f]+ 0-1");
    }

    @Test
    void comeBeforeSettingsAndTheSectionOfTheHandler() {
        write(
                "x.ini",
                "[x]\nTaskList = taskfarmer.tasks.CommandTaskList\ncommand = echo {}\n"
                        + "Retries = 1\ncores = 1\nmem = 1G\ntime = 1h\npriority = 1\nenv.Some_Name = 5 %%\n");
        write(
                home.resolve(".taskfarmer/taskfarmer.ini"),
                bytes("[taskfarmer]\ntask-cores = 2\ntask-mem = 2G\n" + "task = time=2h gpus=2\n"));
        list("tasks.txt", "a", "#TF+ cores=5", "b");
        taskfarmer("-t", "x", "--resources", PLENTY, "--task", "cores=4", "tasks.txt")
                .with("TASKFARMER_TASK_MEM", "3G")
                .with("TASKFARMER_TASK_TIME", "3h")
                .run()
                .exits(0)
                .withoutComplaint();
        String others = " env.Some_Name=5%20%25 gpus=2000 mem=3221225472 priority=1 retries=1 time=10800000\techo ";
        assertThat(asked("tasks.txt")).containsExactly("0\tcores=4000" + others + "a", "1\tcores=5000" + others + "b");
    }

    @Test
    void areNoticedWhenTheyChange() {
        list("tasks.txt", "true", "exit 3");
        run("--update-list", "tasks.txt").exits(1); // there is nothing to update yet
        run("--task-cores", "2", "tasks.txt")
                .exits(2)
                .inWords()
                .complains("task 0 (true) asked for nothing, and now for cores=2", "--update-list");
        run("--task-cores", "2", "--update-list", "tasks.txt")
                .exits(1)
                .complains("the list was updated: 0 new, 0 dropped before they ran, 2 ask for something else");
        run("--task-cores", "2", "tasks.txt").exits(1);
        assertThat(work("tasks.txt").isSound().entries("list")).hasSize(2);
    }

    @Test
    void areTakenByAddToo() {
        list("tasks.txt", "true");
        run("tasks.txt").exits(0);
        list("more.txt", "echo b", "#TF+ time=5", "echo c");
        taskfarmer("add", "tasks.txt", "--task-mem", "1G", "more.txt")
                .with("TASKFARMER_TASK_TIME", "1m")
                .run()
                .exits(0);
        run("add", "tasks.txt", "--task-cores=2", "--task", "env.A='x y'", "--", "echo", "d e")
                .exits(0);
        assertThat(asked("tasks.txt"))
                .containsExactly(
                        "0 true",
                        "1\tmem=1073741824 time=60000\techo b",
                        "2\tmem=1073741824 time=5000\techo c",
                        "3\tcores=2000 env.A=x%20y\techo 'd e'");
        run("add", "tasks.txt", "--task-cores=x", "--", "true")
                .exits(2)
                .inWords()
                .complains("--task-cores: 'x' is not");
    }

    @Test
    void learnEstimatesFromAnEarlierFarm() {
        list("old.txt", "sleep 0.15", "sleep 0.05; exit 1", "true", "true");
        run("-n", "1", "old.txt").exits(1);
        list(
                "new.txt",
                "sleep 0.15",
                "sleep 0.05; exit 1",
                "true",
                "echo new",
                "#TF+ estimate=3h",
                "true",
                "#TF+ estimate=",
                "sleep 0.15");
        run("--estimates", "old.txt", "--task-estimate", "1h", "new.txt").exits(1);
        List<String> asked = asked("new.txt");
        assertThat(asked.get(0)).matches("0\testimate=[1-9][0-9]{1,3}\tsleep 0.15");
        assertThat(Integer.parseInt(asked.get(0).replaceAll(".*=(\\d+)\t.*", "$1")))
                .isBetween(150, 9000);
        assertThat(asked.get(1)).isEqualTo("1\testimate=3600000\tsleep 0.05; exit 1");
        assertThat(asked.get(2)).matches("2\testimate=[0-9]{1,4}\ttrue");
        assertThat(asked.get(3)).isEqualTo("3\testimate=3600000\techo new");
        assertThat(asked.get(4)).isEqualTo("4\testimate=10800000\ttrue");
        assertThat(asked.get(5)).isEqualTo("5 sleep 0.15");
        run("--estimates", "old.txt_workdir", "-w", "again", "new.txt").exits(1);
        assertThat(lines("again/farm/tasks").get(2)).isEqualTo(asked.get(2));
        run("--estimates", "none.txt", "new.txt")
                .exits(2)
                .inWords()
                .complains("--estimates: there is no work directory none.txt");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "--task-cores=four     | --task-cores: 'four' is not an amount of cores | Write a number",
                "--task-mem=           | --task-time: 'soon' is not a duration | HH:MM:SS",
                "--task=coers=4        | --task: unknown key 'coers' | Did you mean cores?",
                "--task=barrier        | --task: unknown key 'barrier' | The keys are",
                "--task=cores=1 after=x | --task: 'after' cannot be the same for all tasks | #TF+ after=",
                "--task=name=x         | --task: 'name' cannot be the same for all tasks | #TF+ name=",
                "--task=env.TASKFARMER_JOB=x | --task: key 'env.TASKFARMER_JOB': the variable TASKFARMER_JOB is the farmer's own | name",
                "--task=env.A='        | --task: the quotation mark ' is not closed | Close it",
                "--task-runner=nobody  | there is no runner 'nobody' | Those that exist are",
                "--task-dir=\u00e9       | --task-dir: '\u00e9' is no value for dir | dir=fresh",
                "--task-dir=mine       | --task-dir: 'mine' is no value for dir | dir=fresh",
                "--task-core=4         | --task-core | Did you mean --task-cores",
                "--task-name=a         | --task-name | taskfarmer --help",
            })
    void areRefusedIfTheyAreWrong(String option, String message, String remedy) {
        list("tasks.txt", "true");
        String[] second = option.endsWith("-mem=") ? new String[] {option, "--task-time=soon"} : new String[] {option};
        String[] all = java.util.Arrays.copyOf(second, second.length + 1);
        all[second.length] = "tasks.txt";
        run(all).exits(2).inWords().complains(message, remedy);
        assertThat(dir.resolve("tasks.txt_workdir/finished")).doesNotExist();
    }

    @Test
    void areRefusedInSettingsAndSectionsByTheirPlace() {
        list("tasks.txt", "true");
        taskfarmer("tasks.txt")
                .with("TASKFARMER_TASK_CORES", "x")
                .run()
                .exits(2)
                .inWords()
                .complains("TASKFARMER_TASK_CORES: 'x' is not an amount of cores");
        write("x.ini", "[x]\nTaskList = taskfarmer.tasks.ListTaskList\n\ncores = x\n");
        run("-t", "x", "tasks.txt")
                .exits(2)
                .inWords()
                .complains("x.ini, line 4, section [x]: 'x' is not an amount of cores");
        write("x.ini", "[x]\nTaskList = taskfarmer.tasks.ListTaskList\ncore = 2\n");
        run("-t", "x", "tasks.txt")
                .exits(2)
                .inWords()
                .complains("x.ini, line 3, section [x]: unknown key 'core'", "Every section may have: cores, mem,");
        write("x.ini", "[x]\nTaskList = taskfarmer.tasks.ListTaskList\nafter = prep\n");
        run("-t", "x", "tasks.txt")
                .exits(2)
                .inWords()
                .complains("x.ini, line 3, section [x]: 'after' cannot be the same for all tasks", "#TF+ after=");
        write(home.resolve(".taskfarmer/taskfarmer.ini"), bytes("[taskfarmer]\ntask-time = x\n"));
        run("tasks.txt").exits(2).inWords().complains("taskfarmer.ini, key task-time: 'x' is not a duration");
    }

    @Test
    void nameResourcesOfThisRun() {
        list("tasks.txt", "#TF licences=2", "true");
        run("tasks.txt").exits(2).complains("unknown key 'licences'", "if --resources tells of it");
        run("--resources", PLENTY, "-w", "work", "tasks.txt").exits(0);
        assertThat(lines("work/farm/tasks")).containsExactly("0\tres.licences=2000\ttrue");
        taskfarmer("tasks.txt")
                .with("TASKFARMER_RESOURCES", "cores=4,licences=4")
                .run()
                .exits(0);
        assertThat(asked("tasks.txt")).containsExactly("0\tres.licences=2000\ttrue");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }

    private List<String> asked(String list) {
        return lines(list + "_workdir/farm/tasks");
    }
}
