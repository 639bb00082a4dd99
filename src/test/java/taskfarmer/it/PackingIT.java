package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What tasks have of a node, as they see it themselves: each writes down what it has when it begins, and that it has it no more
 * before it ends. So whatever stands between the two was written while it was held.
 */
class PackingIT extends ToldTest {
    private static final String NODE = "cores=6,mem=16G,gpus=2,licences=3";
    private static final Map<String, Double> THERE = Map.of("cores", 6.0, "mem", 16.0, "gpus", 2.0, "licences", 3.0);

    /** Takes what it is told to have, for so many seconds at most; told to end, it takes its time, and says so, too. */
    private static final String USE = """
            #!/bin/bash
            me=$TASKFARMER_WORKDIR/$TASKFARMER_TASK_ID.$TASKFARMER_ATTEMPT
            say() { flock 9; echo "$*" >&9; flock -u 9; }
            exec 9>>"$LOG"
            trap : TERM
            say + $me $1 cpus=${TASKFARMER_CPUS:--} of=${CUDA_VISIBLE_DEVICES:--} threads=$OMP_NUM_THREADS
            sleep $2 9>&- &
            wait $! || sleep 0.5 9>&-
            say - $me
            """;

    @BeforeEach
    void writeTheTasksProgram() {
        program(dir.resolve("use"), USE);
    }

    private Start logging(Start start) {
        return start.with("LOG", dir.resolve("log").toString());
    }

    /** Returns how many farms had tasks at the same time, at most, if never more was taken than there is. */
    private int replay() {
        Map<String, Map<String, String>> held = new HashMap<>();
        int most = 0;
        for (String line : lines("log")) {
            String[] words = line.split(" ");
            if (words[0].equals("-")) {
                held.remove(words[1]);
                continue;
            }
            Map<String, String> share = new TreeMap<>();
            for (String word : words[2].split(",")) {
                share.put(word.replaceAll("=.*", ""), word.replaceAll(".*=", ""));
            }
            share.put("cpus", words[3].substring("cpus=".length()));
            share.put("of", words[4].substring("of=".length()));
            assertThat(held.put(words[1], share)).as(line).isNull();
            double cores = Double.parseDouble(share.get("cores"));
            assertThat(share.get("cpus").split(",")).as(line).hasSize((int) Math.ceil(cores));
            assertThat(words[5]).isEqualTo("threads=" + (int) Math.ceil(cores));
            checkSum(held, line);
            Set<String> farms = new HashSet<>();
            held.keySet().forEach(task -> farms.add(task.replaceAll("/[^/]*$", "")));
            most = Math.max(most, farms.size());
        }
        assertThat(held).as("what was never given back").isEmpty();
        return most;
    }

    private static void checkSum(Map<String, Map<String, String>> held, String line) {
        Map<String, Double> used = new TreeMap<>();
        Map<String, Double> units = new TreeMap<>();
        for (Map<String, String> share : held.values()) {
            THERE.keySet()
                    .forEach(key -> used.merge(key, Double.parseDouble(share.getOrDefault(key, "0")), Double::sum));
            count(units, "core ", share.get("cpus"), share.get("cores"));
            count(units, "gpu ", share.get("of"), share.getOrDefault("gpus", "0"));
        }
        used.forEach((key, amount) ->
                assertThat(amount).as(key + " after " + line + ": " + held).isLessThanOrEqualTo(THERE.get(key)));
        assertThat(units)
                .as("after " + line + ": " + held)
                .allSatisfy((unit, share) -> assertThat(share).isLessThanOrEqualTo(1.0));
    }

    private static void count(Map<String, Double> units, String kind, String names, String amount) {
        for (String name : names.equals("-") ? new String[0] : names.split(",")) {
            units.merge(kind + name, Math.min(1, Double.parseDouble(amount)), Double::sum);
        }
    }

    @Test
    void neverMoreTasksRunThanFitHoweverItIsSaid() {
        String[] commands = new String[6];
        Arrays.fill(commands, "../use cores=2,mem=5,gpus=0.5,licences=1 0.2");
        List<Farmer> farmers = new ArrayList<>();
        for (Told told : Told.values()) {
            String asked = "cores=2 mem=5G gpus=0.5 res.licences=1";
            farmers.add(logging(told.tasks(this, List.of("--resources", NODE), asked, commands))
                    .start());
        }
        farmers.forEach(farmer -> farmer.await().exits(0));
        for (Told told : Told.values()) {
            assertThat(told.work(this).isSound().finished()).hasSize(6);
        }
        assertThat(lines("log")).hasSize(2 * 18);
        replay();
    }

