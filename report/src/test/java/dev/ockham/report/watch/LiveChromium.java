package dev.ockham.report.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A headless browser that stays open, driven by Chrome's debugging protocol. */
final class LiveChromium implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int SECONDS = 150;

  private final Process process;
  private final HttpClient client = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private int number;

  /** Opens a page. */
  LiveChromium(Path program, URI page, Path work) throws IOException, InterruptedException {
    Path profile = work.resolve("profile");
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--user-data-dir=" + profile,
                "--remote-debugging-port=0",
                page.toString())
            .redirectErrorStream(true)
            .redirectOutput(work.resolve("chromium.log").toFile())
            .start();
    socket =
        client
            .newWebSocketBuilder()
            .buildAsync(target(profile.resolve("DevToolsActivePort"), page), new Listener())
            .join();
  }

  private final class Listener implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      message.append(data);
      if (last) {
        answers.add(message.toString());
        message.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private URI target(Path portFile, URI page) throws IOException, InterruptedException {
    for (int i = 0; i < SECONDS * 10; i++) {
      Thread.sleep(100);
      List<String> lines = Files.exists(portFile) ? Files.readAllLines(portFile) : List.of();
      if (lines.size() < 2) {
        continue;
      }
      URI list = URI.create("http://127.0.0.1:" + lines.getFirst() + "/json/list");
      String text =
          client
              .send(HttpRequest.newBuilder(list).build(), HttpResponse.BodyHandlers.ofString())
              .body();
      for (JsonNode each : JSON.readTree(text)) {
        if (each.get("url").asString().startsWith(page.toString())) {
          return URI.create(each.get("webSocketDebuggerUrl").asString());
        }
      }
    }
    throw new AssertionError("the browser did not open " + page);
  }

  private JsonNode call(String method, Map<String, ?> parameters) throws InterruptedException {
    int id = ++number;
    String text = JSON.writeValueAsString(Map.of("id", id, "method", method, "params", parameters));
    socket.sendText(text, true).join();
    while (true) {
      String answer = answers.poll(SECONDS, TimeUnit.SECONDS);
      assertThat(answer).as("an answer to " + method).isNotNull();
      JsonNode message = JSON.readTree(answer);
      if (message.has("id") && message.get("id").asInt() == id) {
        assertThat(message.has("error")).as(answer).isFalse();
        return message.get("result");
      }
    }
  }

  /** What a script comes to, as text. */
  String evaluate(String script) throws InterruptedException {
    JsonNode result = call("Runtime.evaluate", Map.of("expression", "String(" + script + ")"));
    assertThat(result.has("exceptionDetails")).as(result.toString()).isFalse();
    return result.get("result").get("value").asString();
  }

  /** Waits until a script comes to true. */
  void await(String script) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
    // What a page that is not loaded yet lacks is not there yet, and no mistake.
    String patient =
        "(() => { try { return %s; } catch (lacking) { return lacking; } })()".formatted(script);
    while (!evaluate(patient).equals("true")) {
      if (System.nanoTime() > end) {
        String says = evaluate("JSON.stringify(document.documentElement?.dataset)");
        throw new AssertionError(script + "; the page says " + says);
      }
      Thread.sleep(100);
    }
  }

  /** Gives the page a size and a colour scheme. */
  void show(int width, int height, boolean dark) throws InterruptedException {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    call(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  /** A key press, as of {@code Tab} or {@code Enter}. */
  void press(String key, int code, String text) throws InterruptedException {
    for (String type : List.of("keyDown", "keyUp")) {
      call(
          "Input.dispatchKeyEvent",
          Map.of("type", type, "key", key, "windowsVirtualKeyCode", code, "text", text));
    }
  }

  /** What is in the window, or the whole page, as a PNG. */
  void picture(Path file, boolean whole) throws IOException, InterruptedException {
    JsonNode result =
        call("Page.captureScreenshot", Map.of("format", "png", "captureBeyondViewport", whole));
    Files.write(file, Base64.getDecoder().decode(result.get("data").asString()));
  }

  @Override
  public void close() {
    socket.abort();
    client.close();
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
