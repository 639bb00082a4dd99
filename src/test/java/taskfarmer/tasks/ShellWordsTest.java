package taskfarmer.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ShellWordsTest {
    @Test
    void takesASingleWordForACommand() {
        assertThat(ShellWords.command(List.of("echo $HOME | wc -l")).text()).isEqualTo("echo $HOME | wc -l");
    }

    @Test
    void keepsSeveralWordsApart() throws Exception {
        List<String> words =
                List.of("a b", "", "it's", "$HOME", "`x`", "\"", "\\", "*", "-n", "\u00e4", "x=y", "{a,b}", "~");
        List<String> all = new ArrayList<>(List.of("printf", "%s\\0"));
        all.addAll(words);
        Process bash = new ProcessBuilder("bash", "-c", ShellWords.command(all).text()).start();
        String said = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(bash.waitFor()).isZero();
        assertThat(said).isEqualTo(String.join("\0", words) + "\0");
    }

    @Test
    void leavesPlainWordsAsTheyAre() {
        assertThat(ShellWords.command(List.of("./sim", "--seed", "5", "/data/in.root"))
                        .text())
                .isEqualTo("./sim --seed 5 /data/in.root");
    }
}
