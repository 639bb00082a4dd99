package taskfarmer.tasks;

/** What a replacement string takes of a file name; the longer suffixes come first, so that the first match is right. */
enum Modifier {
    /** {@code //}: the directory, as {@code dirname} gives it. */
    DIRECTORY("//") {
        @Override
        String apply(String value) {
            int end = skipBack(value, value.length(), true);
            end = skipBack(value, end, false);
            if (end == 0) {
                return value.startsWith("/") ? "/" : ".";
            }
            end = skipBack(value, end, true);
            return end == 0 ? "/" : value.substring(0, end);
        }
    },
    /** {@code /.}: the name without directory and extension. */
    STEM("/.") {
        @Override
        String apply(String value) {
            return WITHOUT_EXTENSION.apply(BASENAME.apply(value));
        }
    },
    /** {@code .}: without extension, the last dot after the last slash and what follows it. */
    WITHOUT_EXTENSION(".") {
        @Override
        String apply(String value) {
            int dot = value.lastIndexOf('.');
            return dot > value.lastIndexOf('/') ? value.substring(0, dot) : value;
        }
    },
    /** {@code /}: the name without directory. */
    BASENAME("/") {
        @Override
        String apply(String value) {
            return value.substring(value.lastIndexOf('/') + 1);
        }
    },
    /** The value as it is. */
    NONE("") {
        @Override
        String apply(String value) {
            return value;
        }
    };

    /** How many characters the longest suffix has. */
    static final int LONGEST_SUFFIX = 2;

    private final String suffix;

    Modifier(String suffix) {
        this.suffix = suffix;
    }

    /** Returns what stands for this modifier at the end of a replacement string. */
    String suffix() {
        return suffix;
    }

    abstract String apply(String value);

    /** Moves back over slashes, or over everything else; returns where it stops. */
    private static int skipBack(String value, int end, boolean slashes) {
        int i = end;
        while (i > 0 && (value.charAt(i - 1) == '/') == slashes) {
            i--;
        }
        return i;
    }
}
