package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import taskfarmer.report.WrittenFarm;
import taskfarmer.store.DemandingFarm;

/** The page of {@code taskfarmer report} in a real browser. It runs with {@code mvn verify -Plab}, but needs no cluster. */
class ReportBrowserLabIT extends FarmTest {
    private static final String HOSTILE = "echo '</script><img src=x onerror=alert(1)>' # hostile";
    private static final String RANGE = "document.getElementById('range').textContent";

    private Browser browser;

    @BeforeEach
    void startBrowser() {
        Tool.require("browser");
        browser = Browser.start(root().resolve("browser"));
        browser.window(1280, 900, "light");
    }

    @AfterEach
    void closeBrowser() {
        if (browser != null) {
            browser.close();
        }
    }

    /** Runs 40 tasks, of which 9 fail with three different statuses, and returns the work directory. */
    private Work ended() {
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < 36; i++) {
            commands.add(i % 9 == 4 ? "echo cannot open /data/" + i + " >&2; exit 3" : "sleep 0.0" + i % 10);
        }
        commands.add(HOSTILE);
        commands.add("kill -SEGV $$");
        commands.add("false");
        commands.add("exit 3");
        list("l.txt", commands.toArray(new String[0]));
        run("-n", "4", "l.txt").exits(1);
        return work("l.txt").isSound();
    }

    private Path report(Work work) {
        run("report", "l.txt").exits(0).withoutComplaint();
        return work.file("report.html");
    }

    private int count(String outcome) {
        String box = "document.querySelector('#outcomes input[name=" + outcome + "]')";
        return browser.number(box + ".closest('label').querySelector('.count').textContent.replaceAll(',', '')");
    }

    private int state(String name) {
        return browser.number("document.querySelector('#states [data-name=" + name + "] dd').textContent");
    }

    private int rows() {
        return browser.number("document.querySelectorAll('#list tbody tr').length");
    }

    /** Returns what is drawn. */
    private String drawn(String canvas) {
        return browser.evaluate("document.getElementById('" + canvas + "').toDataURL()");
    }

    private void search(String text) {
        browser.evaluate("document.getElementById('search').value = ''");
        browser.click("#search").type(text).key("Enter");
    }

    @Test
    void showsTheCountsOfTheWorkDirectory() {
        Work work = ended();
        browser.open(report(work));
        assertThat(state("tasks")).isEqualTo(40);
        assertThat(state("finished")).isEqualTo(work.finished().size());
        assertThat(state("failed")).isEqualTo(work.failed().size()).isEqualTo(7);
        assertThat(state("pending")).isZero();
        assertThat(count("finished")).isEqualTo(work.finished().size());
        assertThat(count("failed")).isEqualTo(work.failed().size());
        assertThat(browser.text("#standing")).contains("Ended", "7 of 40 tasks failed");
        assertThat(browser.text("#matches")).isEqualTo("all " + work.attempts().size() + " attempts");
        assertThat(rows()).isEqualTo(work.attempts().size());
        assertThat(browser.text("#failures"))
                .contains("exit status 3", "exit status 139 (signal SEGV)", "exit status 1");
        assertThat(browser.text("#failures tbody tr")).startsWith("5").contains("exit status 3");
        assertThat(browser.number("document.querySelectorAll('#slowest tbody tr').length"))
                .isEqualTo(20);
        assertThat(browser.evaluate("document.getElementById('fallback').hidden"))
                .isEqualTo("true");
        browser.assertNoComplaints();
    }

    @Test
    void showsCommandsAsTheyAreAndRunsNothingOfThem() {
        browser.open(report(ended()));
        search("onerror");
        assertThat(browser.text("#matches")).isEqualTo("1 of 40 attempts");
        assertThat(browser.evaluate("document.querySelector('#list tbody tr code').textContent"))
                .isEqualTo(HOSTILE);
        assertThat(browser.number("document.images.length")).isZero();
        browser.assertNoComplaints();
    }

    @Test
    void filtersByOutcomeFarmerIdAndText() {
        Work work = ended();
        browser.open(report(work));
        String all = drawn("bars");
        browser.click("#outcomes input[name=finished]");
        assertThat(browser.text("#matches")).isEqualTo("7 of 40 attempts");
        assertThat(rows()).isEqualTo(7);
        until(() -> !drawn("bars").equals(all));
        assertThat(browser.evaluate("[...document.querySelectorAll('#list tbody th')].map(e => +e.textContent).join()"))
                .isEqualTo(String.join(
                        ",",
                        work.failed().keySet().stream()
                                .sorted()
                                .map(String::valueOf)
                                .toList()));
        search("exit:3");
        assertThat(browser.text("#matches")).isEqualTo("5 of 40 attempts");
        search("0-4, 39");
        assertThat(browser.text("#matches")).as("4 and 39 failed").isEqualTo("2 of 40 attempts");
        browser.click("#reset");
        until(() -> browser.text("#matches").equals("all 40 attempts"));
        until(() -> drawn("bars").equals(all));
        browser.evaluate("(() => { const s = document.getElementById('farmer'); s.value = '0';"
                + " s.dispatchEvent(new Event('change')); })()");
        assertThat(browser.text("#matches")).as("there is only one farmer").isEqualTo("all 40 attempts");
        browser.click("#failures td button");
        assertThat(browser.text("#matches"))
                .as("from the table of exit statuses")
                .isEqualTo("5 of 40 attempts");
        browser.assertNoComplaints();
    }

    @Test
    void zoomsAndMovesByKeyWheelAndPointer() {
        browser.open(report(ended()));
        browser.evaluate("document.getElementById('gantt').scrollIntoView({block: 'center', behavior: 'instant'})");
        String whole = browser.evaluate(RANGE);
        String drawn = drawn("bars");
        String running = drawn("running");
        browser.evaluate("document.getElementById('gantt').focus({preventScroll: true})");
        browser.key("+").key("+");
        until(() -> !browser.evaluate(RANGE).equals(whole) && !drawn("bars").equals(drawn));
        assertThat(drawn("running")).as("the charts follow").isNotEqualTo(running);
        String zoomed = browser.evaluate(RANGE);
        browser.key("ArrowRight");
        until(() -> !browser.evaluate(RANGE).equals(zoomed));
        browser.key("0");
        until(() -> browser.evaluate(RANGE).equals(whole) && drawn("bars").equals(drawn));

        String[] middle = browser.evaluate("(() => { const r = document.getElementById('bars').getBoundingClientRect();"
                        + " return Math.round(r.left + r.width / 2) + ' ' + Math.round(r.top + r.height / 2); })()")
                .split(" ");
        int x = Integer.parseInt(middle[0]);
        int y = Integer.parseInt(middle[1]);
        int scrolled = browser.number("Math.round(scrollY)");
        browser.wheel(x, y, -400);
        until(() -> !browser.evaluate(RANGE).equals(whole));
        assertThat(browser.number("Math.round(scrollY)")).as("the page stays").isEqualTo(scrolled);
        String wheeled = browser.evaluate(RANGE);
        browser.press(x, y).drag(x - 50, y).drag(x - 100, y).release(x - 100, y);
        until(() -> !browser.evaluate(RANGE).equals(wheeled));
        browser.click("#zoom-all");
        until(() -> browser.evaluate(RANGE).equals(whole));
        browser.assertNoComplaints();
    }

    @Test
    void tellsOfAnAttemptByKeyAndByPointer() {
        browser.open(report(ended()));
        browser.evaluate("document.getElementById('gantt').scrollIntoView({block: 'center', behavior: 'instant'})");
        browser.evaluate("document.getElementById('gantt').focus({preventScroll: true})");
        browser.key("Shift+ArrowRight");
        until(() -> browser.text("#details").startsWith("task "));
        String first = browser.text("#details");
        assertThat(first).contains("attempt 1: finished with exit status 0", "farmer 1 on ", "slot 0", "sleep 0.0");
        browser.key("Shift+ArrowRight");
        until(() -> !browser.text("#details").equals(first));
        browser.key("Shift+ArrowDown");
        until(() -> browser.text("#details").contains("slot 1"));
        browser.key("Enter"); // now its bar is in the middle
        String[] middle = browser.evaluate("(() => { const r = document.getElementById('bars').getBoundingClientRect();"
                        + " return Math.round(r.left + 44 + (r.width - 44) / 2) + ' ' + Math.round(r.top); })()")
                .split(" ");
        String chosen = browser.text("#details");
        int x = Integer.parseInt(middle[0]);
        int top = Integer.parseInt(middle[1]);
        until(() -> {
            for (int y = top + 40; y < top + 120; y += 6) { // the row of slot 1 is somewhere here
                browser.point(x, y);
                boolean seen = browser.evaluate("!document.getElementById('tip').hidden")
                                .equals("true")
                        && browser.text("#tip").equals(chosen);
                if (seen) {
                    return true;
                }
            }
            return false;
        });
        browser.key("Escape");
        until(() -> browser.text("#details").startsWith("Choose an attempt"));
        browser.assertNoComplaints();
    }

    @Test
    void sortsAndTurnsTheListOfAttempts() {
        browser.open(report(ended()));
        String longest = browser.text("#slowest tbody th");
        browser.click("#list thead th:nth-child(5) button").click("#list thead th:nth-child(5) button");
        assertThat(browser.text("#list tbody th"))
                .as("by duration, the longest first")
                .isEqualTo(longest);
        assertThat(browser.evaluate("document.querySelector('#list thead th:nth-child(5)').ariaSort"))
                .isEqualTo("descending");
        browser.click("#list tbody th button");
        until(() -> browser.text("#details").startsWith("task " + longest + ","));
        browser.assertNoComplaints();
    }

    @Test
    void followsTheSchemeAndFitsAPhone() {
        Path page = report(ended());
        browser.open(page);
        String light = browser.evaluate("getComputedStyle(document.body).backgroundColor");
        String bars = drawn("bars");
        browser.window(1280, 900, "dark");
        until(() -> !browser.evaluate("getComputedStyle(document.body).backgroundColor")
                .equals(light));
        until(() -> !drawn("bars").equals(bars));
        browser.window(360, 740, "dark").open(page);
        assertThat(browser.number("document.documentElement.scrollWidth"))
                .as("nothing is wider than the screen")
                .isEqualTo(360);
        assertThat(browser.evaluate("Math.min(...['bars', 'running', 'throughput', 'histogram'].map(id =>"
                        + " document.getElementById(id).getBoundingClientRect().height)) >= 100"))
                .isEqualTo("true");
        browser.assertNoComplaints();
    }

    @Test
    void showsAFarmThatRuns() {
        list("l.txt", "true", "false", "sleep 1000", "sleep 1000", "sleep 1000", "sleep 1000");
        Farmer farmer = start("-n", "2", "l.txt");
        until(() -> Files.exists(work("l.txt").journal())
                && work("l.txt").entries("start").size() == 2);
        browser.open(report(work("l.txt")));
        assertThat(browser.text("#standing")).contains("Running", "1 farmer is at work, 4 tasks are left");
        assertThat(state("running")).isEqualTo(2);
        assertThat(state("claimed") + state("pending")).isEqualTo(2);
        assertThat(count("running")).isEqualTo(2);
        browser.assertNoComplaints();
        farmer.signal("INT").await().exits(75);
        browser.open(report(work("l.txt")));
        assertThat(browser.text("#standing")).contains("Stopped before the end", "4 tasks are left");
        assertThat(count("requeued")).isEqualTo(2);
        browser.assertNoComplaints();
    }

    @Test
    void showsReasonsAndWhatWasUsed() throws IOException {
        DemandingFarm.make(dir.resolve("l.txt_workdir"));
        browser.open(report(work("l.txt")));
        assertThat(browser.text("#usage")).contains("Your tasks peak at 3.1 GB", "node could have run 16 at a time");
        assertThat(browser.text("#failures")).contains("timeout", "no output", "stall", "Cancelled because of others");
        assertThat(count("retried")).isEqualTo(1);
        assertThat(count("failed")).isEqualTo(3);
        assertThat(browser.text("#legend")).contains("retried", "failed", "running");
        search("" + DemandingFarm.MEASURED);
        assertThat(browser.text("#list tbody tr")).contains("finished", "15.0 s", "3.1 GB");
        browser.click("#list tbody th button");
        assertThat(browser.text("#details"))
                .contains("finished with exit status 0", "CPU 15.0 s", "peak memory 3.1 GB");
        search("" + DemandingFarm.TIMEOUT);
        assertThat(browser.text("#list tbody tr")).contains("failed (timeout)");
        browser.click("#list tbody th button");
        assertThat(browser.text("#details")).contains("failed (timeout) with exit status 143 (signal 15)");
        search("exit:1");
        assertThat(browser.text("#list tbody tr")).contains("retried (1)");
        browser.assertNoComplaints();
    }

    @Test
    void showsAFarmWithoutTasks() {
        list("l.txt");
        run("l.txt").exits(0);
        browser.open(report(work("l.txt")));
        assertThat(state("tasks")).isZero();
        assertThat(browser.text("#page")).isEqualTo("No attempt matches.");
        browser.assertNoComplaints();
    }

    @Test
    void staysSmoothWithAHundredThousandAttempts() throws IOException {
        int slots = 50;
        int each = 2000;
        String[] commands = new String[slots * each];
        Arrays.setAll(commands, i -> "./simulate " + i);
        WrittenFarm farm = new WrittenFarm(dir.resolve("l.txt_workdir"), commands).join(1, 0, slots);
        for (int i = 0; i < each; i++) {
            int round = i;
            String[] entries = IntStream.range(0, slots)
                    .mapToObj(
                            s -> WrittenFarm.end(round * slots + s, s, round + s * 0.001, 0.9, round % 50 == s ? 1 : 0))
                    .toArray(String[]::new);
            String claim = "claim " + i * slots + "-" + (i * slots + slots - 1);
            List<String> all = new ArrayList<>(List.of(claim));
            Collections.addAll(all, entries);
            farm.batch(1, i + 1, all.toArray(new String[0]));
        }
        farm.batch(1, each + 1, "leave").write();
        browser.open(report(work("l.txt")));
        assertThat(browser.text("#matches")).isEqualTo("all 100,000 attempts");
        assertThat(count("failed")).isEqualTo(each);
        // What each of 30 steps of the wheel costs; the median, because the machine may do other things meanwhile.
        double cost = Double.parseDouble(browser.evaluate("""
                (async () => {
                    const bars = document.getElementById('bars');
                    bars.scrollIntoView({block: 'center', behavior: 'instant'});
                    const frame = () => new Promise((done) => setTimeout(done, 30));
                    await frame();
                    const real = window.requestAnimationFrame;
                    const costs = [];
                    for (let i = 0; i < 30; i++) {
                        let draw = null;
                        window.requestAnimationFrame = (action) => { draw = action; return 1; };
                        const rect = bars.getBoundingClientRect();
                        bars.dispatchEvent(new WheelEvent('wheel', {deltaY: -100, clientX: rect.left + rect.width / 2,
                            clientY: rect.top + 100, bubbles: true, cancelable: true}));
                        window.requestAnimationFrame = real;
                        const before = performance.now();
                        draw();
                        costs.push(performance.now() - before);
                        await frame();
                    }
                    return costs.sort((a, b) => a - b)[15];
                })()
                """));
        assertThat(cost).as("ms a frame").isLessThan(50);
        browser.assertNoComplaints();
    }
}
