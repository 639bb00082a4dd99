package taskfarmer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({
        "90,            PT1M30S",
        "90s,           PT1M30S",
        "30m,           PT30M",
        "2h,            PT2H",
        "3d,            PT72H",
        "0.5,           PT0.5S",
        "1.5h,          PT1H30M",
        "0.25d,         PT6H",
        "0.001s,        PT0.001S",
        "0.000000001,   PT0.000000001S",
        "007,           PT7S",
        "10:30,         PT10M30S",
        "90:00,         PT1H30M",
        "01:02:03,      PT1H2M3S",
        "100:00:00,     PT100H",
        "00:90:00,      PT1H30M",
        "1-12:00:00,    PT36H",
        "2-12,          PT60H",
        "1-06:30,       PT30H30M",
        "0-00:00:01,    PT1S",
        "' 90 ',        PT1M30S",
        "36500d,        PT876000H",
    })
    void readsWhatUsersOfPyTaskFarmerAndSlurmWrite(String text, Duration expected) {
        assertThat(Durations.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "x",
                "s",
                "1x",
                "1H",
                "1h30m",
                "1 h",
                "1,5",
                "1.",
                ".5",
                "1.5.2",
                ".",
                "+5",
                "1e3",
                "0x10",
                "1:2:3:4",
                ":",
                "1:",
                ":30",
                "1::2",
                "-",
                "--5",
                "1-",
                "1-2-3",
                "1-2:3:4:5",
                "1:30s",
                "1.5:00",
                "٣",
                "∞",
                "1-1.5",
                "PT1H"
            })
    void refusesWhatIsNoDuration(String text) {
        assertThatThrownBy(() -> Durations.parse(text))
                .isInstanceOfSatisfying(FarmException.class, e -> {
                    assertThat(e.status()).isEqualTo(ExitStatus.USAGE);
                    assertThat(e.remedy()).contains("30m").contains("HH:MM:SS").contains("D-HH:MM");
                })
                .hasMessage("'" + text + "' is not a duration");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0s", "0.0", "00:00:00", "0-0", "-1", "-5m", "-1:30", "0.0000000001"})
    void refusesWhatIsNotMoreThanZero(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).hasMessage("'" + text + "' is not more than zero");
    }

    @ParameterizedTest
    @ValueSource(strings = {"36501d", "999999999999d", "999999999999", "999999999999-999999999999:999999999999"})
    void refusesWhatIsLongerThanAnybodyLives(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).hasMessage("'" + text + "' is longer than 100 years");
    }

    @ParameterizedTest
    @ValueSource(strings = {"9999999999999", "99999999999999999999999999", "0.3333333333333"})
    void refusesMoreDigitsThanAnybodyMeans(String text) {
        assertThatThrownBy(() -> Durations.parse(text)).hasMessage("'" + text + "' has too many digits");
    }

    @Test
    void canAlwaysBeCountedInNanoseconds() {
        assertThat(Durations.parse("36500d").toNanos()).isPositive();
    }

    @ParameterizedTest
    @CsvSource({"0, 0s", "500, 0.5s", "1000, 1s", "60000, 1m", "90000, 90s", "3600000, 1h", "86400000, 24h"})
    void showsThemAsAUserWouldWriteThem(long millis, String shown) {
        assertThat(Durations.show(millis)).isEqualTo(shown);
    }
}
