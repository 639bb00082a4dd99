package taskfarmer.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringTokenizer;
import taskfarmer.model.FarmException;

/** The making of an object from a section of an INI file: its class, its constructor, and a value for each parameter. */
final class Construction<T> {
    private final Kind<T> kind;
    private final IniSection section;
    private final String classKey;
    private final Class<? extends T> type;
    private final Constructor<?> constructor;

    Construction(Kind<T> kind, IniSection section, ClassFinder classes) {
        this.kind = kind;
        this.section = section;
        this.classKey = RawText.lowerCase(kind.key());
        String className = section.decode(classKey, section.value(classKey).orElse(""));
        this.type = classes.find(className, section.where(classKey), kind.type());
        this.constructor = constructor();
    }

    /** Returns the keys that are for all things of the kind; one that the constructor has, too, is the constructor's. */
    List<Extra> extras() {
        List<String> own = constructorKeys();
        List<Extra> extras = new ArrayList<>();
        for (String key : section.keys()) {
            if (!own.contains(key) && kind.isExtra(key)) {
                extras.add(new Extra(key, section.value(key).orElse(""), section.where(key)));
            }
        }
        return extras;
    }

    private List<String> constructorKeys() {
        List<String> keys = new ArrayList<>();
        keys.add(classKey);
        for (Parameter parameter : constructor.getParameters()) {
            keys.add(RawText.key(key(parameter).value()));
        }
        return keys;
    }

    /** Returns the object. */
    T create() {
        refuseUnknownKeys();
        List<Object> arguments = new ArrayList<>();
        for (Parameter parameter : constructor.getParameters()) {
            arguments.add(argument(parameter));
        }
        try {
            return type.cast(constructor.newInstance(arguments.toArray()));
        } catch (InvocationTargetException e) {
            throw rejected(e.getCause() == null ? e : e.getCause());
        } catch (ReflectiveOperationException | LinkageError e) {
            throw unusable("cannot be constructed: " + e);
        }
    }

    private Constructor<?> constructor() {
        Constructor<?>[] constructors;
        try {
            constructors = type.getConstructors();
        } catch (LinkageError e) {
            throw unusable("needs a class that is not there: " + e);
        }
        if (!Modifier.isPublic(type.getModifiers()) || Modifier.isAbstract(type.getModifiers())) {
            throw unusable("is not public, or it is abstract");
        }
        if (constructors.length != 1) {
            throw unusable("has " + constructors.length + " public constructors instead of one");
        }
        for (Parameter parameter : constructors[0].getParameters()) {
            if (!parameter.isAnnotationPresent(Key.class)) {
                throw unusable("has a constructor parameter without @Key");
            }
        }
        return constructors[0];
    }

    /** Refuses keys of the section that fill nothing; those from [DEFAULT] may be there for others. */
    private void refuseUnknownKeys() {
        List<String> known = constructorKeys();
        for (String key : section.ownKeys()) {
            if (!known.contains(key) && !kind.isExtra(key)) {
                throw FarmException.badInput(
                        section.where(key) + ": unknown key '" + RawText.show(key) + "'", describeKeys());
            }
        }
    }

    private Object argument(Parameter parameter) {
        Key key = key(parameter);
        String name = RawText.key(key.value());
        boolean required = key.defaultValue().equals(Key.REQUIRED);
        Optional<String> value = section.value(name);
        if (required && value.orElse("").isEmpty()) {
            throw FarmException.badInput(
                    section.where(name) + ": key '" + key.value() + "' is " + (value.isEmpty() ? "missing" : "empty"),
                    describeKeys());
        }
        return convert(name, value.orElseGet(() -> RawText.of(key.defaultValue())), parameter.getType());
    }

    private Object convert(String key, String raw, Class<?> wanted) {
        if (wanted == byte[].class) {
            return RawText.bytes(raw);
        }
        String text = section.decode(key, raw);
        if (wanted == String.class) {
            return text;
        } else if (wanted == List.class) {
            return words(text);
        } else if (wanted == boolean.class) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "true", "yes", "on", "1" -> true;
                case "false", "no", "off", "0" -> false;
                default -> throw wrongValue(key, text, "True or False");
            };
        } else if (wanted == int.class) {
            try {
                return Integer.valueOf(text);
            } catch (NumberFormatException e) {
                throw wrongValue(key, text, "a whole number");
            }
        }
        throw unusable("has a constructor parameter of type " + wanted.getName() + ", which no key can fill");
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        StringTokenizer tokens = new StringTokenizer(text);
        while (tokens.hasMoreTokens()) {
            words.add(tokens.nextToken());
        }
        return words;
    }

    private FarmException wrongValue(String key, String text, String wanted) {
        return FarmException.badInput(
                section.where(key) + ": key '" + key + "' is '" + text + "'", "It has to be " + wanted + ".");
    }

    /** Returns the problem that the constructor had with its arguments. */
    private FarmException rejected(Throwable problem) {
        String what = problem instanceof FarmException || problem instanceof IllegalArgumentException
                ? String.valueOf(problem.getMessage())
                : problem.toString();
        String remedy = problem instanceof FarmException farm ? farm.remedy() : describeKeys();
        return FarmException.badInput(section.where(classKey) + ": " + what, remedy, problem);
    }

    private FarmException unusable(String why) {
        return FarmException.badInput(
                section.where(classKey) + ": class " + type.getName() + " " + why,
                "Such a class is public and has one public constructor, with @Key on each parameter (of type String,"
                        + " boolean, int, List<String> or byte[]).");
    }

    private String describeKeys() {
        StringBuilder keys = new StringBuilder();
        for (Parameter parameter : constructor.getParameters()) {
            Key key = key(parameter);
            keys.append(keys.length() == 0 ? "" : ", ").append(key.value());
            if (key.defaultValue().equals(Key.REQUIRED)) {
                keys.append(" (required)");
            }
        }
        String own = keys.length() == 0
                ? type.getName() + " has no keys."
                : "The keys of " + type.getName() + " are: " + keys + ".";
        return kind.extras().isEmpty()
                ? own
                : own + " Every section may have: " + String.join(", ", kind.extras()) + ".";
    }

    private static Key key(Parameter parameter) {
        return parameter.getAnnotation(Key.class);
    }
}
