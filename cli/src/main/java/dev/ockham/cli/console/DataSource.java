package dev.ockham.cli.console;

import dev.ockham.core.data.DataLocations;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DatasetResolver;
import dev.ockham.core.data.RandomInputs;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.graph.Graph;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Optional;

/** Finds data for a command, showing downloads and long reading. */
public final class DataSource {

  private DataSource() {}

  /**
   * As {@link #find(String, PrintWriter)}, or random inputs for a network.
   *
   * @param network what the inputs of {@code random:N} are for
   * @throws SpecException if a name of random inputs is not understood
   */
  public static Dataset find(String name, Graph network, PrintWriter err) throws IOException {
    try {
      Optional<RandomInputs> random = RandomInputs.named(name);
      return random.isPresent() ? random.get().draw(name, network) : find(name, err);
    } catch (IllegalArgumentException e) {
      throw new SpecException("--data: " + e.getMessage());
    }
  }

  /** The data of a name or path, wherever they are. */
  public static Dataset find(String name, PrintWriter err) throws IOException {
    try (DownloadProgress progress = new DownloadProgress(err)) {
      return new DatasetResolver(DataLocations.ofProcess(), progress).resolve(name);
    }
  }
}
