package taskfarmer.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Debian's Chromium without a screen, driven through its DevTools protocol as a user would: with keys, pointer and wheel. */
final class Browser implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;
    private static final Pattern LISTENING = Pattern.compile("DevTools listening on ws://([^/]+)/");
    private static final Pattern PAGE = Pattern.compile("\"webSocketDebuggerUrl\":\\s*\"(ws://[^\"]*/page/[^\"]*)\"");
    private static final List<String> COMPLAINTS = List.of(
            "\"Runtime.exceptionThrown\"",
            "\"Page.javascriptDialogOpening\"",
            "\"type\":\"error\"",
            "\"type\":\"warning\"",
            "\"level\":\"error\"",
            "\"level\":\"warning\"");

    private final Process process;
    private final WebSocket socket;
    private final AtomicInteger lastId = new AtomicInteger();
    private final Map<Integer, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
    private final List<String> complaints = new CopyOnWriteArrayList<>();

    private Browser(Process process, URI page) {
        this.process = process;
        this.socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(page, new Listener())
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Takes what the browser says, message by message. */
    private final class Listener implements WebSocket.Listener {
        private final StringBuilder message = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            message.append(part);
            if (last) {
                heard(message.toString());
                message.setLength(0);
            }
            from.request(1);
            return null;
        }
    }

    /**
     * Starts it.
     *
     * @param directory where it keeps its things; it must not exist
     */
    static Browser start(Path directory) {
        Path err = directory.resolve("stderr");
        List<String> argv = new ArrayList<>(List.of(
                "chromium",
                "--headless=new",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                "--user-data-dir=" + directory.resolve("profile"),
                "about:blank"));
        if (System.getProperty("user.name").equals("root")) {
            argv.add(1, "--no-sandbox"); // which root cannot have
        }
        try {
            Files.createDirectory(directory);
            ProcessBuilder builder = new ProcessBuilder(argv)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(err.toFile());
            builder.environment().put("HOME", directory.toString());
            Process process = builder.start();
            try {
                FarmTest.until(() -> LISTENING.matcher(FarmTest.read(err)).find() || !process.isAlive());
                Matcher listening = LISTENING.matcher(FarmTest.read(err));
                assertThat(listening.find()).as(FarmTest.read(err)).isTrue();
                Browser browser = new Browser(process, page(listening.group(1)));
                browser.command("Page.enable", "");
                browser.command("Runtime.enable", "");
                browser.command("Log.enable", "");
                return browser;
            } catch (RuntimeException | Error e) {
                kill(process);
                throw e;
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static URI page(String address) throws IOException {
        HttpRequest list = HttpRequest.newBuilder(URI.create("http://" + address + "/json/list"))
                .build();
        try {
            String pages = HttpClient.newHttpClient()
                    .send(list, HttpResponse.BodyHandlers.ofString())
                    .body();
            Matcher page = PAGE.matcher(pages);
            assertThat(page.find()).as(pages).isTrue();
            return URI.create(page.group(1));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private void heard(String message) {
        if (message.startsWith("{\"id\":")) {
            int id = Integer.parseInt(message.substring(6, message.indexOf(',')));
            answers.computeIfAbsent(id, i -> new CompletableFuture<>()).complete(message);
        } else if (COMPLAINTS.stream().anyMatch(message::contains)) {
            complaints.add(message);
        }
    }

    private String command(String method, String parameters) {
        int id = lastId.incrementAndGet();
        CompletableFuture<String> answer = answers.computeIfAbsent(id, i -> new CompletableFuture<>());
        socket.sendText("{\"id\":" + id + ",\"method\":\"" + method + "\",\"params\":{" + parameters + "}}", true)
                .join();
        String text = answer.orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join();
        answers.remove(id);
        assertThat(text).as(method).doesNotContain("\"error\":{\"code\"");
        return text;
    }

    /** Sets the size of the window in CSS pixels, and the scheme that its user prefers. */
    Browser window(int width, int height, String scheme) {
        command(
                "Emulation.setDeviceMetricsOverride",
                "\"width\":" + width + ",\"height\":" + height + ",\"deviceScaleFactor\":1,\"mobile\":"
                        + (width < 500));
        command(
                "Emulation.setEmulatedMedia",
                "\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\"" + scheme + "\"}]");
        return this;
    }

    /** Opens a page and waits until it is ready. */
    Browser open(Path page) {
        command("Page.navigate", "\"url\":\"" + quoted(page.toUri().toString()) + "\"");
        FarmTest.until(() -> evaluate("document.body !== null && document.body.dataset.ready")
                .equals("yes"));
        return this;
    }

    /** Returns the value of an expression, as text. */
    String evaluate(String expression) {
        String answer = command(
                "Runtime.evaluate",
                "\"awaitPromise\":true,\"expression\":\"" + quoted("(async () => String(await (" + expression + ")))()")
                        + "\"");
        assertThat(answer).as(expression).doesNotContain("\"exceptionDetails\"");
        try (JsonParser json = new JsonFactory().createParser(answer)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.FIELD_NAME
                        && json.currentName().equals("value")) {
                    json.nextToken();
                    return json.getText();
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        throw new AssertionError("no value: " + answer);
    }

    int number(String expression) {
        return Integer.parseInt(evaluate(expression));
    }

    /** Returns the text of the first element that a selector matches, as it is seen. */
    String text(String selector) {
        return evaluate("document.querySelector('" + selector + "').innerText");
    }

    /** Scrolls an element into sight and clicks on its middle. */
    Browser click(String selector) {
        String[] middle = evaluate("(() => { const e = document.querySelector('" + selector
                        + "'); e.scrollIntoView({block: 'center', behavior: 'instant'}); const r = e.getBoundingClientRect();"
                        + " return Math.round(r.left + r.width / 2) + ' ' + Math.round(r.top + r.height / 2); })()")
                .split(" ");
        return press(Integer.parseInt(middle[0]), Integer.parseInt(middle[1]))
                .release(Integer.parseInt(middle[0]), Integer.parseInt(middle[1]));
    }

    Browser press(int x, int y) {
        return mouse("mousePressed", x, y, ",\"button\":\"left\",\"buttons\":1,\"clickCount\":1");
    }

    Browser drag(int x, int y) {
        return mouse("mouseMoved", x, y, ",\"button\":\"left\",\"buttons\":1");
    }

    Browser release(int x, int y) {
        return mouse("mouseReleased", x, y, ",\"button\":\"left\",\"clickCount\":1");
    }

    Browser point(int x, int y) {
        return mouse("mouseMoved", x, y, "");
    }

    Browser wheel(int x, int y, int by) {
        return mouse("mouseWheel", x, y, ",\"deltaX\":0,\"deltaY\":" + by);
    }

    private Browser mouse(String type, int x, int y, String more) {
        command("Input.dispatchMouseEvent", "\"type\":\"" + type + "\",\"x\":" + x + ",\"y\":" + y + more);
        return this;
    }

    /** Presses a key by its name, with {@code Shift+} before it if that is held. */
    Browser key(String name) {
        boolean shift = name.startsWith("Shift+");
        String key = shift ? name.substring(6) : name;
        String typed = key.equals("Enter") ? "\\r" : key.length() == 1 ? key : "";
        String text = typed.isEmpty() ? "" : ",\"text\":\"" + typed + "\"";
        String fields = ",\"key\":\"" + key + "\",\"modifiers\":" + (shift ? 8 : 0);
        command("Input.dispatchKeyEvent", "\"type\":\"keyDown\"" + fields + text);
        command("Input.dispatchKeyEvent", "\"type\":\"keyUp\"" + fields);
        return this;
    }

    /** Types text into what has the focus. */
    Browser type(String text) {
        command("Input.insertText", "\"text\":\"" + quoted(text) + "\"");
        return this;
    }

    /** Writes a picture of the window to a file. */
    void picture(Path file) {
        String answer = command("Page.captureScreenshot", "\"format\":\"png\"");
        Matcher data = Pattern.compile("\"data\":\"([^\"]*)\"").matcher(answer);
        assertThat(data.find()).isTrue();
        FarmTest.write(file, Base64.getDecoder().decode(data.group(1)));
    }

    /** Asserts that the page caused no error, no warning and no dialogue. */
    void assertNoComplaints() {
        assertThat(complaints).isEmpty();
    }

    private static String quoted(String text) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(text));
    }

    private static void kill(Process process) {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(process.toHandle());
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(handle ->
                handle.onExit().orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS).join());
    }

    @Override
    public void close() {
        // By its own will, if it can: then it removes what it has put into the directory for temporary files.
        socket.sendText("{\"id\":0,\"method\":\"Browser.close\"}", true);
        try {
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        socket.abort();
        kill(process);
    }
}
