package taskfarmer.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BarrierSearchTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "#TFbarrier",
                "a\n#TF barrier\n",
                "##TF bbarrier",
                "#T#TFrbarrier",
                "barrier#TF\t babarrierr",
                "#TF#TF#barriebarrier"
            })
    void findsTheWordInWhateverPiecesItComes(String text) {
        for (int size = 1; size <= text.length(); size++) {
            assertThat(search(text, size, "#TF")).as("in pieces of " + size).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "b",
                "#TF barrie",
                "#TF arrier",
                "#TF Barrier",
                "#TF barrie r",
                "#TFbarribarri",
                "#T barrier",
                "TF barrier",
                "barrier #TF",
                "\u00a3TF barrier",
                "#TF \u00e2arrier"
            })
    void findsNothingElse(String text) {
        for (int size = 1; size <= text.length() + 1; size++) {
            assertThat(search(text, size, "#TF")).as("in pieces of " + size).isFalse();
        }
    }

    @Test
    void needsNoMark() {
        String text = "{\"command\":\"a\"}\n{\"barrier\":true}\n";
        for (int size = 1; size <= text.length(); size++) {
            assertThat(search(text, size, "")).isTrue();
            assertThat(search(text.replace("rr", "r"), size, "")).isFalse();
        }
    }

    @Test
    void agreesWithTheObviousSearch() {
        Random random = new Random(6);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder();
            while (text.length() < 40) {
                String[] words = {"barrier", "#TF"};
                text.append(random.nextInt(9) < 2 ? words[random.nextInt(2)] : "#TFbarie".charAt(random.nextInt(8)));
                text.setLength(text.length() - random.nextInt(3) / 2);
            }
            assertThat(search(text.toString(), 1 + random.nextInt(12), "#TF"))
                    .as(text.toString())
                    .isEqualTo(text.indexOf("#TF") >= 0 && text.indexOf("barrier", text.indexOf("#TF") + 3) >= 0);
        }
    }

    private static boolean search(String text, int size, String mark) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        byte[] buffer = new byte[size];
        BarrierSearch search = new BarrierSearch(mark);
        for (int at = 0; at < bytes.length; at += size) {
            int length = Math.min(size, bytes.length - at);
            System.arraycopy(bytes, at, buffer, 0, length);
            search.accept(buffer, length);
            search.accept(buffer, 0);
        }
        return search.found();
    }
}
