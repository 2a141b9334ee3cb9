package dev.ockham.cli.export;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** One file on a server of this machine, in ranges, whole or with an end too soon. */
final class Published implements AutoCloseable {
  private final HttpServer server;
  private final List<Long> begins = new CopyOnWriteArrayList<>();
  private volatile byte[] contents;
  private volatile int breaksOffAfter = -1;

  Published(byte[] contents) throws IOException {
    this.contents = contents;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
  }

  void serve(byte[] other) {
    contents = other;
  }

  /** The next answer ends after so many bytes, whatever it announced. */
  void breakOffOnceAfter(int bytes) {
    breaksOffAfter = bytes;
  }

  /** Where each answer began. */
  List<Long> begins() {
    return begins;
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] bytes = contents;
    String range = exchange.getRequestHeaders().getFirst("Range");
    int begin = range == null ? 0 : Integer.parseInt(range.replaceAll("\\D", ""));
    begins.add((long) begin);
    int end = breaksOffAfter < 0 ? bytes.length : Math.min(bytes.length, begin + breaksOffAfter);
    breaksOffAfter = -1;
    exchange.getResponseHeaders().add("ETag", "\"same\"");
    if (begin > 0) {
      exchange
          .getResponseHeaders()
          .add("Content-Range", "bytes %s-%s/%s".formatted(begin, bytes.length - 1, bytes.length));
    }
    exchange.sendResponseHeaders(begin > 0 ? 206 : 200, bytes.length - begin);
    exchange.getResponseBody().write(bytes, begin, end - begin);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
