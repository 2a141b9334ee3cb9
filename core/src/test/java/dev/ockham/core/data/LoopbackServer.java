package dev.ockham.core.data;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A file server on this machine that can be told to misbehave. */
final class LoopbackServer implements AutoCloseable {
  /** What a server does with one request. */
  enum Manner {
    /** Sends what is asked for, ranges too. */
    PROPER,
    /** Ignores ranges. */
    WHOLE_ONLY,
    /** Promises everything, sends half of it and drops the connection. */
    DIES_HALFWAY,
    /** Promises everything, sends half of it and stays silent. */
    FALLS_SILENT,
    /** Takes the request and never answers. */
    NEVER_ANSWERS,
    /** Status 503. */
    UNAVAILABLE,
    /** Answers a range request with another range. */
    WRONG_RANGE
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, byte[]> files = new ConcurrentHashMap<>();
  private final List<Manner> script = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  LoopbackServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Address of the folder, ending in a slash. */
  URI home() {
    return URI.create(
        "http://"
            + InetAddress.getLoopbackAddress().getHostAddress()
            + ":"
            + server.getAddress().getPort()
            + "/");
  }

  void put(String name, byte[] contents) {
    files.put("/" + name, contents);
  }

  void remove(String name) {
    files.remove("/" + name);
  }

  /** How to treat the next requests, one each; afterwards properly. */
  void behave(Manner... manners) {
    script.addAll(List.of(manners));
  }

  /** Each request so far: its path, a space, and its range or {@code -}. */
  List<String> requests() {
    return requests;
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String range = exchange.getRequestHeaders().getFirst("Range");
    requests.add(path + " " + (range == null ? "-" : range));
    Manner manner = script.isEmpty() ? Manner.PROPER : script.removeFirst();
    byte[] contents = files.get(path);
    try (exchange) {
      if (manner == Manner.NEVER_ANSWERS) {
        awaitClose();
      } else if (contents == null) {
        exchange.sendResponseHeaders(404, -1);
      } else if (manner == Manner.UNAVAILABLE) {
        exchange.sendResponseHeaders(503, -1);
      } else {
        send(exchange, contents, manner, manner == Manner.WHOLE_ONLY ? 0 : start(range));
      }
    }
  }

  private void send(HttpExchange exchange, byte[] contents, Manner manner, int start)
      throws IOException {
    if (start >= contents.length) {
      exchange.sendResponseHeaders(416, -1);
      return;
    }
    if (start > 0) {
      int shown = manner == Manner.WRONG_RANGE ? start - 1 : start;
      exchange
          .getResponseHeaders()
          .set(
              "Content-Range",
              "bytes %s-%s/%s".formatted(shown, contents.length - 1, contents.length));
    }
    int left = contents.length - start;
    boolean half = manner == Manner.DIES_HALFWAY || manner == Manner.FALLS_SILENT;
    exchange.sendResponseHeaders(start > 0 ? 206 : 200, left);
    exchange.getResponseBody().write(contents, start, half ? left / 2 : left);
    exchange.getResponseBody().flush();
    if (manner == Manner.FALLS_SILENT) {
      awaitClose();
    }
  }

  private void awaitClose() throws IOException {
    try {
      closed.await();
    } catch (InterruptedException e) {
      throw new IOException("server stopped", e);
    }
  }

  private static int start(@Nullable String range) {
    return range == null ? 0 : Integer.parseInt(range.substring(6, range.length() - 1));
  }
}
