package dev.ockham.report.watch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Server-sent events, as the HTML standard has them (section 9.2), with JSON as their data. */
final class EventStream {

  private static final JsonMapper JSON = new JsonMapper();
  private static final long NANOS_OF_SILENCE = 10_000_000_000L;

  private final OutputStream out;
  private long saidAt = System.nanoTime();
  private boolean waiting;

  EventStream(OutputStream out) {
    this.out = out;
  }

  /** Writes an event; it goes out with the next {@link #flush}. */
  void send(String name, Map<String, ?> data) throws IOException {
    String event = "event: %s\ndata: %s\n\n".formatted(name, JSON.writeValueAsString(data));
    out.write(event.getBytes(StandardCharsets.UTF_8));
    waiting = true;
  }

  /**
   * Hands over what was written. After a long silence it is a comment, by which a client that has
   * gone is noticed.
   */
  void flush() throws IOException {
    if (!waiting && System.nanoTime() - saidAt >= NANOS_OF_SILENCE) {
      out.write(":\n\n".getBytes(StandardCharsets.UTF_8));
      waiting = true;
    }
    if (waiting) {
      out.flush();
      saidAt = System.nanoTime();
      waiting = false;
    }
  }
}
