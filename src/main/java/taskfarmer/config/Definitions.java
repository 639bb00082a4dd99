package taskfarmer.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import taskfarmer.model.FarmException;

/**
 * The runners, or the task list handlers, that can be chosen by name.
 *
 * <p>{@code default} is built in, and others may be; sections of INI files add some or take their place. A definition counts from the last file
 * that has one of its name. A file is only parsed where it may have the definition that is asked for, so a file in the
 * current directory that is broken, or that others can write to, stops nobody who does not use it; it is an error for
 * whom it concerns, also if it redefines {@code default}.
 */
public final class Definitions<T> {
    /** The name of the definition that is built in. */
    public static final String DEFAULT = "default";

    private final Kind<T> kind;
    private final DefinitionFiles files;
    private final Environment environment;
    private final WriteAccess access;

    /**
     * Creates the view of one kind of definition.
     *
     * @param access guards against files and jars that others can write to
     */
    public Definitions(Kind<T> kind, DefinitionFiles files, Environment environment, WriteAccess access) {
        this.kind = kind;
        this.files = files;
        this.environment = environment;
        this.access = access;
    }

    /**
     * Creates what is defined under a name.
     *
     * @throws FarmException if there is no such definition, or it is wrong
     */
    public T create(String name) {
        Optional<IniSection> section = find(name);
        if (section.isPresent()) {
            access.check(section.get().file(), "INI file");
            ClassFinder classes = new ClassFinder(environment, access);
            return new Construction<>(kind, section.get(), classes).create();
        }
        T builtIn = kind.builtIns().get(name);
        if (builtIn == null) {
            throw unknown(name);
        }
        return builtIn;
    }

    /**
     * Returns the keys of a definition that are not for its class, but for all things of its kind.
     *
     * @param name a name that {@link #create} accepts
     */
    public List<Extra> extras(String name) {
        Optional<IniSection> section = kind.extras().isEmpty() ? Optional.empty() : find(name);
        return section.isEmpty()
                ? List.of()
                : new Construction<>(kind, section.get(), new ClassFinder(environment, access)).extras();
    }

    /**
     * Returns a word that changes when the definition does: its class, or any of its keys.
     *
     * @param name a name that {@link #create} accepts
     */
    public String fingerprint(String name) {
        Optional<IniSection> section = find(name);
        return section.isEmpty() ? name : section.get().fingerprint();
    }

    /**
     * Returns all definitions, overridden ones included, in the order in which later ones win.
     *
     * @param problems takes a sentence for each file that cannot be understood
     */
    public List<Definition> list(Consumer<String> problems) {
        List<Definition> all = new ArrayList<>();
        kind.builtIns()
                .forEach((name, builtIn) ->
                        all.add(new Definition(name, builtIn.getClass().getName(), Optional.empty(), false)));
        for (DefinitionFile file : files.files()) {
            if (file.mayDefine(Optional.empty(), kind.key())) {
                try {
                    addDefinitions(file.parse(), all);
                } catch (FarmException e) {
                    problems.accept(e.getMessage() + ": this file's definitions are not known");
                }
            }
        }
        return markOverridden(all);
    }

    private Optional<IniSection> find(String name) {
        String rawName = RawText.of(name);
        Optional<String> sectionName = Optional.of(rawName);
        List<DefinitionFile> candidates = files.files();
        for (int i = candidates.size() - 1; i >= 0; i--) {
            DefinitionFile file = candidates.get(i);
            if (file.mayDefine(sectionName, kind.key())) {
                Optional<IniSection> section = file.parse().section(rawName);
                if (section.isPresent() && section.get().has(key())) {
                    return section;
                }
            }
        }
        return Optional.empty();
    }

    private void addDefinitions(IniFile file, List<Definition> all) {
        List<Definition> found = new ArrayList<>();
        for (IniSection section : file.sections()) {
            Optional<String> className = section.value(key());
            if (className.isPresent()) {
                found.add(new Definition(
                        RawText.show(section.name()),
                        RawText.show(className.get()),
                        Optional.of(section.file()),
                        false));
            }
        }
        all.addAll(found);
    }

    private static List<Definition> markOverridden(List<Definition> all) {
        Set<String> later = new HashSet<>();
        for (int i = all.size() - 1; i >= 0; i--) {
            Definition definition = all.get(i);
            if (!later.add(definition.name())) {
                all.set(i, new Definition(definition.name(), definition.className(), definition.file(), true));
            }
        }
        return all;
    }

    private FarmException unknown(String name) {
        List<String> problems = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        for (Definition definition : list(problems::add)) {
            names.add(definition.name());
        }
        StringBuilder remedy = new StringBuilder("Those that exist are: ").append(String.join(", ", names));
        remedy.append(". Others can be defined in *.ini in ~/.taskfarmer/runners.d, ~/.taskfarmer/tasklists.d or the"
                + " current directory.");
        for (String problem : problems) {
            remedy.append(" Note: ").append(problem).append('.');
        }
        return FarmException.badInput("there is no " + kind.noun() + " '" + name + "'", remedy.toString());
    }

    private String key() {
        return RawText.lowerCase(kind.key());
    }
}
