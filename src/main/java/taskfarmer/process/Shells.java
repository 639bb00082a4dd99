package taskfarmer.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import taskfarmer.config.Environment;
import taskfarmer.model.FarmException;

/**
 * The programs that running tasks takes, found once before anything starts.
 *
 * @param user the shell that commands are written for, by the name that becomes its {@code $0}
 * @param setsid {@code setsid(1)}, which makes each slot a session
 * @param bash bash, which the reaper is written for
 * @param coShell the argv of the shells that the slots keep
 * @param directly whether a command that needs no shell may be executed without the user's shell
 */
public record Shells(String user, Path setsid, Path bash, List<String> coShell, boolean directly) {
    /**
     * Finds them.
     *
     * @param userShell what the user wants commands to be run by, as a name or path
     * @throws FarmException if one is missing
     */
    public static Shells find(Environment environment, String userShell) {
        Path user = environment
                .findProgram(userShell)
                .orElseThrow(() -> FarmException.badInput(
                        "the shell '" + userShell + "' is not on PATH", "Name one that is, with --shell."));
        Path bash = required(environment, "bash");
        Path setsid = required(environment, "setsid");
        String name = String.valueOf(user.getFileName());
        return new Shells(
                userShell, setsid, bash, coShell(environment, bash), name.equals("bash") || name.equals("sh"));
    }

    /**
     * Returns the same, but what the slots run gives way to others.
     *
     * @param niceness by how much, as {@code nice(1)} takes it; 0: not at all
     */
    public Shells niced(int niceness, Environment environment) {
        if (niceness == 0) {
            return this;
        }
        List<String> argv =
                new ArrayList<>(List.of(required(environment, "nice").toString(), "-n", Integer.toString(niceness)));
        argv.addAll(coShell);
        return new Shells(user, setsid, bash, List.copyOf(argv), directly);
    }

    /**
     * Returns whether the slots' shell is dash, which says of a command that a signal has ended it to where the command's errors
     * went, unless that was redirected in a subshell only.
     */
    boolean speaksIntoLogs() {
        return coShell.get(coShell.size() - 1).endsWith("dash");
    }

    /** dash forks faster than bash, but loses variables whose names are no identifiers: exported functions are such. */
    private static List<String> coShell(Environment environment, Path bash) {
        Optional<Path> dash = environment.findProgram("dash");
        if (dash.isPresent() && allIdentifiers(environment.variables())) {
            return List.of(dash.get().toString());
        }
        // In privileged mode, bash reads no start-up file (BASH_ENV) and hands exported functions on without using them
        // itself: one could be called echo.
        return List.of(bash.toString(), "-p");
    }

    private static boolean allIdentifiers(Map<String, String> variables) {
        for (String name : variables.keySet()) {
            for (int i = 0; i < name.length(); i++) {
                char c = name.charAt(i);
                if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || i > 0 && c >= '0' && c <= '9')) {
                    return false;
                }
            }
        }
        return true;
    }

    private static Path required(Environment environment, String program) {
        return environment
                .findProgram(program)
                .orElseThrow(() -> FarmException.untrusted(
                        "the program '" + program + "' is not on PATH",
                        program.equals("setsid")
                                ? "It belongs to util-linux; ask for it to be installed on the compute nodes."
                                : "Load or install it: taskfarmer needs it to look after running tasks."));
    }
}
