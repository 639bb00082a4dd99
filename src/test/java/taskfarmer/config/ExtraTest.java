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
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import taskfarmer.model.FarmException;

class ExtraTest {
    private static final String THING = ExtraTest.class.getName() + "$Thing";

    @TempDir
    private Path root;

    /** What sections of these tests make. */
    public static final class Thing {
        private final String text;

        public Thing(
                @Key(value = "own", defaultValue = "") String own,
                @Key(value = "both", defaultValue = "") String both) {
            text = "own=" + own + " both=" + both;
        }
    }

    private Definitions<Thing> definitions(String section) throws IOException {
        Files.write(root.resolve("a.ini"), section.replace("THING", THING).getBytes(ISO_8859_1));
        Environment environment = new Environment(Map.of(), root, root, Optional.empty(), Environment.processUid());
        Kind<Thing> kind = new Kind<>(
                "Thing",
                "thing",
                Thing.class,
                new TreeMap<>(Map.of("default", new Thing("", ""))),
                List.of("more", "both", "env.NAME"));
        return new Definitions<>(
                kind,
                DefinitionFiles.find(environment, warning -> {}),
                environment,
                new WriteAccess(true, environment.uid(), warning -> {}));
    }

    private List<String> extras(String section) throws IOException {
        return definitions(section).extras("x").stream()
                .map(extra -> extra.key() + "=" + extra.value() + " in "
                        + extra.where().replaceAll(".*a.ini, ", ""))
                .toList();
    }

    @Test
    void areTheKeysThatAreNotTheClasssOwn() throws IOException {
        String section =
                "[x]\nThing = THING\nOwn = 1\nBoth = 2\nMORE = 3 %(own)s\nEnv.Mixed_Case = \u00e9\nenv.mixed_case = 5\n";
        assertThat(definitions(section).create("x").text).isEqualTo("own=1 both=2");
        assertThat(extras(section))
                .containsExactlyInAnyOrder(
                        "more=3 1 in line 5, section [x]",
                        "env.Mixed_Case=\u00e9 in line 6, section [x]",
                        "env.mixed_case=5 in line 7, section [x]");
    }

    @Test
    void mayBeThoseOfTheDefaultsUnlessTheSectionHasThemItself() throws IOException {
        assertThat(extras("[DEFAULT]\nmore = a\nenv.A = b\nother = c\n[x]\nThing = THING\nmore = %(env.A)s\n"))
                .containsExactlyInAnyOrder("env.A=b in line 3, section [x]", "more=b in line 7, section [x]");
    }

    @Test
    void areNoneWhereThereAreNone() throws IOException {
        assertThat(extras("[x]\nThing = THING\nown = 1\n")).isEmpty();
        assertThat(definitions("").extras("default")).isEmpty();
    }

    @Test
    void areNamedForAKeyThatIsUnknown() {
        assertThatThrownBy(() ->
                        definitions("[x]\nThing = THING\nenvironment = 1\n").create("x"))
                .isInstanceOfSatisfying(
                        FarmException.class,
                        e -> assertThat(e.remedy())
                                .isEqualTo("The keys of " + THING
                                        + " are: own, both. Every section may have: more, both, env.NAME."))
                .hasMessageContaining("a.ini, line 3, section [x]: unknown key 'environment'");
    }
}
