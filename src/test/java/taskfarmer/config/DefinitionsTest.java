package taskfarmer.config;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import taskfarmer.model.ExitStatus;
import taskfarmer.model.FarmException;

class DefinitionsTest {
    private static final String THING = DefinitionsTest.class.getName() + "$Thing";
    private static final Greeter BUILT_IN = new Thing("built in", new byte[0], List.of(), false, 0);

    @TempDir
    private Path root;

    private Path home;
    private Path installation;
    private Path current;
    private final List<String> warnings = new ArrayList<>();

    @BeforeEach
    void createDirectories() throws IOException {
        home = Files.createDirectories(root.resolve("home"));
        installation = Files.createDirectories(root.resolve("installation"));
        current = Files.createDirectories(root.resolve("current"));
    }

    @Test
    void hasADefaultWithoutAnyFile() {
        assertThat(create("default")).isSameAs(BUILT_IN);
        assertThat(warnings).isEmpty();
    }

    @Test
    void createsWhatASectionDefines() throws IOException {
        write(current, "a.ini", "[x]\ngreeter = " + THING + "\nText = hi\nWORDS = a  b\n c\nflag = yes\ncount = 7\n");
        assertThat(create("x").greet()).isEqualTo("hi [] [a, b, c] true 7");
    }

    @Test
    void usesDefaultsForKeysThatAreNotThere() throws IOException {
        define(current, "a.ini", "x", "hi");
        assertThat(create("x").greet()).isEqualTo("hi [] [w] false 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"runners.d", "tasklists.d"})
    void looksInEveryPlaceForEitherKind(String directory) throws IOException {
        define(installation.resolve(directory), "a.ini", "beside-the-jar", "1");
        define(home.resolve(".pytaskfarmer").resolve(directory), "a.ini", "pytaskfarmer", "2");
        define(home.resolve(".taskfarmer").resolve(directory), "a.ini", "taskfarmer", "3");
        define(current, "a.ini", "current", "4");
        assertThat(create("beside-the-jar").greet()).startsWith("1");
        assertThat(create("pytaskfarmer").greet()).startsWith("2");
        assertThat(create("taskfarmer").greet()).startsWith("3");
        assertThat(create("current").greet()).startsWith("4");
    }

    @Test
    void takesTheLastDefinitionOfAName() throws IOException {
        define(installation.resolve("runners.d"), "a.ini", "x", "1");
        assertThat(create("x").greet()).startsWith("1");
        define(home.resolve(".pytaskfarmer/runners.d"), "a.ini", "x", "2");
        assertThat(create("x").greet()).startsWith("2");
        define(home.resolve(".taskfarmer/runners.d"), "a.ini", "x", "3");
        assertThat(create("x").greet()).startsWith("3");
        define(home.resolve(".taskfarmer/runners.d"), "b.ini", "x", "4");
        assertThat(create("x").greet()).startsWith("4");
        define(current, "a.ini", "x", "5");
        assertThat(create("x").greet()).startsWith("5");
    }

    @Test
    void ignoresFilesOfOtherNamesAndSectionsOfOtherKinds() throws IOException {
        define(current, "a.ini.bak", "x", "1");
        Files.createDirectory(current.resolve("directory.ini"));
        write(current, "b.ini", "[x]\ntext = hi\n[y]\nOther = class\n");
        assertThat(create("default")).isSameAs(BUILT_IN);
        assertThatThrownBy(() -> create("x")).hasMessage("there is no greeter 'x'");
        assertThat(definitions().list(warnings::add)).hasSize(1);
        assertThat(warnings).isEmpty();
    }

    @Test
    void letsAFileTakeThePlaceOfTheDefault() throws IOException {
        define(current, "a.ini", "default", "mine");
        assertThat(create("default").greet()).startsWith("mine");
    }

    @Test
    void listsEveryDefinitionAndWhichCounts() throws IOException {
        Path first = define(installation.resolve("runners.d"), "a.ini", "x", "1");
        Path second = define(current, "a.ini", "x", "2");
        Path third = write(current, "b.ini", "[größe]\nGreeter = no.such.Class\n");
        assertThat(definitions().list(warnings::add))
                .containsExactly(
                        new Definition("default", THING, Optional.empty(), false),
                        new Definition("x", THING, Optional.of(first), true),
                        new Definition("x", THING, Optional.of(second), false),
                        new Definition("größe", "no.such.Class", Optional.of(third), false));
        assertThat(warnings).isEmpty();
    }

    @Test
    void namesThoseThatExistForAnUnknownName() throws IOException {
        define(current, "a.ini", "y", "1");
        define(current, "b.ini", "x", "1");
        assertThatThrownBy(() -> create("z"))
                .isInstanceOfSatisfying(FarmException.class, e -> {
                    assertThat(e.status()).isEqualTo(ExitStatus.USAGE);
                    assertThat(e.remedy()).startsWith("Those that exist are: default, x, y.");
                })
                .hasMessage("there is no greeter 'z'");
    }

    @Test
    void findsANameThatIsNotAscii() throws IOException {
        define(current, "a.ini", "größe", "1");
        assertThat(create("größe").greet()).startsWith("1");
    }

    @Test
    void readsAFileOfPyTaskFarmer() throws IOException {
        write(
                home.resolve(".pytaskfarmer/runners.d"),
                "mcc.ini",
                "# mine\n[DEFAULT]\nbase = /global\n\n[mcc]\nGreeter: " + THING + "\ntext = %(base)s/x\n"
                        + "words =\n    a\n    b\n\n[other]\nsomething = else\n");
        assertThat(create("mcc").greet()).isEqualTo("/global/x [] [a, b] false 3");
    }

    @Test
    void keepsBytesForParametersThatTakeBytes() throws IOException {
        Path file = current.resolve("a.ini");
        Files.write(file, ("[x]\ngreeter = " + THING + "\ntext = t\nraw = \u00E9\n").getBytes(ISO_8859_1));
        assertThat(create("x").greet()).isEqualTo("t [-23] [w] false 3");
    }

    @Test
    void refusesTextThatIsNotUtf8() throws IOException {
        Path file = current.resolve("a.ini");
        Files.write(file, ("[x]\ngreeter = " + THING + "\ntext = \u00E9\n").getBytes(ISO_8859_1));
        assertThatThrownBy(() -> create("x"))
                .hasMessage(file + ", line 3, section [x]: the value of key 'text' is not UTF-8");
    }

    @Test
    void namesFileSectionKeyAndTheKeysThatExistForAnUnknownKey() throws IOException {
        Path file = write(current, "a.ini", "[x]\ngreeter = " + THING + "\ntext = hi\ntxet = ho\n");
        assertThatThrownBy(() -> create("x"))
                .isInstanceOfSatisfying(
                        FarmException.class,
                        e -> assertThat(e.remedy())
                                .isEqualTo("The keys of " + THING + " are: text (required), raw, words, flag, count."))
                .hasMessage(file + ", line 4, section [x]: unknown key 'txet'");
    }

    @ParameterizedTest
    @CsvSource({"'', is missing", "'text =', is empty"})
    void namesFileSectionAndTheKeysThatExistForAMissingKey(String line, String problem) throws IOException {
        Path file = write(current, "a.ini", "[x]\ngreeter = " + THING + "\n" + line + "\n");
        assertThatThrownBy(() -> create("x"))
                .isInstanceOfSatisfying(
                        FarmException.class, e -> assertThat(e.remedy()).contains("text (required), raw"))
                .hasMessageStartingWith(file.toString())
                .hasMessageEndingWith(", section [x]: key 'text' " + problem);
    }

    @Test
    void doesNotMindDefaultsThatTheClassDoesNotKnow() throws IOException {
        write(current, "a.ini", "[DEFAULT]\nunknown = 1\n[x]\ngreeter = " + THING + "\ntext = hi\n");
        assertThat(create("x").greet()).startsWith("hi");
    }

    @ParameterizedTest
    @CsvSource({"flag, maybe, True or False", "count, many, a whole number", "count, 99999999999, a whole number"})
    void refusesAValueOfTheWrongType(String key, String value, String wanted) throws IOException {
        write(current, "a.ini", "[x]\ngreeter = " + THING + "\ntext = t\n" + key + " = " + value + "\n");
        assertThatThrownBy(() -> create("x"))
                .isInstanceOfSatisfying(
                        FarmException.class, e -> assertThat(e.remedy()).isEqualTo("It has to be " + wanted + "."))
                .hasMessageEndingWith(", line 4, section [x]: key '" + key + "' is '" + value + "'");
    }

    @ParameterizedTest
    @CsvSource({
        "True, true",
        "TRUE, true",
        "yes, true",
        "On, true",
        "1, true",
        "False, false",
        "no, false",
        "OFF, false",
        "0, false"
    })
    void takesBooleansAsPythonDoes(String value, boolean expected) throws IOException {
        write(current, "a.ini", "[x]\ngreeter = " + THING + "\ntext = t\nflag = " + value + "\n");
        assertThat(create("x").greet()).contains("] " + expected + " 3");
    }

    @Test
    void refusesAClassThatIsNotThere() throws IOException {
        Path file = write(current, "a.ini", "[x]\ngreeter = mymodule.MyGreeter\n");
        assertThatThrownBy(() -> create("x"))
                .isInstanceOfSatisfying(
                        FarmException.class,
                        e -> assertThat(e.remedy()).contains("Python").contains(Greeter.class.getName()))
                .hasMessageStartingWith(
                        file + ", line 2, section [x]: there is no class mymodule.MyGreeter in the program")
                .hasMessageContaining(home.resolve(".taskfarmer/lib").toString());
    }

    @Test
    void saysSoWhenTheClassIsPython() throws IOException {
        write(current, "a.ini", "[x]\ngreeter = mymodule.MyGreeter\n");
        write(current, "mymodule.py", "class MyGreeter:\n    pass\n");
        assertThatThrownBy(() -> create("x")).hasMessageEndingWith("; mymodule.py is Python");
    }

    @Test
    void refusesAClassOfTheWrongTypeWithoutRunningAnyOfIt() throws IOException {
        write(current, "a.ini", "[x]\ngreeter = " + Explosive.class.getName() + "\n");
        assertThatThrownBy(() -> create("x"))
                .hasMessageEndingWith(Explosive.class.getName() + " does not implement " + Greeter.class.getName());
    }

    @ParameterizedTest
    @CsvSource({
        "Abstract, 'is not public, or it is abstract'",
        "Hidden, 'is not public, or it is abstract'",
        "WithoutConstructor, has 0 public constructors instead of one",
        "TwoConstructors, has 2 public constructors instead of one",
        "WithoutKey, has a constructor parameter without @Key",
        "OddParameter, 'has a constructor parameter of type double, which no key can fill'",
    })
    void refusesAClassThatCannotBeConstructed(String name, String problem) throws IOException {
        String className = DefinitionsTest.class.getName() + "$" + name;
        write(current, "a.ini", "[x]\ngreeter = " + className + "\n");
        assertThatThrownBy(() -> create("x"))
                .isInstanceOf(FarmException.class)
                .hasMessageEndingWith("class " + className + " " + problem);
    }

    @ParameterizedTest
    @CsvSource({"FarmException, mind the gap", "IllegalArgumentException, mind the gap"})
    void passesOnWhatAConstructorHasToSay(String problem, String message) throws IOException {
        Path file = write(current, "a.ini", "[x]\ngreeter = " + Rejecting.class.getName() + "\nproblem = " + problem);
        assertThatThrownBy(() -> create("x"))
                .isInstanceOf(FarmException.class)
                .hasMessage(file + ", line 2, section [x]: " + message);
    }

    @Test
    void findsClassesInJars() throws Exception {
        jar("greeter.jar", "extra.JarGreeter", "implements taskfarmer.config.Greeter");
        write(current, "a.ini", "[x]\ngreeter = extra.JarGreeter\n");
        assertThat(create("x").greet()).isEqualTo("from a jar");
    }

    @Test
    void refusesAClassInAJarOfTheWrongType() throws Exception {
        jar("greeter.jar", "extra.JarGreeter", "");
        write(current, "a.ini", "[x]\ngreeter = extra.JarGreeter\n");
        assertThatThrownBy(() -> create("x")).hasMessageContaining("extra.JarGreeter does not implement");
    }

    @Test
    void refusesAJarThatEverybodyCanWriteTo() throws Exception {
        Path jar = jar("greeter.jar", "extra.JarGreeter", "implements taskfarmer.config.Greeter");
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-rw-rw-"));
        write(current, "a.ini", "[x]\ngreeter = extra.JarGreeter\n");
        assertThatThrownBy(() -> create("x")).hasMessageContaining("can write to the jar " + jar);
    }

    @Test
    void refusesAJarThatIsNone() throws Exception {
        write(home.resolve(".taskfarmer/lib"), "broken.jar", "no jar");
        write(current, "a.ini", "[x]\ngreeter = extra.JarGreeter\n");
        assertThatThrownBy(() -> create("x")).isInstanceOf(FarmException.class);
    }

    @Test
    void isNotStoppedByABrokenFileThatHasNothingToDoWithIt() throws IOException {
        write(current, "a.ini", "this is [no\n ini file\n");
        write(current, "b.ini", "[default]\nregion = us\n[broken\n");
        Path broken = write(current, "c.ini", "[x]\ngreeter = " + THING + "\ntext = hi\nbroken\n");
        define(current, "d.ini", "y", "1");
        assertThat(create("default")).isSameAs(BUILT_IN);
        assertThat(create("y").greet()).startsWith("1");
        assertThat(warnings).isEmpty();

        assertThat(definitions().list(warnings::add))
                .extracting(Definition::name)
                .containsExactly("default", "y");
        assertThat(warnings).singleElement().asString().startsWith(broken + ", line 4: ");
    }

    @Test
    void refusesABrokenFileThatMayHaveTheDefinitionAskedFor() throws IOException {
        Path broken = write(current, "a.ini", "[default]\ngreeter = " + THING + "\nbroken\n");
        assertThatThrownBy(() -> create("default")).hasMessageStartingWith(broken + ", line 3: ");
    }

    @Test
    void mentionsBrokenFilesWhenANameIsUnknown() throws IOException {
        Path broken = write(current, "a.ini", "[y]\ngreeter = " + THING + "\nbroken\n");
        assertThatThrownBy(() -> create("x"))
                .isInstanceOfSatisfying(
                        FarmException.class, e -> assertThat(e.remedy()).contains(broken + ", line 3"));
    }

    @Test
    void refusesAnIniFileThatEverybodyCanWriteToOnlyIfItIsUsed() throws IOException {
        Path file = define(current, "a.ini", "x", "1");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(create("default")).isSameAs(BUILT_IN);
        assertThatThrownBy(() -> create("x")).hasMessageContaining("can write to the INI file " + file);
        define(current, "b.ini", "x", "2");
        assertThat(create("x").greet()).startsWith("2");
    }

    @Test
    void warnsOfAFileThatIsTooLarge() throws IOException {
        write(current, "a.ini", "#".repeat((1 << 20) + 1));
        assertThat(create("default")).isSameAs(BUILT_IN);
        assertThat(warnings).singleElement().asString().contains("a.ini is larger than 1 MiB");
    }

    @Test
    void doesNotReadTheCurrentDirectoryTwice() throws IOException {
        current = Files.createDirectories(home.resolve(".taskfarmer/runners.d"));
        define(current, "a.ini", "x", "1");
        assertThat(definitions().list(warnings::add))
                .extracting(Definition::name)
                .containsExactly("default", "x");
    }

    @Test
    void handsOverKeysThatAreForAllOfAKind() throws IOException {
        Path file = define(current, "a.ini", "x", "Hello\nCores = 2\nenv.Some_Name = %(cores)s caf\u00e9\ncount = 4");
        Kind<Greeter> kind = new Kind<>(
                "Greeter",
                "greeter",
                Greeter.class,
                new TreeMap<>(Map.of("default", BUILT_IN, "other", BUILT_IN)),
                List.of("cores", "count", "env.NAME"));
        assertThat(definitions(kind).create("x").greet()).startsWith("Hello").endsWith(" 4");
        assertThat(definitions(kind).extras("x"))
                .containsExactly(
                        new Extra("cores", "2", file + ", line 4, section [x]"),
                        new Extra("env.Some_Name", "2 caf\u00c3\u00a9", file + ", line 5, section [x]"));
        assertThat(definitions(kind).extras("default")).isEmpty();
        assertThat(definitions(kind).create("other")).isSameAs(BUILT_IN);
        assertThat(definitions(kind).fingerprint("other")).isEqualTo("other");
        assertThat(definitions().extras("x")).isEmpty();
        define(current, "a.ini", "x", "Hello\ncore = 2");
        assertThatThrownBy(() -> definitions(kind).create("x"))
                .isInstanceOfSatisfying(
                        FarmException.class,
                        e -> assertThat(e.remedy()).endsWith("Every section may have: cores, count, env.NAME."))
                .hasMessageContaining("unknown key 'core'");
    }

    private Greeter create(String name) {
        return definitions().create(name);
    }

    private Definitions<Greeter> definitions() {
        return definitions(new Kind<>("Greeter", "greeter", Greeter.class, BUILT_IN));
    }

    private Definitions<Greeter> definitions(Kind<Greeter> kind) {
        Environment environment = new Environment(Map.of(), home, current, Optional.of(installation), uid());
        return new Definitions<>(
                kind,
                DefinitionFiles.find(environment, warnings::add),
                environment,
                new WriteAccess(false, uid(), warnings::add));
    }

    private static int uid() {
        try {
            return Environment.processUid();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Path define(Path directory, String file, String name, String text) throws IOException {
        return write(directory, file, "[" + name + "]\nGreeter = " + THING + "\ntext = " + text + "\n");
    }

    private static Path write(Path directory, String name, String text) throws IOException {
        Files.createDirectories(directory);
        Path file = Files.writeString(directory.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    private Path jar(String name, String className, String implementing) throws IOException {
        String simpleName = className.substring(className.lastIndexOf('.') + 1);
        Path source = write(
                root.resolve("source"),
                simpleName + ".java",
                "package extra; public final class " + simpleName + " " + implementing + " { public " + simpleName
                        + "() {} public String greet() { return \"from a jar\"; } }");
        String classPath = System.getProperty("java.class.path")
                + File.pathSeparator
                + DefinitionsTest.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath();
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", classPath, "-d", root.toString(), source.toString());
        assertThat(status).isZero();
        Path jar = Files.createDirectories(home.resolve(".taskfarmer/lib")).resolve(name);
        String entry = className.replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry(entry));
            Files.copy(root.resolve(entry), out);
        }
        Files.setPosixFilePermissions(jar, PosixFilePermissions.fromString("rw-------"));
        return jar;
    }

    /** A class with one parameter of each type. */
    public static final class Thing implements Greeter {
        private final String greeting;

        public Thing(
                @Key("text") String text,
                @Key(value = "raw", defaultValue = "") byte[] raw,
                @Key(value = "words", defaultValue = "w") List<String> words,
                @Key(value = "flag", defaultValue = "False") boolean flag,
                @Key(value = "count", defaultValue = "3") int count) {
            greeting = text + " " + Arrays.toString(raw) + " " + words + " " + flag + " " + count;
        }

        @Override
        public String greet() {
            return greeting;
        }
    }

    /** A class that must never be initialised. */
    public static final class Explosive {
        static final Object FUSE = explode();

        private static Object explode() {
            throw new AssertionError("initialised");
        }
    }

    public abstract static class Abstract implements Greeter {
        public Abstract() {}
    }

    static final class Hidden implements Greeter {
        public Hidden() {}

        @Override
        public String greet() {
            return "";
        }
    }

    public static final class WithoutConstructor implements Greeter {
        private WithoutConstructor() {}

        @Override
        public String greet() {
            return "";
        }
    }

    public static final class TwoConstructors implements Greeter {
        public TwoConstructors() {}

        public TwoConstructors(@Key("a") String a) {}

        @Override
        public String greet() {
            return "";
        }
    }

    public static final class WithoutKey implements Greeter {
        public WithoutKey(String a) {}

        @Override
        public String greet() {
            return "";
        }
    }

    public static final class OddParameter implements Greeter {
        public OddParameter(@Key(value = "a", defaultValue = "1.0") double a) {}

        @Override
        public String greet() {
            return "";
        }
    }

    public static final class Rejecting implements Greeter {
        public Rejecting(@Key("problem") String problem) {
            if (problem.equals("FarmException")) {
                throw FarmException.badInput("mind the gap", "Step over it.");
            }
            throw new IllegalArgumentException("mind the gap");
        }

        @Override
        public String greet() {
            return "";
        }
    }
}
