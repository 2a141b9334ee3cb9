package dev.ockham.report.watch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.ockham.core.run.RunException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

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
  private static final long MILLIS_BETWEEN_LOOKS = 250;

  private final RunFinder finder;
  private final HttpServer server;
  private final Access access;
  private final WatchPages pages;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore clients = new Semaphore(MOST_CLIENTS);
  private volatile boolean closed;

  private WatchServer(Path folder, int port) throws IOException {
    finder = new RunFinder(folder);
    pages = new WatchPages(finder);
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
              yield pages.answer(exchange.getRequestMethod(), what, exchange.getRequestURI());
            }
          };
      if (reply != null) {
        send(exchange, reply);
      }
    } catch (IOException e) {
      // The client is gone.
    }
  }

  private void events(HttpExchange exchange) throws IOException {
    if (!clients.tryAcquire()) {
      send(exchange, Reply.refused(503, MOST_CLIENTS + " pages watch already"));
      return;
    }
    try {
      headers(exchange, "text/event-stream; charset=utf-8", Reply.POLICY);
      exchange.sendResponseHeaders(200, 0);
      RunFeed feed = new RunFeed(finder, new EventStream(exchange.getResponseBody()));
      feed.greet();
      while (!closed) {
        if (!feed.look()) {
          Thread.sleep(MILLIS_BETWEEN_LOOKS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      clients.release();
    }
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
