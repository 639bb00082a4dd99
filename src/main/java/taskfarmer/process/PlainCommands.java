package taskfarmer.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import taskfarmer.config.Environment;
import taskfarmer.model.Command;

/**
 * Tells the commands that need no shell of their own: {@code bash -c} would do nothing for them but execute a program.
 *
 * <p>Such a command consists of words without any character that means something to a shell, and its first word is an
 * executable file and nothing that bash would rather take for a builtin, a keyword, an assignment or an exported
 * function. The program must be a binary or have a {@code #!} line: a script without one is run by the shell that
 * failed to execute it, and that has to be the user's. Whenever in doubt the answer is no, which is slower and never
 * wrong.
 */
public final class PlainCommands {
    private static final long TRUSTED_FOR = TimeUnit.SECONDS.toNanos(1);

    // Builtins and reserved words of bash 5 (bash(1)) and of dash 0.5 (dash(1)).
    private static final Set<String> TAKEN =
            Set.of((". : [ [[ ]] { } ! alias bg bind break builtin caller case cd chdir"
                            + " command compgen complete compopt continue coproc declare dirs disown do done echo elif else enable"
                            + " esac eval exec exit export false fc fg fi for function getopts hash help history if in jobs kill let"
                            + " local logout mapfile newgrp popd printf pushd pwd read readarray readonly return select set shift"
                            + " shopt source suspend test then time times trap true type typeset ulimit umask unalias unset until"
                            + " wait while")
                    .split(" "));

    private final Environment environment;
    private final Map<String, Verdict> verdicts = new ConcurrentHashMap<>();

    private record Verdict(boolean plain, long until) {}

    /** Returns the commands that are plain in an environment. */
    public PlainCommands(Environment environment) {
        this.environment = environment;
    }

    /** Returns whether the command can be executed without bash. */
    boolean contains(Command command) {
        if (environment.variable("BASH_ENV").isPresent()) {
            return false; // bash reads that file first, and anything may be in it
        }
        byte[] bytes = command.bytes();
        for (byte b : bytes) {
            if (!isSafe(b)) {
                return false;
            }
        }
        int end = 0;
        while (end < bytes.length && bytes[end] != ' ' && bytes[end] != '\t') {
            end++;
        }
        return isProgram(new String(bytes, 0, end, StandardCharsets.US_ASCII));
    }

    private static boolean isSafe(byte b) {
        return b >= 'a' && b <= 'z'
                || b >= 'A' && b <= 'Z'
                || b >= '0' && b <= '9'
                || b == ' '
                || b == '\t'
                || "-_./:=,+@%".indexOf(b) >= 0;
    }

    private boolean isProgram(String word) {
        Verdict known = verdicts.get(word);
        long now = System.nanoTime();
        if (known != null && now - known.until < 0) {
            return known.plain;
        }
        boolean plain = !word.isEmpty()
                && word.indexOf('=') < 0
                && word.charAt(0) != '%'
                && !TAKEN.contains(word)
                && !environment.variables().containsKey("BASH_FUNC_" + word + "%%")
                && environment
                        .findProgram(word)
                        .filter(PlainCommands::kernelCanRun)
                        .isPresent();
        verdicts.put(word, new Verdict(plain, now + TRUSTED_FOR));
        return plain;
    }

    private static boolean kernelCanRun(Path program) {
        try (InputStream in = Files.newInputStream(program)) {
            byte[] magic = in.readNBytes(4);
            return magic.length >= 2 && magic[0] == '#' && magic[1] == '!'
                    || magic.length == 4 && magic[0] == 0x7f && magic[1] == 'E' && magic[2] == 'L' && magic[3] == 'F';
        } catch (IOException e) {
            return false; // executable but not readable, perhaps
        }
    }
}
