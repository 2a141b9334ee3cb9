package dev.ockham.report.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.ockham.core.run.Outcome;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunOwner;
import dev.ockham.core.run.RunRecord;
import dev.ockham.report.page.SampleRuns;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.IntStream;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What a client of the page is told, and what nobody gets. */
@Timeout(120)
class WatchServerTest {

  private static final int MANY = 10_000;

  @TempDir private Path temp;
  private Path runs = Path.of("");
  private WatchServer server;

  @BeforeEach
  void serve() throws IOException {
    runs = Files.createDirectories(temp.resolve("runs"));
    server = WatchServer.start(runs, 0);
  }

  @AfterEach
  void end() {
    server.close();
  }

  private RunFolder run(String name) throws IOException {
    return SampleRuns.begun(runs.resolve(name), "mlp:784-20-10", "sparse-vd");
  }

  /** A line as older builds wrote it, which nothing forces to the disk. */
  private static byte[] line(int epoch) {
    return """
    {"epoch":%s,"nll":0.5,"kl":3.25,"beta":0.1,"validation_error_percent":12.5,"sparsity":0.25,\
    "layers":[{"name":"dense1","kept":20,"sparsity":0.5,"live_units":7}],"seconds":0.01}
    """
        .formatted(epoch)
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void append(RunFolder folder, byte[] bytes) throws IOException {
    Files.write(folder.metrics(), bytes, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** What is in use after the JVM has collected garbage, in bytes. */
  private static long live() throws Exception {
    String classes =
        (String)
            ManagementFactory.getPlatformMBeanServer()
                .invoke(
                    new ObjectName("com.sun.management:type=DiagnosticCommand"),
                    "gcClassHistogram",
                    new Object[] {new String[0]},
                    new String[] {String[].class.getName()});
    String total =
        classes.lines().filter(line -> line.startsWith("Total")).findFirst().orElseThrow();
    return Long.parseLong(total.trim().split("\\s+", 4)[2]);
  }

  /** A writer that is as fast as it can, in pieces that end anywhere; the client counts. */
  @Test
  void ofTenThousandEpochsNoneIsLostAndMemoryStays() throws Exception {
    RunFolder folder = run("fast");
    try (EventClient client = new EventClient(server)) {
      Thread writer =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  for (int epoch = 1; epoch <= MANY; epoch++) {
                    byte[] line = line(epoch);
                    int cut = epoch * 7 % line.length;
                    append(folder, Arrays.copyOf(line, cut));
                    append(folder, Arrays.copyOfRange(line, cut, line.length));
                  }
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              });
      List<Integer> epochs = new ArrayList<>();
      long before = 0;
      while (epochs.size() < MANY) {
        EventClient.Event event = client.until(each -> each.is("epochs", "fast"));
        assertThat(event.data().get("anew").asBoolean()).isFalse();
        before = before == 0 ? live() : before;
        epochs.addAll(EventClient.epochs(event));
      }
      writer.join();
      assertThat(epochs).isEqualTo(IntStream.rangeClosed(1, MANY).boxed().toList());
      // As values of a line, ten thousand take some 20 MB; the client's numbers are its own.
      assertThat(live() - before).isLessThan(3 << 20);
    }
    try (EventClient late = new EventClient(server)) {
      List<Integer> epochs = new ArrayList<>();
      while (epochs.size() < MANY) {
        epochs.addAll(EventClient.epochs(late.until(each -> each.is("epochs", "fast"))));
      }
      assertThat(epochs).isEqualTo(IntStream.rangeClosed(1, MANY).boxed().toList());
    }
  }

  @Test
  void runsComeMoveAndGo() throws Exception {
    try (EventClient client = new EventClient(server)) {
      EventClient.Event hello = client.next();
      assertThat(hello.name()).isEqualTo("hello");
      assertThat(hello.data().get("folder").asString()).isEqualTo(runs.toString());
      RunFolder folder = run("sub/one");
      SampleRuns.epochs(folder, 2);
      EventClient.Event told = client.until(each -> each.is("run", "sub/one"));
      assertThat(told.data().get("method").asString()).isEqualTo("sparse-vd");
      assertThat(told.data().get("epochs").asInt()).isEqualTo(4);
      assertThat(told.data().has("alive")).isFalse();
      EventClient.Event epochs = client.until(each -> each.is("epochs", "sub/one"));
      assertThat(EventClient.epochs(epochs)).containsExactly(1, 2);
      assertThat(epochs.data().get("layers").toString()).isEqualTo("[\"dense1\",\"dense2\"]");
      assertThat(epochs.data().get("epochs").get(0).get("units").toString())
          .isEqualTo("[20.0,10.0]");
      Files.move(folder.root(), runs.resolve("two"));
      client.until(each -> each.is("gone", "sub/one"));
      client.until(each -> each.is("epochs", "two"));
    }
  }

  @Test
  void aRunThatIsKilledAndResumedIsToldAnew() throws Exception {
    RunFolder folder = run("one");
    Files.write(folder.lock(), RunOwner.current().encoded());
    SampleRuns.epochs(folder, 3);
    try (EventClient client = new EventClient(server)) {
      assertThat(client.until(each -> each.is("run", "one")).data().get("alive").asBoolean())
          .isTrue();
      client.until(each -> each.is("epochs", "one"));
      Files.writeString(folder.lock(), "999999999 2026-01-01T00:00:00Z\n");
      assertThat(client.until(each -> each.is("run", "one")).data().get("alive").asBoolean())
          .isFalse();
      List<String> lines = Files.readAllLines(folder.metrics());
      Files.write(folder.lock(), RunOwner.current().encoded());
      Files.writeString(folder.metrics(), lines.get(0) + "\n");
      EventClient.Event again = client.until(each -> each.is("epochs", "one"));
      assertThat(again.data().get("anew").asBoolean()).isTrue();
      assertThat(EventClient.epochs(again)).containsExactly(1);
      append(folder, line(2));
      assertThat(EventClient.epochs(client.until(each -> each.is("epochs", "one"))))
          .containsExactly(2);
    }
  }

  @Test
  void whatIsDamagedIsToldAndTheRestIsShown() throws Exception {
    RunFolder folder = run("one");
    append(folder, line(1));
    append(folder, "nonsense\n".getBytes(StandardCharsets.UTF_8));
    append(folder, line(3));
    Files.createDirectories(runs.resolve("bad"));
    Files.writeString(runs.resolve("bad").resolve("run.json"), "{");
    try (EventClient client = new EventClient(server)) {
      EventClient.Event bad = client.until(each -> each.is("run", "bad"));
      assertThat(bad.data().get("problem").asString()).contains("run.json", "not valid JSON");
      assertThat(EventClient.epochs(client.until(each -> each.is("epochs", "one"))))
          .containsExactly(1, 3);
      EventClient.Event told = client.until(each -> each.is("run", "one"));
      assertThat(told.data().get("problem").asString()).contains("metrics.jsonl, line 2");
    }
  }

  private String ask(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.address().getPort())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      socket.shutdownOutput();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private String ask(String method, String path, String host, String... headers)
      throws IOException {
    return ask(
        "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n%s\r\n"
            .formatted(
                method,
                path,
                host,
                Arrays.stream(headers).map(each -> each + "\r\n").reduce("", String::concat)));
  }

  private String host() {
    return "127.0.0.1:" + server.address().getPort();
  }

  private String get(String page) throws IOException {
    return ask("GET", server.address().getPath() + page, host());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "parts.js",
        "watch.js",
        "watch.css",
        "report.css",
        "charts.js",
        "chart.js",
        "scores?run=a"
      })
  void whatThePageNeedsIsThereAndNothingFromElsewhere(String page) throws IOException {
    run("a");
    String answer = get(page);
    assertThat(answer)
        .startsWith("HTTP/1.1 200")
        .containsIgnoringCase("Content-Security-Policy: default-src 'none'")
        .containsIgnoringCase("Cache-Control: no-store")
        .containsIgnoringCase("Referrer-Policy: no-referrer");
    if (!page.equals("chart.js")) {
      assertThat(answer.toLowerCase(Locale.ROOT)).doesNotContain("http://", "https://");
    }
  }

