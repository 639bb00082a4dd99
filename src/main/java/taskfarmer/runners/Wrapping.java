package taskfarmer.runners;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import taskfarmer.model.Attributes;
import taskfarmer.model.FarmException;

/**
 * What every runner may be told to do around a task, in the task's own shell: keys that any definition of a runner may have.
 *
 * <pre>
 * env.NAME = VALUE     a variable, as it stands here; one that the task itself sets comes first
 * path = DIR:DIR       directories that are put before PATH; ~/ is the home directory
 * modules = a b        environment modules: module load a, module load b
 * pre = COMMANDS       run before the task; if they fail, the task does not start
 * post = COMMANDS      run after the task, however it has ended; the task's exit status counts
 * </pre>
 *
 * <p>Without {@code post} the task stands behind all else, in a line of its own: it is run as it would be without. With
 * {@code post} it is run by a copy of the shell, so that {@code exit} and {@code exec} do not get past what is to follow.
 * That shell outlives the signals by which a task is told to end. All text is bytes as characters (ISO-8859-1).
 */
final class Wrapping {
    private static final String ENVIRONMENT = "env.";

    private static final String SIGNALS = "HUP INT QUIT TERM USR1 USR2 XCPU";

    private final SortedMap<String, String> environment = new TreeMap<>();
    private final String before;
    private final String post;

    private Wrapping(SortedMap<String, String> values) {
        values.forEach((key, value) -> {
            if (key.startsWith(ENVIRONMENT)) {
                environment.put(key.substring(ENVIRONMENT.length()), value);
            }
        });
        before = path(values.getOrDefault("path", ""))
                + modules(values.getOrDefault("modules", ""))
                + pre(values.getOrDefault("pre", ""));
        post = values.getOrDefault("post", "").strip();
    }

    /** Returns what these values ask for, each of which has been checked. */
    static Wrapping of(SortedMap<String, String> values) {
        return new Wrapping(values);
    }

    /**
     * Checks a key and its value.
     *
     * @throws FarmException if either is wrong
     */
    static void check(String key, String value) {
        if (value.indexOf('\0') >= 0) {
            throw FarmException.badInput("key '" + key + "' holds a NUL byte", "No shell takes one.");
        }
        if (key.startsWith(ENVIRONMENT)) {
            Attributes.NONE.with(key, value); // it refuses what is no name of a variable, or one of the farmer's
        }
    }

    boolean isEmpty() {
        return environment.isEmpty() && before.isEmpty() && post.isEmpty();
    }

    /**
     * Returns what the shell is to run.
     *
     * @param task text for the shell: a command
     * @param variables the variables that the task itself sets
     */
    byte[] around(byte[] task, Set<String> variables) {
        StringBuilder script = new StringBuilder();
        for (Map.Entry<String, String> variable : environment.entrySet()) {
            if (!variables.contains(variable.getKey())) {
                script.append("export ").append(variable.getKey()).append('=');
                script.append(ShellWord.of(variable.getValue())).append('\n');
            }
        }
        script.append(before);
        String text = new String(task, ISO_8859_1);
        // A first character that makes an option of the word would not be the shell's.
        script.append(script.length() == 0 ? " " : "").append(post.isEmpty() ? text : withPost(text));
        return script.toString().getBytes(ISO_8859_1);
    }

    private static String path(String directories) {
        List<String> words = new ArrayList<>();
        for (String directory : directories.strip().split(":", -1)) {
            String given = directory.strip();
            boolean ofHome = given.equals("~") || given.startsWith("~/");
            if (!given.isEmpty()) {
                words.add(ofHome ? "\"$HOME\"" + ShellWord.of(given.substring(1)) : ShellWord.of(given));
            }
        }
        return words.isEmpty() ? "" : "export PATH=" + String.join(":", words) + "${PATH:+\":$PATH\"}\n";
    }

    /** A module that is not there makes no version of the module command fail but the newer ones; the old say which they are. */
    private static String modules(String modules) {
        List<String> words = Arrays.stream(modules.strip().split("\\s+", -1))
                .filter(word -> !word.isEmpty())
                .map(ShellWord::of)
                .toList();
        if (words.isEmpty()) {
            return "";
        }
        return """
                if ! command -v module >/dev/null 2>&1; then
                for _tf in /etc/profile.d/modules.sh /etc/profile.d/lmod.sh /etc/profile.d/z00_lmod.sh \
                ${LMOD_PKG:+"$LMOD_PKG/init/bash"} ${MODULESHOME:+"$MODULESHOME/init/bash"}; do
                if [ -r "$_tf" ]; then . "$_tf"; fi
                if command -v module >/dev/null 2>&1; then break; fi
                done
                fi
                for _tf in %s; do
                if ! command -v module >/dev/null 2>&1; then
                echo "taskfarmer: module '$_tf' cannot be loaded: there is no command 'module' here; the task was not started" >&2
                exit 127
                fi
                _tf_loaded=${LOADEDMODULES-}
                module load "$_tf" && if [ "${MODULE_VERSION-}" ] && [ "$_tf_loaded" = "${LOADEDMODULES-}" ]; then
                case ":$_tf_loaded:" in *":$_tf:"* | *":$_tf/"*) ;; *) false ;; esac
                fi || {
                echo "taskfarmer: module '$_tf' cannot be loaded; the task was not started" >&2
                exit 1
                }
                done
                unset _tf _tf_loaded
                """.formatted(String.join(" ", words));
    }

    private static String pre(String commands) {
        if (commands.isBlank()) {
            return "";
        }
        return "eval " + evaluated(commands.strip()) + """
                 || {
                _tf=$?
                echo "taskfarmer: 'pre' has failed with exit status $_tf; the task was not started" >&2
                exit "$_tf"
                }
                """;
    }

    /** What the waiting shell would say of a signal that ended the task is not for the log: hence the other descriptor. */
    private String withPost(String task) {
        return """
                case $- in *e*) _tf=-e ;; *) _tf=+e ;; esac
                set +e
                trap : %1$s
                {
                (
                trap - %1$s
                exec 2>&9 9>&-
                set "$_tf"
                unset _tf
                eval %2$s
                )
                TASKFARMER_EXIT_STATUS=$?
                } 9>&2 2>/dev/null
                export TASKFARMER_EXIT_STATUS
                (
                eval %3$s
                )
                exit "$TASKFARMER_EXIT_STATUS"
                """.formatted(SIGNALS, evaluated(task), evaluated(post));
    }

    /** Returns the argument of {@code eval}: no option, whatever it begins with. */
    private static String evaluated(String commands) {
        return ShellWord.of(" " + commands);
    }
}
