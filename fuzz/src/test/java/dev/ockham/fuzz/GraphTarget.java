package dev.ockham.fuzz;

import dev.ockham.runtime.file.GraphJson;
import dev.ockham.runtime.graph.Graph;
import java.nio.charset.StandardCharsets;

/** Networks as JSON, {@code network.json}: what is read is written and read again as the same. */
public final class GraphTarget {

  private GraphTarget() {}

  /** Called by Jazzer with each input. */
  public static void fuzzerTestOneInput(byte[] data) {
    Refusal.orRead(
        data,
        bytes -> {
          Graph graph = GraphJson.read(new String(bytes, StandardCharsets.UTF_8));
          if (!GraphJson.read(GraphJson.writeReadable(graph)).equals(graph)) {
            throw new IllegalStateException("a graph that is written is another");
          }
        });
  }
}
