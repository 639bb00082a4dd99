package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/**
 * How a run of the program ended.
 *
 * @param what what was run, for messages
 * @param status the exit status, 128 and the signal's number if a signal ended it
 * @param stdout what it wrote to standard output
 * @param stderr what it wrote to standard error
 * @param took the time from its start to its end
 */
record Ended(String what, int status, String stdout, String stderr, Duration took) {
    /** Asserts the exit status. */
    Ended exits(int expected) {
        assertThat(status).as(this::toString).isEqualTo(expected);
        return this;
    }

    /** Asserts that standard output contains all the texts. */
    Ended says(String... texts) {
        assertThat(stdout).as(what + ", standard output").contains(texts);
        return this;
    }

    /** Asserts that standard error contains all the texts. */
    Ended complains(String... texts) {
        assertThat(stderr).as(what + ", standard error").contains(texts);
        return this;
    }

    /** Asserts that nothing was written to standard error. */
    Ended withoutComplaint() {
        assertThat(stderr).as(what + ", standard error").isEmpty();
        return this;
    }

    /** Asserts that a problem was told in the program's own words, and no exception came through. */
    Ended inWords() {
        assertThat(stderr).as(what + ", standard error").startsWith("taskfarmer: ");
        assertThat(stderr).as(what + ", standard error").doesNotContain("Exception", "\tat ", "internal error");
        return this;
    }

    @Override
    public String toString() {
        return what + "\nexit status " + status + " after " + took.toMillis() + " ms\nstandard output:\n"
                + stdout.indent(4) + "standard error:\n" + stderr.indent(4);
    }
}
