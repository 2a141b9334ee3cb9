package dev.ockham.report.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads server-sent events as they come. */
final class EventClient implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();

  /** An event. */
  record Event(String name, JsonNode data) {
    boolean is(String wanted, String run) {
      return name.equals(wanted) && data.get("run").asString().equals(run);
    }
  }

  private final HttpClient client = HttpClient.newHttpClient();
  private final BufferedReader in;

  EventClient(WatchServer server) throws IOException, InterruptedException {
    URI events = server.address().resolve("events");
    var answer =
        client.send(
            HttpRequest.newBuilder(events).build(), HttpResponse.BodyHandlers.ofInputStream());
    assertThat(answer.statusCode()).isEqualTo(200);
    in = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
  }

  /** The next event. */
  Event next() throws IOException {
    String name = "";
    JsonNode data = JSON.createObjectNode();
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (line.startsWith("event: ")) {
        name = line.substring("event: ".length());
      } else if (line.startsWith("data: ")) {
        data = JSON.readTree(line.substring("data: ".length()));
      } else if (line.isEmpty() && !name.isEmpty()) {
        return new Event(name, data);
      }
    }
    throw new IOException("the events end");
  }

  /** The next event of a kind; those before it are passed over. */
  Event until(Predicate<Event> wanted) throws IOException {
    while (true) {
      Event event = next();
      if (wanted.test(event)) {
        return event;
      }
    }
  }

  /** Numbers of the epochs in an event. */
  static List<Integer> epochs(Event event) {
    List<Integer> epochs = new ArrayList<>();
    event.data().get("epochs").forEach(each -> epochs.add(each.get("epoch").asInt()));
    return epochs;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
