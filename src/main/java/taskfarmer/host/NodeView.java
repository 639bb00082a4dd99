package taskfarmer.host;

import java.util.List;
import java.util.Optional;

/** What a node shows of itself to this process; an interface, because tests have no other nodes. */
interface NodeView {
    /** Returns what a file holds (bytes as characters), nothing if it cannot be read. */
    Optional<String> text(String path);

    /** Returns the names in a directory, in no order; none if it cannot be read. */
    List<String> names(String directory);

    /** Returns an environment variable; one that is set to nothing is there. */
    Optional<String> variable(String name);

    /** Returns a file's first line without white space around, nothing if it cannot be read. */
    default Optional<String> line(String path) {
        return text(path).map(text -> text.lines().findFirst().orElse("").strip());
    }

    /** Returns a variable as a number, nothing if it is none, or not above zero. */
    default Optional<Long> count(String name) {
        return variable(name).map(CpuList::number).filter(number -> number > 0);
    }
}
