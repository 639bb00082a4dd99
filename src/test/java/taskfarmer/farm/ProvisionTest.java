package taskfarmer.farm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;
import taskfarmer.model.Resources;
import taskfarmer.store.Requirements;

class ProvisionTest {
    /** Supplies of which nobody knows what is left. */
    private record Broken(Exception why) implements Supplies {
        @Override
        public void count() {}

        @Override
        public boolean areCounted() {
            return true;
        }

        @Override
        public Resources all() {
            return Resources.NONE;
        }

        @Override
        public Resources free() {
            return Resources.NONE;
        }

        @Override
        public Predicate<Resources> stock() {
            return demand -> true;
        }

        @Override
        public boolean refresh() {
            return false;
        }

        @Override
        public Optional<Portion> take(Requirements requirements, String label) throws IOException {
            if (why instanceof IOException problem) {
                throw problem;
            }
            throw (FarmException) why;
        }
    }

    private static Provision provision(Exception why) {
        return Provision.of(new Broken(why), Requirements.PLAIN, "a task");
    }

    @Test
    void isWhatTheSuppliesGive() {
        Provision provision = Provision.of(Supplies.UNCOUNTED, Requirements.PLAIN, "a task");
        assertThat(provision.portion()).isPresent();
        assertThat(provision.problem()).isEmpty();
    }

    @Test
    void waitsForAFileSystemThatIsNotToBeReached() {
        Provision provision = provision(new FileSystemException("/scratch/ledger", null, "Stale file handle"));
        assertThat(provision.portion()).isEmpty();
        assertThat(provision.problem()).isEmpty();
        assertThat(provision.pauseMillis()).isEqualTo(1000);
    }

    @Test
    void endsTheFarmForWhatDoesNotPass() {
        assertThat(provision(new FileSystemException("/scratch/ledger", null, "Input/output error"))
                        .problem())
                .hasValueSatisfying(problem -> {
                    assertThat(problem).hasMessage("/scratch/ledger: Input/output error");
                    assertThat(problem.status()).isEqualTo(ExitStatus.UNTRUSTED);
                });
        FarmException damaged = FarmException.untrusted("the ledger is damaged", "Remove it.");
        assertThat(provision(damaged).problem()).containsSame(damaged);
    }
}
