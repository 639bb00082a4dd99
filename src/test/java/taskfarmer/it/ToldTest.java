package taskfarmer.it;

import java.util.ArrayList;
import java.util.List;

/** Tests of what tasks may ask for: each is run as said in a list, in JSON Lines and by options, all at the same time. */
abstract class ToldTest extends FarmTest {
    /** Runs tasks that all ask for the same, as said in each way, in a directory of its own each. */
    void inAllWays(int status, List<String> options, String asked, String... commands) {
        List<Farmer> farmers = new ArrayList<>();
        for (Told told : Told.values()) {
            farmers.add(told.tasks(this, options, asked, commands).start());
        }
        farmers.forEach(farmer -> farmer.await().exits(status));
        for (Told told : Told.values()) {
            told.work(this).isSound();
        }
    }

    void inAllWays(int status, String asked, String... commands) {
        inAllWays(status, List.of(), asked, commands);
    }

    /** Returns {@code ATTEMPT VERDICT REASON} of all recorded ends of a task that had something to say of it. */
    static List<String> ends(Work work, int task) {
        return work.entries("result").stream()
                .map(line -> line.split(" "))
                .filter(words -> words[1].equals(Integer.toString(task)))
                .map(words -> words[2] + ' ' + words[7] + ' ' + words[8])
                .toList();
    }
}
