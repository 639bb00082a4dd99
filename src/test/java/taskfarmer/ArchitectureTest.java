package taskfarmer;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.Set;
import java.util.TreeSet;

/** The rooms of {@code docs/ARCHITECTURE.md}, and what may import what. */
@AnalyzeClasses(packages = "taskfarmer", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule rootOnlyStartsTheProgram = room("", "cli", "model");

    @ArchTest
    static final ArchRule cliMayUseAll = room(
            "cli", "doctor", "farm", "host", "view", "report", "history", "runners", "process", "tasks", "store",
            "config", "model");

    @ArchTest
    static final ArchRule farmMayUseAllButCli =
            room("farm", "host", "view", "history", "runners", "process", "tasks", "store", "config", "model");

    @ArchTest
    static final ArchRule doctorLooksAtStoreAndProcess = room("doctor", "process", "store", "config", "model");

    @ArchTest
    static final ArchRule hostUsesTheStoresFiles = room("host", "store", "config", "model");

    @ArchTest
    static final ArchRule viewStandsOnHistoryAndStore = room("view", "history", "store", "config", "model");

    @ArchTest
    static final ArchRule reportStandsOnHistory = room("report", "history", "store", "config", "model");

    @ArchTest
    static final ArchRule historyReadsTheStore = room("history", "store", "config", "model");

    @ArchTest
    static final ArchRule runnersStandAlone = room("runners", "config", "model");

    @ArchTest
    static final ArchRule tasksStandAlone = room("tasks", "config", "model");

    @ArchTest
    static final ArchRule processStandsAlone = room("process", "config", "model");

    @ArchTest
    static final ArchRule storeKnowsNothingOfItsUsers = room("store", "config", "model");

    @ArchTest
    static final ArchRule configKnowsTheModelOnly = room("config", "model");

    @ArchTest
    static final ArchRule modelImportsNothing = room("model");

    @ArchTest
    static final ArchRule packagesFormNoCycles =
            slices().matching("taskfarmer.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule onlyMainEndsTheProcess = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("taskfarmer.Main")
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class);

    @ArchTest
    static final ArchRule onlyOneClassKnowsIni4j = only("taskfarmer.config.IniFile", "org.ini4j..");

    @ArchTest
    static final ArchRule onlyViewsAndListsKnowJson = noClasses()
            .that(resideOutsideOfPackages("taskfarmer.view", "taskfarmer.report", "taskfarmer.tasks"))
            .should()
            .dependOnClassesThat(resideInAPackage("com.fasterxml.jackson.."));

    @ArchTest
    static final ArchRule onlyCliKnowsPicocli = onlyPackage("taskfarmer.cli", "picocli..");

    @ArchTest
    static final ArchRule onlyFarmHandlesSignals = onlyPackage("taskfarmer.farm", "sun.misc..");

    /** One file, one channel, opened nowhere else: closing any other would drop the lock. */
    @ArchTest
    static final ArchRule onlyFileStorageOpensChannelsAndLocks = noClasses()
            .that()
            .haveNameNotMatching("taskfarmer\\.store\\.FileStorage.*")
            .should()
            .dependOnClassesThat()
            .belongToAnyOf(FileChannel.class, FileLock.class);

    @ArchTest
    static final ArchRule nothingStaticChanges = fields().that()
            .areStatic()
            .and()
            .areDeclaredInClassesThat()
            .resideInAPackage("taskfarmer..")
            .should()
            .beFinal();

    @ArchTest
    static final ArchRule exceptionsAreClosed = classes()
            .that()
            .areAssignableTo(Throwable.class)
            .should()
            .haveModifier(JavaModifier.FINAL)
            .orShould()
            .bePackagePrivate();

    /** A package may use only these others of the program. */
    private static ArchRule room(String name, String... uses) {
        String itself = name.isEmpty() ? "taskfarmer" : "taskfarmer." + name;
        Set<String> allowed = new TreeSet<>(Set.of(uses));
        allowed.add(name);
        DescribedPredicate<JavaClass> others = DescribedPredicate.describe(
                "classes of the program outside of " + allowed,
                type -> type.getPackageName().startsWith("taskfarmer")
                        && !allowed.contains(type.getPackageName().replaceFirst("^taskfarmer\\.?", "")));
        return noClasses().that().resideInAPackage(itself).should().dependOnClassesThat(others);
    }

    private static ArchRule only(String className, String library) {
        return noClasses()
                .that()
                .haveNameNotMatching(className.replace(".", "\\.") + "(\\$.*)?")
                .should()
                .dependOnClassesThat(resideInAPackage(library));
    }

    private static ArchRule onlyPackage(String packageName, String library) {
        return noClasses()
                .that(resideOutsideOfPackage(packageName))
                .should()
                .dependOnClassesThat(resideInAPackage(library));
    }
}
