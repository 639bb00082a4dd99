package taskfarmer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class CommandTest {
    @Test
    void isItsBytes() {
        byte[] bytes = {'a', (byte) 0xff, '\r', 1};
        assertThat(Command.of(bytes).bytes()).isSameAs(bytes);
        assertThat(Command.of(bytes)).isEqualTo(Command.of(bytes.clone())).hasSameHashCodeAs(Command.of(bytes.clone()));
        assertThat(Command.of(bytes)).isNotEqualTo(Command.of("a"));
    }

    @Test
    void isShownAsUtf8() {
        assertThat(Command.of("gr\u00fc\u00dfe")).hasToString("gr\u00fc\u00dfe");
        assertThat(Command.of("gr\u00fc\u00dfe").bytes()).isEqualTo("gr\u00fc\u00dfe".getBytes(StandardCharsets.UTF_8));
        assertThat(Command.of(new byte[] {'a', (byte) 0xff}).text()).isEqualTo("a\ufffd");
    }

    @Test
    void isNeverEmptyNorMoreThanALine() {
        assertThatThrownBy(() -> Command.of("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Command.of("a\nb")).hasMessageContaining("line feed");
        assertThatThrownBy(() -> Command.of("a\0b")).hasMessageContaining("NUL");
    }
}
