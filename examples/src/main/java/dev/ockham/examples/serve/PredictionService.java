package dev.ockham.examples.serve;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Answers over HTTP, on the JDK's own server and {@code ockham-runtime} alone.
 *
 * <pre>{@code
 * java -cp examples/target/classes:runtime/target/ockham-runtime.jar \
 *   dev.ockham.examples.serve.PredictionService model.safetensors 8080
 * curl -H 'Content-Type: application/json' -d '[5.1, 3.5, 1.4, 0.2]' localhost:8080/predict
 * }</pre>
 *
 * <p>{@code POST /predict} takes JSON, CSV or octets (see {@link RequestExamples}), {@code GET
 * /metrics} is for Prometheus and {@code GET /health} for whoever watches. When the model's file is
 * replaced, the new model answers; requests that cannot be answered soon get 503 at once.
 */
public final class PredictionService implements AutoCloseable {
  private static final String JSON = "application/json";
  private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final Limits limits;
  private final ServiceMetrics metrics = new ServiceMetrics();
  private final ServedModel model;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final int places;
  private final Semaphore admitted;
  private final Semaphore computing;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean stopping;

  private record Reply(int status, String type, String text) {}

  private PredictionService(Path file, InetSocketAddress address, Limits limits)
      throws IOException {
    this.limits = limits;
    places = limits.waiting() + limits.computing();
    admitted = new Semaphore(places);
    computing = new Semaphore(limits.computing(), true);
    model = new ServedModel(file, limits.reload(), metrics);
    try {
      server = HttpServer.create(address, 1024);
    } catch (IOException e) {
      model.close();
      throw e;
    }
    server.setExecutor(threads);
    server.createContext("/predict", this::predict);
    server.createContext("/metrics", this::metrics);
    server.createContext("/health", this::health);
    server.start();
  }

  /**
   * Starts a service.
   *
   * @param file the model's; a new one in its place is loaded
   * @param address where it listens; port 0 for any that is free
   * @throws IOException if the file cannot be loaded, or the port is taken
   */
  public static PredictionService start(Path file, InetSocketAddress address, Limits limits)
      throws IOException {
    return new PredictionService(file, address, limits);
  }

  /** Serves a model file on this machine's loopback address until the process is told to end. */
  public static void main(String[] args) {
    // Slow clients may not hold a place for long; answers are not held back to fill packets.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "10");
    System.setProperty("sun.net.httpserver.nodelay", "true");
    // Without this, connections above 200 are closed between two requests, and clients see errors.
    System.setProperty("sun.net.httpserver.maxIdleConnections", "4096");
    try {
      PredictionService service = start(file(args), address(args), Limits.standard());
      Runtime.getRuntime().addShutdownHook(new Thread(service::close));
    } catch (IOException | IllegalArgumentException e) {
      System.err.println("PredictionService: " + ServedModel.told(e));
      System.exit(1);
    }
  }

  /** The model's file, the first of what was asked. */
  static Path file(String[] args) {
    if (args.length < 1 || args.length > 2) {
      throw new IllegalArgumentException("say MODEL [PORT]; the port is 8080 else");
    }
    return Path.of(args[0]);
  }

  /** Where to listen: the second of what was asked, or 8080. */
  static InetSocketAddress address(String[] args) {
    String port = args.length > 1 ? args[1] : "8080";
    if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > 65535) {
      throw new IllegalArgumentException(
          "PORT is '%s'; it must be from 0 to 65535".formatted(port));
    }
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
  }

  /** The port that it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  /**
   * Stops: refuses new requests, and waits for those that are there as long as the limits say. Then
   * it listens no more.
   */
  @Override
  public void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    stopping = true;
    boolean done = false;
    try {
      done = admitted.tryAcquire(places, limits.stopping().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    model.close();
    server.stop(0);
    if (done) {
      threads.close();
    } else {
      threads.shutdownNow();
    }
  }

  private void predict(HttpExchange exchange) throws IOException {
    long began = System.nanoTime();
    boolean admits = !stopping && admitted.tryAcquire();
    try (exchange) {
      Reply reply;
      try {
        if (!admits) {
          exchange.getResponseHeaders().set("Retry-After", "1");
          throw new RequestException(503, stopping ? "stopping" : "too many requests at once");
        }
        reply = new Reply(200, JSON, answer(exchange));
      } catch (RequestException e) {
        reply = new Reply(e.status(), JSON, AnswerText.error(String.valueOf(e.getMessage())));
      }
      send(exchange, reply);
      metrics.answered(reply.status(), System.nanoTime() - began);
    } finally {
      if (admits) {
        admitted.release();
      }
    }
  }

  private String answer(HttpExchange exchange) throws IOException, RequestException {
    if (!exchange.getRequestMethod().equals("POST")) {
      exchange.getResponseHeaders().set("Allow", "POST");
      throw new RequestException(405, "send examples with POST");
    }
    byte[] body = exchange.getRequestBody().readNBytes(limits.bodyBytes() + 1);
    if (body.length > limits.bodyBytes()) {
      throw new RequestException(
          413, "the body is longer than %s bytes".formatted(limits.bodyBytes()));
    }
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    ServedModel.Loaded now = model.current();
    computing.acquireUninterruptibly();
    try {
      float[] examples =
          new RequestExamples(now.predictor(), limits.examples())
              .read(type == null ? "" : type, body);
      float[] values = now.predictor().predict(examples, 1);
      metrics.predicted(values.length / now.predictor().outputs());
      return AnswerText.of(now.sha256(), now.predictor(), values);
    } finally {
      computing.release();
    }
  }

  private void metrics(HttpExchange exchange) throws IOException {
    try (exchange) {
      int inFlight = places - admitted.availablePermits();
      send(exchange, new Reply(200, TEXT, metrics.text(inFlight, model.current().sha256())));
    }
  }

  /** The old model answers on beside a bad file, so that this is no failure. */
  private void health(HttpExchange exchange) throws IOException {
    try (exchange) {
      String text = model.problem().isEmpty() ? "ok" : "ok, but the new file is not: ";
      send(
          exchange,
          new Reply(
              stopping ? 503 : 200, TEXT, (stopping ? "stopping" : text + model.problem()) + "\n"));
    }
  }

  private static void send(HttpExchange exchange, Reply reply) throws IOException {
    byte[] bytes = reply.text().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", reply.type());
    exchange.sendResponseHeaders(reply.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
  }
}
