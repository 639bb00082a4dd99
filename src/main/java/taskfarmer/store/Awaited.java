package taskfarmer.store;

import java.util.ArrayList;
import java.util.List;

/**
 * Tasks that another one waits for.
 *
 * @param name the name that they share, or the number of the only one; empty if they are those before a barrier
 * @param any whether it does not matter how they end
 * @param members the tasks
 */
public record Awaited(String name, boolean any, Ids members) {
    /** Returns what a task waits for, or has waited for, in the order in which it says so; nothing if it asks for none. */
    public static List<Awaited> by(State state, int task) {
        List<Awaited> awaited = new ArrayList<>();
        for (Dependencies.Need need : state.agenda().dependencies().needs(task)) {
            Ids.Builder members = new Ids.Builder();
            need.group().members().sorted().forEach(members::add);
            String name = need.group().isStage() ? "" : need.group().name();
            awaited.add(new Awaited(name, need.any(), members.build()));
        }
        return awaited;
    }
}
