package taskfarmer.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimeTextTest {
    @Test
    void saysWhatTheClassesOfJavaSay() {
        Random random = new Random(1);
        ZoneId zone = ZoneId.of("Europe/Berlin"); // in which hours are left out and come twice
        TimeText people = TimeText.in(zone);
        TimeText programs = TimeText.utc();
        for (int i = 0; i < 20_000; i++) {
            long micros =
                    i % 2 == 0 ? 1_711_846_800_000_000L + i * 1_000_001L : random.nextLong(4_000_000_000_000_000L);
            Instant instant = Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
            assertThat(people.seconds(micros))
                    .isEqualTo(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss")
                            .format(ZonedDateTime.ofInstant(instant, zone)));
            assertThat(programs.iso(micros))
                    .isEqualTo(DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'")
                            .format(ZonedDateTime.ofInstant(instant, ZoneId.of("UTC"))));
        }
    }

    @Test
    void writesSecondsWithAllTheirDecimals() {
        assertThat(TimeText.decimal(0)).isEqualTo("0.000000");
        assertThat(TimeText.decimal(1)).isEqualTo("0.000001");
        assertThat(TimeText.decimal(1_795_267_929_000_100L)).isEqualTo("1795267929.000100");
        assertThat(TimeText.millis(999_499)).isEqualTo("0.999");
        assertThat(TimeText.millis(999_500)).isEqualTo("1.000");
        assertThat(TimeText.millis(61_005_000)).isEqualTo("61.005");
    }
}