  @Test
  void onlyThePageItselfMayAsk() throws IOException {
    RunFolder folder = run("a");
    String page = server.address().getPath();
    String token = page.replace("/", "");
    assertThat(ask("GET", page, "evil.example:" + server.address().getPort()))
        .startsWith("HTTP/1.1 403");
    assertThat(ask("GET", page, "127.0.0.1")).startsWith("HTTP/1.1 403");
    assertThat(ask("GET", page, "localhost:" + server.address().getPort()))
        .startsWith("HTTP/1.1 200");
    assertThat(ask("GET", page, host(), "Origin: http://evil.example")).startsWith("HTTP/1.1 403");
    String other = "/" + token.replace(token.charAt(3), token.charAt(3) == 'a' ? 'b' : 'a') + "/";
    for (String path : List.of("/", "/events", other, other + "events", "/" + token)) {
      assertThat(ask("GET", path, host())).as(path).startsWith("HTTP/1.1 404");
    }
    String stop = page + "stop?run=a";
    String ours = "Origin: http://" + host();
    assertThat(ask("GET", stop, host())).startsWith("HTTP/1.1 404");
    assertThat(ask("POST", stop, host())).startsWith("HTTP/1.1 403");
    assertThat(ask("POST", stop, host(), "Origin: null")).startsWith("HTTP/1.1 403");
    assertThat(ask("POST", stop, host(), ours, "Origin: http://evil.example"))
        .startsWith("HTTP/1.1 403");
    assertThat(ask("POST", stop, "localhost:" + server.address().getPort(), ours))
        .startsWith("HTTP/1.1 403");
    assertThat(ask("POST", other + "stop?run=a", host(), ours)).startsWith("HTTP/1.1 404");
    assertThat(ask("POST", page + "report?run=a", host(), ours)).startsWith("HTTP/1.1 405");
    assertThat(ask("DELETE", page, host(), ours)).startsWith("HTTP/1.1 405");
    assertThat(folder.stop()).doesNotExist();
    assertThat(ask("POST", stop, host(), ours)).startsWith("HTTP/1.1 200");
    assertThat(folder.stop()).exists();
  }

