package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Tests of permissions, which root does not feel, and of what only root can do. */
final class Users {
    /** The user ID of "nobody" on every Linux. */
    static final String NOBODY = "65534";

    private Users() {}

    static boolean isRoot() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Makes the program run as a user whom permissions stop; all files of the test become theirs. */
    static Start ordinary(FarmTest test, Start start) {
        if (!isRoot()) {
            return start;
        }
        assumeTrue(
                run("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups", "test", "-r", "" + Start.jar())
                        == 0,
                "nobody can read the jar");
        assertThat(run("chown", "-R", NOBODY + ":" + NOBODY, test.root().toString()))
                .isZero();
        return start.through("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups");
    }

    static void chmod(String octal, Path path) {
        assertThat(run("chmod", octal, path.toString())).isZero();
    }

    /** Makes a file or directory another user's; only root can. */
    static void giveAway(Path path) {
        assumeTrue(isRoot(), "only root can give files away");
        assertThat(run("chown", "-R", NOBODY, path.toString())).isZero();
    }

    /** Skips the test if this machine does not let us mount something where nobody else sees it. */
    static void assumeMounts() {
        assumeTrue(run("unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt") == 0, "private mounts");
    }

    /** Skips the test if this machine does not let us start processes that do not see others. */
    static void assumePidNamespaces() {
        assumeTrue(run("unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "true") == 0, "PID namespaces");
    }

    private static int run(String... argv) {
        try {
            return new ProcessBuilder(argv)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return 127; // there is no such program here
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    static String permissions(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
