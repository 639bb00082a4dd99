package taskfarmer.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import taskfarmer.model.FarmException;

/**
 * A help text as a manual page, in the language of man(7).
 *
 * <p>Of a help text it expects: blocks with a blank line between them, the first of which is the usage. A line at the margin with
 * indented ones below is the heading of a section; other lines at the margin are a paragraph. Indented are entries (a term, at
 * least two blanks, what is said of it; or all of that in the lines below, which are indented further) and, without such
 * lines below, sentences. Examples stay as they are.
 */
final class ManPage {
    private static final String USAGE = "Usage: ";
    private static final int LEAST_INDENT = 4; // of lines that go on with an entry

    private final StringBuilder out = new StringBuilder(8192);
    private String section = "";
    private boolean verbatim;

    private ManPage() {}

    /** Returns the page of the program, with all commands. */
    static String ofProgram() throws IOException {
        StringBuilder others = new StringBuilder();
        for (String command : Commands.NAMES) {
            others.append(others.length() == 0 ? "" : ",\n").append(reference("taskfarmer-" + command));
        }
        return page("taskfarmer", "run a list of commands inside a batch job", Help.of("run"), others.toString());
    }

    /**
     * Returns the page of a command.
     *
     * @throws FarmException if there is no such command
     */
    static String of(String command) throws IOException {
        String help = Help.of(command);
        return page("taskfarmer-" + command, Help.summary(command), help, reference("taskfarmer"));
    }

    /**
     * Returns the page that a help text makes.
     *
     * @param summary what the program does, in some words
     * @param others where to read more, in the language of man(7)
     */
    static String page(String name, String summary, String help, String others) {
        ManPage page = new ManPage();
        page.out.append(".TH ").append(escape(name.toUpperCase(Locale.ROOT)));
        page.out
                .append(" 1 \"\" \"taskfarmer ")
                .append(escape(Program.version()))
                .append("\" \"User Commands\"\n.nh\n.ad l\n");
        page.section("NAME");
        page.out.append(escape(name)).append(" \\- ").append(escape(summary)).append('\n');
        String[] blocks = help.strip().split("\n\n+", -1);
        page.usage(blocks[0]);
        page.section("DESCRIPTION");
        for (int i = 1; i < blocks.length; i++) {
            page.block(List.of(blocks[i].split("\n", -1)));
        }
        page.section("SEE ALSO");
        page.out.append(others).append('\n');
        return page.out.toString();
    }

    private static String reference(String name) {
        return "\\fB" + escape(name) + "\\fR(1)";
    }

    private void section(String name) {
        out.append(".SH ").append(escape(name)).append('\n');
        section = name;
        verbatim = name.equals("EXAMPLES");
    }

    private void usage(String block) {
        section("SYNOPSIS");
        out.append(".nf\n");
        for (String line : block.split("\n", -1)) {
            out.append(styled(line.substring(Math.min(line.length(), USAGE.length()))))
                    .append('\n');
        }
        out.append(".fi\n");
    }

    private void block(List<String> lines) {
        int margin = 0;
        while (margin < lines.size() && indent(lines.get(margin)) == 0) {
            margin++;
        }
        if (margin == 1 && lines.size() > 1) {
            section(lines.get(0).toUpperCase(Locale.ROOT));
        } else if (margin > 0) {
            if (!section.equals("DESCRIPTION") && !section.equals("NOTES")) {
                section("NOTES");
            }
            paragraph(lines.subList(0, margin));
        } else if (section.equals("DESCRIPTION") && lines.get(0).strip().startsWith("-")) {
            section("OPTIONS");
        }
        List<String> indented = lines.subList(margin, lines.size());
        if (verbatim) {
            examples(indented);
        } else {
            entries(indented);
        }
    }

    private void paragraph(List<String> lines) {
        startParagraph();
        lines.forEach(line -> out.append(escape(line.strip())).append('\n'));
    }

    private void startParagraph() {
        boolean first =
                out.substring(out.lastIndexOf("\n", out.length() - 2) + 1).startsWith(".SH ");
        out.append(first ? "" : ".PP\n");
    }

    private void examples(List<String> lines) {
        startParagraph();
        out.append(".nf\n");
        lines.forEach(line -> out.append(escape(line.substring(2))).append('\n'));
        out.append(".fi\n");
    }

    private void entries(List<String> lines) {
        int i = 0;
        while (i < lines.size()) {
            int end = end(lines, i);
            while (isSentence(lines, i) && end < lines.size() && isSentence(lines, end)) {
                end++;
            }
            if (isSentence(lines, i)) {
                paragraph(lines.subList(i, end));
            } else {
                entry(lines.subList(i, end));
            }
            i = end;
        }
    }

    private void entry(List<String> lines) {
        String first = lines.get(0).strip();
        int gap = first.indexOf("  ");
        out.append(".TP\n")
                .append(styled(gap < 0 ? first : first.substring(0, gap)))
                .append('\n');
        if (gap >= 0) {
            out.append(escape(first.substring(gap).strip())).append('\n');
        }
        for (String line : lines.subList(1, lines.size())) {
            out.append(escape(line.strip())).append('\n');
        }
    }

    private static boolean isSentence(List<String> lines, int i) {
        return !lines.get(i).strip().contains("  ") && end(lines, i) == i + 1;
    }

    /** Returns where the entry ends that begins in a line. */
    private static int end(List<String> lines, int i) {
        int end = i + 1;
        while (end < lines.size() && !isStart(lines.get(end))) {
            end++;
        }
        return end;
    }

    private static boolean isStart(String line) {
        return indent(line) < LEAST_INDENT || line.strip().startsWith("-");
    }

    private static int indent(String line) {
        int indent = 0;
        while (indent < line.length() && line.charAt(indent) == ' ') {
            indent++;
        }
        return indent;
    }

    /** Returns a text with its words bold, as they are to be typed, and those in capitals in italics: they stand for something. */
    private static String styled(String text) {
        StringBuilder styled = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            int end = at;
            while (end < text.length() && isOfWord(text.charAt(end))) {
                end++;
            }
            String word = text.substring(at, end);
            if (word.isEmpty()) {
                end = at + 1;
                styled.append(escape(text.substring(at, end)));
            } else {
                boolean placeholder = word.equals(word.toUpperCase(Locale.ROOT))
                        && Character.isLetter(word.charAt(0))
                        && word.indexOf('_') < 0;
                styled.append(placeholder ? "\\fI" : "\\fB")
                        .append(escape(word))
                        .append("\\fR");
            }
            at = end;
        }
        return styled.toString();
    }

    private static boolean isOfWord(char c) {
        return Character.isLetterOrDigit(c) || c == '-' || c == '_';
    }

    /** Returns a text as troff prints it unchanged, wherever it stands in a line. */
    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder(text.startsWith(".") ? "\\&" : "");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\\' -> escaped.append("\\e");
                case '-' -> escaped.append("\\-");
                case '\'' -> escaped.append("\\(aq");
                case '`' -> escaped.append("\\(ga");
                case '^' -> escaped.append("\\(ha");
                case '~' -> escaped.append("\\(ti");
                case '"' -> escaped.append("\\(dq");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }
}
