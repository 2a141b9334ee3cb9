package dev.ockham.cli.console;

import dev.ockham.core.data.DataLocations;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DatasetResolver;
import dev.ockham.core.data.RandomInputs;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.data.PictureRules;
import dev.ockham.runtime.file.DataRules;
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
    return find(name, PictureRules.AS_THEY_ARE, err);
  }

  /**
   * The data of a name or path.
   *
   * @param verify whether what is kept decoded from before is compared with its hash
   */
  public static Dataset find(String name, boolean verify, PrintWriter err) throws IOException {
    try (DownloadProgress progress = new DownloadProgress(err)) {
      DatasetResolver resolver = new DatasetResolver(DataLocations.ofProcess(), progress);
      return (verify ? resolver.verifying() : resolver).resolve(name);
    }
  }

  /** As {@link #find(String, Graph, PrintWriter)}, read by the rules that a spec gives. */
  public static Dataset find(DataSpec data, Graph network, PrintWriter err) throws IOException {
    return data.name().startsWith(RandomInputs.PREFIX)
        ? find(data.name(), network, err)
        : find(data.name(), data.pictures(), err);
  }

  /** As {@link #find(String, Graph, PrintWriter)}, read as the data of a model were. */
  public static Dataset find(String name, DataRules model, Graph network, PrintWriter err)
      throws IOException {
    return name.startsWith(RandomInputs.PREFIX)
        ? find(name, network, err)
        : find(name, model.picture().orElse(PictureRules.AS_THEY_ARE), err);
  }

  /** The data of a name or path, pictures read by rules. */
  public static Dataset find(String name, PictureRules pictures, PrintWriter err)
      throws IOException {
    try (DownloadProgress progress = new DownloadProgress(err)) {
      return new DatasetResolver(DataLocations.ofProcess(), progress)
          .withPictures(pictures)
          .resolve(name);
    }
  }
}
