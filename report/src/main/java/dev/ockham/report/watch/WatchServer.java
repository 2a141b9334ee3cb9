package dev.ockham.report.watch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.StopRequest;
import dev.ockham.report.event.ScoreHistory;
import dev.ockham.report.page.FirstLayer;
import dev.ockham.report.page.PageResources;
import dev.ockham.report.page.ReportPage;
import dev.ockham.report.page.ReportedRun;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import tools.jackson.databind.json.JsonMapper;

/**
 * Shows the runs of a folder while they train, on this machine's loopback address. {@code GET
 * events} are server-sent events: {@code hello} first, then {@code run} whenever something about a
 * run changes, {@code epochs} with those that ended, and {@code gone}. A client that connects again
 * is told everything from the start, so that it needs to remember nothing.
 *
 * <p>No file is served as it is: what the page shows are numbers of the runs' files, pictures drawn
 * of them, and reports made of them. A run is asked for by the key that it was announced with.
 */
public final class WatchServer implements AutoCloseable {

  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final int MOST_CLIENTS = 16;
  private static final int MOST_HISTORIES = 8;
  private static final long MILLIS_BETWEEN_LOOKS = 250;
  private static final JsonMapper JSON = new JsonMapper();

  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  /** A report has its scripts in it; it may run them, and nothing else of this address. */
  private static final String REPORT_POLICY =
      "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline';"
          + " style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

  private final RunFinder finder;
  private final HttpServer server;
  private final Access access;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore clients = new Semaphore(MOST_CLIENTS);

  /** Reports and pictures hold all weights of a network; one at a time is enough. */
  private final Semaphore drawing = new Semaphore(1, true);

  private final Map<RunFolder, ScoreHistory> histories =
      new LinkedHashMap<>(MOST_HISTORIES, 0.75f, true);
  private volatile boolean closed;

  /** What is sent back. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Reply(int status, String type, byte[] body, String policy) {
    static Reply of(String type, String text) {
      return new Reply(200, type, text.getBytes(StandardCharsets.UTF_8), POLICY);
    }

    static Reply refused(int status, String why) {
      return new Reply(
          status,
          "text/plain; charset=utf-8",
          (why + "\n").getBytes(StandardCharsets.UTF_8),
          POLICY);
    }
  }

  private WatchServer(Path folder, int port) throws IOException {
    finder = new RunFinder(folder);
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port);
    try {
      server = HttpServer.create(address, 64);
    } catch (BindException e) {
      throw new RunException(
          "port %s of 127.0.0.1 cannot be used (%s); another --port, or none, may"
              .formatted(port, e.getMessage()));
    }
    access = new Access(Access.secret(), server.getAddress().getPort());
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  /**
   * Begins to serve.
   *
   * @param folder where runs are, or will be
   * @param port of the loopback address; 0 for any that is free
   * @throws IOException if there is no such folder, or the port is taken
   */
  public static WatchServer start(Path folder, int port) throws IOException {
    if (!Files.exists(folder)) {
      throw new NoSuchFileException(folder.toString());
    }
    if (!Files.isDirectory(folder)) {
      throw new NotDirectoryException(folder.toString());
    }
    return new WatchServer(folder, port);
  }

  /** The page, with the secret that it needs. */
  public URI address() {
    return URI.create("http://127.0.0.1:%s/%s/".formatted(access.port(), access.token()));
  }

  private void handle(HttpExchange exchange) {
    try (exchange) {
      String path = exchange.getRequestURI().getRawPath();
      int slash = path.indexOf('/', 1);
      String token = slash < 0 ? "" : path.substring(1, slash);
      String what = slash < 0 ? "" : path.substring(slash + 1);
      boolean post = exchange.getRequestMethod().equals("POST");
      Reply reply =
          switch (access.of(exchange.getRequestHeaders(), token, post)) {
            case WRONG_HOST -> Reply.refused(403, "this is not the host that was asked for");
            case WRONG_ORIGIN -> Reply.refused(403, "another page may not ask this");
            case WRONG_TOKEN ->
                Reply.refused(404, "nothing is here; 'ockham watch' printed the whole address");
            case GRANTED -> {
              if (what.equals("events") && !post) {
                events(exchange);
                yield null;
              }
              yield answer(exchange, what, post);
            }
          };
      if (reply != null) {
        send(exchange, reply);
      }
    } catch (IOException e) {
      // The client is gone.
    }
  }

  private Reply answer(HttpExchange exchange, String what, boolean post) {
    try {
      List<String> asked = asked(exchange);
      if (post) {
        return what.equals("stop")
            ? stop(asked)
            : Reply.refused(405, "only 'stop' is asked for by POST");
      }
      if (!exchange.getRequestMethod().equals("GET")) {
        return Reply.refused(405, "GET or POST");
      }
      return switch (what) {
        case "" -> Reply.of("text/html; charset=utf-8", own("watch.html"));
        case "watch.js" -> script(own("watch.js"));
        case "watch.css" -> Reply.of("text/css; charset=utf-8", own("watch.css"));
        case "report.css" -> Reply.of("text/css; charset=utf-8", PageResources.own("report.css"));
        case "charts.js" -> script(PageResources.own("charts.js"));
        case "chart.js" -> script(PageResources.chartLibrary());
        case "scores" -> scores(asked);
        case "picture" -> drawn(() -> picture(asked));
        case "report" -> drawn(() -> report(asked));
        default -> Reply.refused(404, "there is no such page");
      };
    } catch (IOException | RuntimeException e) {
      return Reply.refused(409, String.valueOf(e.getMessage()));
    }
  }