    /** Two that ask for half a GPU share one, while a third has the other for itself: all three run at once. */
    @Test
    void partsOfAGpuShareOne() {
        String meet =
                "echo $CUDA_VISIBLE_DEVICES $ROCR_VISIBLE_DEVICES $OMP_NUM_THREADS; touch here.$TASKFARMER_TASK_ID;"
                        + " until [ -e here.0 -a -e here.1 -a -e here.2 ]; do sleep 0.05; done";
        list(
                "tasks.txt",
                "#TF gpus=0.5",
                meet,
                meet,
                "#TF gpus=1 cores=0.5",
                meet,
                "#TF gpus=",
                "echo $CUDA_VISIBLE_DEVICES");
        taskfarmer("--resources", NODE, "tasks.txt")
                .with("CUDA_VISIBLE_DEVICES", "3,5")
                .run()
                .exits(0);
        Work work = work("tasks.txt").isSound();
        assertThat(work.log(0)).isIn("3 3 1\n", "5 5 1\n").isEqualTo(work.log(1));
        assertThat(work.log(2)).isIn("3 3 1\n", "5 5 1\n").isNotEqualTo(work.log(0));
        assertThat(work.log(3)).isEqualTo("3,5\n");
    }

    @Test
    void whatIsMoreThanThereIsKeepsNobodyElseFromRunning() {
        list("tasks.txt", "#TF+ cores=7", "true", "#TF+ licences=4", "true", "#TF+ cores=6 mem=16G", "true", "true");
        run("--resources", NODE, "tasks.txt").exits(1).complains("2 tasks need more than this node has");
        assertThat(work("tasks.txt").isSound().finished()).containsOnlyKeys(2, 3);
        run("--resources", "cores=7,mem=16G,gpus=2,licences=4", "tasks.txt").exits(0);
    }

    /** Lifeblood's example, to the digit. */
    @Test
    void whatIsTakenAndGivenBackIsExact() {
        String node = "cores=32,mem=64G";
        list("one.txt", "#TF cores=8 mem=16G", "until [ -e one ]; do sleep 0.05; done");
        list("two.txt", "#TF cores=20 mem=40G", "until [ -e two ]; do sleep 0.05; done");
        Farmer one = start("--resources", node, "one.txt");
        until(() -> left(node).equals("24 48G"));
        Farmer two = start("--resources", node, "two.txt");
        until(() -> left(node).equals("4 8G"));
        write("one", "");
        one.await().exits(0);
        assertThat(left(node)).isEqualTo("12 24G");
        write("two", "");
        two.await().exits(0);
        assertThat(left(node)).isEqualTo("32 64G");
    }

    private String left(String node) {
        String told = run("resources", "--resources", node).exits(0).stdout();
        return told.replaceAll("(?s).*cores +\\S+ +(\\S+).*mem +\\S+ +(\\S+).*", "$1 $2");
    }

    private void random(String list, int tasks, Random random) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            List<String> asked = new ArrayList<>();
            asked.add("cores=" + (random.nextInt(5) == 0 ? "0.5" : Integer.toString(1 + random.nextInt(4))));
            asked.add("mem=" + (1 + random.nextInt(8)));
            if (random.nextBoolean()) {
                asked.add("gpus=" + List.of("0.5", "0.5", "1", "2").get(random.nextInt(4)));
            }
            if (random.nextBoolean()) {
                asked.add("licences=" + (1 + random.nextInt(2)));
            }
            lines.add("#TF+ " + String.join(" ", asked).replaceAll("mem=.", "$0G"));
            lines.add("./use " + String.join(",", asked) + " 0.0" + random.nextInt(10));
        }
        list(list, lines.toArray(String[]::new));
    }

    /** Two farmers on one list, and one each on two others, of which one is killed and comes again. */
    @Test
    void fourFarmersOfAHostNeverSpendMoreThanThereIs() {
        long seed = System.nanoTime();
        System.out.println("random demands, seed " + seed);
        Random random = new Random(seed);
        random("one.txt", 30, random);
        random("two.txt", 20, random);
        random("three.txt", 20, random);
        List<Farmer> farmers = new ArrayList<>();
        for (String list : List.of("one.txt", "one.txt", "two.txt")) {
            farmers.add(farmer(list));
        }
        Farmer victim = farmer("three.txt");
        until(() -> lines("log").stream()
                        .filter(line -> line.startsWith("+") && line.contains("three.txt"))
                        .count()
                > 3);
        victim.signal("KILL");
        farmers.add(farmer("three.txt"));
        victim.await().exits(137);
        farmers.forEach(farmer -> farmer.await().exits(0));
        assertThat(work("one.txt").isSound().finished()).hasSize(30);
        assertThat(work("two.txt").isSound().finished()).hasSize(20);
        assertThat(work("three.txt").isSound().finished()).hasSize(20);
        assertThat(replay()).as("farms that had something at the same time").isGreaterThan(1);
        assertThat(left(NODE)).isEqualTo("6 16G");
    }

    private Farmer farmer(String list) {
        return logging(taskfarmer("--resources", NODE, "--kill-grace", "5s", list))
                .start();
    }
}