  @Test
  void aRunThatDoesNotTrainIsNotAskedToStop() throws IOException {
    RunFolder killed = run("killed");
    Files.writeString(killed.lock(), "999999999 2026-01-01T00:00:00Z\n");
    RunFolder finished = SampleRuns.finished(runs.resolve("done"), "mlp:784-20-10", "none");
    for (RunFolder folder : List.of(killed, finished)) {
      String page = server.address().getPath() + "stop?run=" + folder.root().getFileName();
      assertThat(ask("POST", page, host(), "Origin: http://" + host()))
          .startsWith("HTTP/1.1 409")
          .contains("does not train now");
      assertThat(folder.stop()).doesNotExist();
    }
  }

  @Test
  void nothingOutsideIsReached() throws IOException {
    RunFolder outside = SampleRuns.begun(temp.resolve("outside"), "mlp:784-20-10", "sparse-vd");
    Files.createSymbolicLink(runs.resolve("link"), outside.root());
    run("a");
    String ours = "Origin: http://" + host();
    String page = server.address().getPath();
    for (String key :
        List.of(
            "../outside",
            "a/../../outside",
            "..%2Foutside",
            "%2e%2e/outside",
            "link",
            outside.root().toString(),
            "a%00",
            "",
            "a/run.json")) {
      for (String what : List.of("report", "scores", "picture")) {
        assertThat(get(what + "?run=" + key)).as(key).startsWith("HTTP/1.1 409");
      }
      assertThat(ask("POST", page + "stop?run=" + key, host(), ours))
          .as(key)
          .startsWith("HTTP/1.1 409");
    }
    for (String path : List.of("../outside/run.json", "a/run.json", "%2e%2e/x", "watch.html")) {
      assertThat(get(path)).as(path).startsWith("HTTP/1.1 404");
    }
    assertThat(outside.stop()).doesNotExist();
  }

  @Test
  void reportsAndPicturesAreMadeOfTheRun() throws IOException {
    RunFolder folder = SampleRuns.finished(runs.resolve("b"), "mlp:784-20-10", "sparse-vd");
    run("a");
    assertThat(get("report?run=a&run=b"))
        .startsWith("HTTP/1.1 200")
        .contains("<h1>a, b</h1>")
        .containsIgnoringCase("Content-Security-Policy: sandbox allow-scripts");
    assertThat(get("picture?run=b")).startsWith("HTTP/1.1 200").contains("PNG");
    assertThat(get("picture?run=a")).startsWith("HTTP/1.1 409").contains("no checkpoint yet");
    assertThat(get("report")).startsWith("HTTP/1.1 409").contains("at least one run");
    Files.write(folder.checkpoint(), new byte[] {1, 2, 3});
    assertThat(get("picture?run=b")).startsWith("HTTP/1.1 409").contains("last.safetensors");
  }

  @Test
  void aFolderThatIsNoneOrATakenPortIsRefused() throws IOException {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> WatchServer.start(temp.resolve("none"), 0));
    Path file = Files.writeString(temp.resolve("file"), "x");
    assertThatExceptionOfType(NotDirectoryException.class)
        .isThrownBy(() -> WatchServer.start(file, 0));
    int taken = server.address().getPort();
    assertThatExceptionOfType(RunException.class)
        .isThrownBy(() -> WatchServer.start(runs, taken))
        .withMessageContaining("port " + taken);
    server.close();
    try (WatchServer next = WatchServer.start(runs, taken)) {
      assertThat(next.address().getPort()).isEqualTo(taken);
    }
  }

  @Test
  void aFinishedRunTellsWhatItKeeps() throws Exception {
    RunFolder folder = SampleRuns.finished(runs.resolve("done"), "mlp:784-20-10", "sparse-vd");
    Outcome outcome = Objects.requireNonNull(RunRecord.read(folder).outcome());
    try (EventClient client = new EventClient(server)) {
      JsonNode kept = client.until(each -> each.is("run", "done")).data().get("kept");
      // An earlier epoch than the last, whose error is another.
      assertThat(kept.get("error").asDouble()).isEqualTo(5);
      assertThat(kept.get("bytes").asLong()).isEqualTo(outcome.rows().getLast().bytes());
      assertThat(kept.get("sparsity").asDouble())
          .isEqualTo(1 - outcome.rows().getLast().nonzeroWeights() / (double) outcome.weights());
    }
  }

  @Test
  void aRunMayBeTheFolderItself() throws Exception {
    RunFolder folder = run("alone");
    SampleRuns.epochs(folder, 1);
    try (WatchServer own = WatchServer.start(folder.root(), 0);
        EventClient client = new EventClient(own)) {
      EventClient.Event told = client.until(each -> each.is("run", "."));
      assertThat(told.data().get("name").asString()).isEqualTo("alone");
      client.until(each -> each.is("epochs", "."));
    }
  }
}
