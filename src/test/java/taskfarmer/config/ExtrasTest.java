package taskfarmer.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.model.FarmException;

class ExtrasTest {
    private static final String THING = ExtrasTest.class.getName() + "$Thing";

    @TempDir
    private Path root;

    /** What sections of these tests make. */
    public static final class Thing {
        private final String text;

        public Thing(
                @Key(value = "own", defaultValue = "") String own,
                @Key(value = "both", defaultValue = "") String both) {
            this("own=" + own + " both=" + both);
        }

        private Thing(String text) {
            this.text = text;
        }
    }

    private String make(String section) throws IOException {
        Files.write(root.resolve("a.ini"), section.replace("THING", THING).getBytes(ISO_8859_1));
        Environment environment = new Environment(Map.of(), root, root, Optional.empty(), Environment.processUid());
        Kind<Thing> kind = new Kind<>(
                "Thing",
                "thing",
                Thing.class,
                new TreeMap<>(Map.of(Definitions.DEFAULT, new Thing("built in"))),
                List.of("more", "both", "env.NAME"));
        Definitions<Thing> things = new Definitions<>(
                kind,
                DefinitionFiles.find(environment, warning -> {}),
                environment,
                new WriteAccess(true, environment.uid(), warning -> {}));
        SortedMap<String, String> extras = new TreeMap<>();
        things.extras("x").forEach(extra -> extras.put(extra.key(), extra.value()));
        return things.create("x").text + (extras.isEmpty() ? "" : " " + extras);
    }

    @Test
    void areTheKeysThatAreNotTheClasssOwn() throws IOException {
        assertThat(
                        make(
                                "[x]\nThing = THING\nOwn = 1\nBoth = 2\nMORE = 3 %(own)s\nENV.Mixed_Case = \u00e9\nenv.mixed_case = 5\n"))
                .isEqualTo("own=1 both=2 {env.Mixed_Case=\u00e9, env.mixed_case=5, more=3 1}");
    }

    @Test
    void countsKeysOfTheDefaultsUnlessTheSectionHasThemItself() throws IOException {
        assertThat(make("[DEFAULT]\nmore = a\nenv.A = b\nother = c\n[x]\nThing = THING\nmore = %(env.A)s\n"))
                .isEqualTo("own= both= {env.A=b, more=b}");
    }

    @Test
    void areNoneWhereThereAreNone() throws IOException {
        assertThat(make("[x]\nThing = THING\nown = 1\n")).isEqualTo("own=1 both=");
    }

    @Test
    void namesAllKeysForAnUnknownOne() {
        assertThatThrownBy(() -> make("[x]\nThing = THING\nenvironment = 1\n"))
                .isInstanceOfSatisfying(
                        FarmException.class,
                        e -> assertThat(e.remedy())
                                .isEqualTo("The keys of " + THING
                                        + " are: own, both. Every section may have: more, both, env.NAME."))
                .hasMessageContaining("a.ini, line 3, section [x]: unknown key 'environment'");
    }
}
