package taskfarmer.report;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import taskfarmer.history.History;
import taskfarmer.model.NativeText;
import taskfarmer.report.Template.Part;
import taskfarmer.store.Storage;
import taskfarmer.store.WorkDirectory;

/** The page about a farm: one HTML file with everything in it. */
public final class Report {
    private static final List<String> SCRIPTS = List.of(
            "data.js",
            "format.js",
            "filter.js",
            "bars.js",
            "gantt.js",
            "choice.js",
            "controls.js",
            "charts.js",
            "attempts.js",
            "page.js");
    private static final int BUFFER = 1 << 16;

    private final Facts facts;

    private Report(Facts facts) {
        this.facts = facts;
    }

    /**
     * Works out what there is to tell.
     *
     * @param history the farm's, in full
     * @param now the time, µs since the epoch
     */
    public static Report of(History history, Storage storage, long now) {
        Path locks = history.directory().locks();
        return new Report(new Facts(history, storage, Member.Heartbeats.of(locks), now));
    }

    /** Writes the page, in UTF-8. */
    public void write(OutputStream to) throws IOException {
        BufferedOutputStream out = new BufferedOutputStream(to, BUFFER);
        Template.ofResource("report.html").write(out, parts());
        out.flush();
    }

    private Map<String, Part> parts() throws IOException {
        Summary summary = new Summary(facts);
        Tables tables = new Tables(facts);
        Data data = new Data(facts);
        String script = script();
        Map<String, Part> parts = new HashMap<>();
        parts.put("name", Part.of(Texts.foreign(name(), Integer.MAX_VALUE)));
        parts.put("mood", Part.of(summary.mood()));
        parts.put("standing", Part.of(summary.standing()));
        parts.put("directory", Part.of(Tables.path(facts.history().directory().root())));
        parts.put("now", Part.of(Texts.time(facts.now())));
        parts.put("summary", Part.of(summary.html()));
        parts.put("failures", Part.of(tables.failures()));
        parts.put("utilisation", Part.of(tables.utilisation()));
        parts.put("demand", Part.of(new DemandTables(facts).html()));
        parts.put("schedules", Part.of(tables.schedules()));
        parts.put("slowest", Part.of(tables.slowest()));
        parts.put("commands", Part.of(commands(data)));
        parts.put("style", Part.of(Template.resource("report.css")));
        parts.put("script", Part.of(script));
        parts.put("hash", Part.of(hash(script)));
        parts.put("data", data::write);
        return parts;
    }

    private static String commands(Data data) {
        return data.hasAllCommands()
                ? "Of commands, the first " + Data.COMMAND_LENGTH + " characters are on this page."
                : "There are more than " + Texts.count(Data.ALL_COMMANDS)
                        + " attempts: only the commands of the slowest tasks, and of those that failed, run or were"
                        + " interrupted, are on this page, and of each the first " + Data.COMMAND_LENGTH
                        + " characters.";
    }

    /** Returns the name of the farm: that of its list, or of its directory. */
    private String name() {
        String name = NativeText.text(facts.history().directory().root());
        name = name.substring(name.lastIndexOf('/') + 1);
        boolean list = name.endsWith(WorkDirectory.SUFFIX) && name.length() > WorkDirectory.SUFFIX.length();
        return list ? name.substring(0, name.length() - WorkDirectory.SUFFIX.length()) : name;
    }

    private static String script() throws IOException {
        StringBuilder script = new StringBuilder("'use strict';\n(() => {\n");
        for (String name : SCRIPTS) {
            script.append(Template.resource(name));
        }
        return script.append("})();\n").toString();
    }

    /** Returns what the page says of its script, so that no other one is ever run in it. */
    private static String hash(String script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
