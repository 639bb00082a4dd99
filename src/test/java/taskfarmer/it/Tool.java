package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/** Programs that tests use and that may have to be installed; where they cannot be, the tests are skipped, saying why. */
final class Tool {
    private static final int CANNOT = 77;
    private static final Map<String, String> REASONS = new ConcurrentHashMap<>(); // empty: it is there

    private Tool() {}

    /** Makes sure that there is one of {@code lab/tool}'s. */
    static void require(String name) {
        String reason = REASONS.computeIfAbsent(name, Tool::install);
        if (!reason.isEmpty()) {
            Assumptions.abort(reason);
        }
    }

    private static String install(String name) {
        Path script = Path.of(System.getProperty("basedir"), "lab/tool").toAbsolutePath();
        try {
            Process install = new ProcessBuilder(script.toString(), name)
                    .redirectErrorStream(true)
                    .redirectInput(new java.io.File("/dev/null"))
                    .start();
            String said = new String(install.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            int status = install.waitFor();
            assertThat(status).as(said).isIn(0, CANNOT);
            if (status == CANNOT) {
                String reason = said.lines().reduce("", (before, line) -> line);
                System.out.println(reason); // for those who read what CI says
                return reason;
            }
            return "";
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