  private static Reply script(String text) {
    return Reply.of("text/javascript; charset=utf-8", text);
  }

  private static String own(String name) throws IOException {
    return PageResources.watch(name);
  }

  /** Makes a reply for which all weights of a network are read. */
  private interface Drawing {
    Reply make() throws IOException;
  }

  private Reply drawn(Drawing drawing) throws IOException {
    this.drawing.acquireUninterruptibly();
    try {
      return drawing.make();
    } finally {
      this.drawing.release();
    }
  }

  /** The keys of the runs that are asked for: the values of {@code run} in the query. */
  private static List<String> asked(HttpExchange exchange) {
    String query = exchange.getRequestURI().getRawQuery();
    List<String> asked = new ArrayList<>();
    for (String pair : query == null ? new String[0] : query.split("&")) {
      if (pair.startsWith("run=")) {
        asked.add(URLDecoder.decode(pair.substring("run=".length()), StandardCharsets.UTF_8));
      }
    }
    return asked;
  }

  /** A run by its key. A key is never made a path: it is one that was found, or nothing. */
  private RunFolder run(String key) throws RunException {
    RunFolder run = finder.runs().get(key);
    if (run == null) {
      throw new RunException("there is no such run here (any more)");
    }
    return run;
  }

  private RunFolder only(List<String> asked) throws RunException {
    if (asked.size() != 1) {
      throw new RunException("one run=KEY is needed");
    }
    return run(asked.getFirst());
  }

  private Reply stop(List<String> asked) throws IOException {
    StopRequest.make(only(asked));
    return Reply.of("application/json", "{}");
  }

  private Reply scores(List<String> asked) throws IOException {
    RunFolder run = only(asked);
    ScoreHistory history;
    synchronized (histories) {
      history = histories.computeIfAbsent(run, ScoreHistory::new);
      if (histories.size() > MOST_HISTORIES) {
        histories.remove(histories.keySet().iterator().next());
      }
    }
    return Reply.of("application/json", JSON.writeValueAsString(history.layers()));
  }

  private Reply picture(List<String> asked) throws IOException {
    RunFolder run = only(asked);
    if (!run.hasCheckpoint()) {
      throw new RunException("there is no checkpoint yet");
    }
    return new Reply(200, "image/png", FirstLayer.of(run).png(), POLICY);
  }

  private Reply report(List<String> asked) throws IOException {
    List<ReportedRun> runs = new ArrayList<>();
    for (String key : asked) {
      runs.add(ReportedRun.read(finder.title(key), run(key)));
    }
    return new Reply(
        200,
        "text/html; charset=utf-8",
        ReportPage.html(runs).getBytes(StandardCharsets.UTF_8),
        REPORT_POLICY);
  }

  private void events(HttpExchange exchange) throws IOException {
    if (!clients.tryAcquire()) {
      send(exchange, Reply.refused(503, MOST_CLIENTS + " pages watch already"));
      return;
    }
    try {
      headers(exchange, "text/event-stream; charset=utf-8", POLICY);
      exchange.sendResponseHeaders(200, 0);
      EventStream out = new EventStream(exchange.getResponseBody());
      out.send(
          "hello",
          Map.of(
              "folder", finder.root().toAbsolutePath().normalize().toString(),
              "runs", List.copyOf(finder.runs().keySet())));
      SortedMap<String, WatchedRun> watched = new TreeMap<>();
      while (!closed) {
        boolean more = look(watched, out);
        out.flush();
        if (!more) {
          Thread.sleep(MILLIS_BETWEEN_LOOKS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      clients.release();
    }
  }

  /** Sends a client what is new of all runs; whether there is more at once. */
  private boolean look(SortedMap<String, WatchedRun> watched, EventStream out) throws IOException {
    SortedMap<String, RunFolder> runs = finder.runs();
    for (String key : List.copyOf(watched.keySet())) {
      if (!runs.containsKey(key)) {
        watched.remove(key);
        out.send("gone", Map.of("run", key));
      }
    }
    boolean more = false;
    for (Map.Entry<String, RunFolder> run : runs.entrySet()) {
      WatchedRun each =
          watched.computeIfAbsent(
              run.getKey(), key -> new WatchedRun(key, finder.title(key), run.getValue()));
      more |= each.poll(out);
    }
    return more;
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    headers(exchange, reply.type(), reply.policy());
    exchange.sendResponseHeaders(reply.status(), reply.body().length);
    exchange.getResponseBody().write(reply.body());
  }

  private static void headers(HttpExchange exchange, String type, String policy) {
    Map<String, String> headers =
        Map.of(
            "Content-Type", type,
            "Content-Security-Policy", policy,
            "Cache-Control", "no-store",
            "Referrer-Policy", "no-referrer",
            "X-Content-Type-Options", "nosniff",
            "Cross-Origin-Resource-Policy", "same-origin",
            "Cross-Origin-Opener-Policy", "same-origin");
    headers.forEach(exchange.getResponseHeaders()::set);
  }

  /** Ends the server, and what it still sends. */
  @Override
  public void close() {
    closed = true;
    server.stop(0);
    threads.shutdownNow();
  }
}
