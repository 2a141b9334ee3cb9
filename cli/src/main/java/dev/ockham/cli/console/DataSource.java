package dev.ockham.cli.console;

import dev.ockham.core.data.DataLocations;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.DatasetResolver;
import dev.ockham.core.data.ExampleCache;
import dev.ockham.core.data.RandomInputs;
import dev.ockham.core.input.ArrayExamples;
import dev.ockham.core.sequence.AudioData;
import dev.ockham.core.sequence.TextData;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.table.SampleTables;
import dev.ockham.core.table.TableData;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.graph.Graph;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
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
    return find(DataSpec.defaults().named(name), network, err);
  }

  /** As {@link #find(DataSpec, PrintWriter)}, or random inputs for a network. */
  public static Dataset find(DataSpec spec, Graph network, PrintWriter err) throws IOException {
    String name = spec.name();
    try {
      Optional<RandomInputs> random = RandomInputs.named(name);
      return random.isPresent() ? random.get().draw(name, network) : find(spec, err);
    } catch (IllegalArgumentException e) {
      throw new SpecException("--data: " + e.getMessage());
    }
  }

  /** The data of a name or path, wherever they are. */
  public static Dataset find(String name, PrintWriter err) throws IOException {
    return find(DataSpec.defaults().named(name), err);
  }

  /** The data that a spec names, read as it says. */
  public static Dataset find(DataSpec spec, PrintWriter err) throws IOException {
    try (DownloadProgress progress = new DownloadProgress(err)) {
      return new DatasetResolver(DataLocations.ofProcess(), progress).resolve(spec);
    }
  }

  /**
   * As {@link #findBy}, for data of another kind: what a model would predict from, with labels that
   * it need not know, or with none.
   */
  public static Dataset findForeign(DataRules rules, DataSpec spec, PrintWriter err)
      throws IOException {
    DataRules inputs = rules.table().map(DataRules.NONE::withTable).orElse(DataRules.NONE);
    inputs = rules.text().map(inputs::withText).orElse(inputs);
    inputs = rules.audio().map(inputs::withAudio).orElse(inputs);
    return findBy(rules.picture().map(inputs::withPicture).orElse(inputs), spec, err);
  }

  /**
   * The data that a spec names, by the rules of a model: rows of a table become its examples, and
   * pictures get its size.
   *
   * @param spec names the data, and says what else there is to their reading
   */
  public static Dataset findBy(DataRules rules, DataSpec spec, PrintWriter err) throws IOException {
    try (DownloadProgress progress = new DownloadProgress(err)) {
      Optional<SampleTables.Sample> sample = SampleTables.named(spec.name());
      if (sample.isPresent() && (rules.table().isPresent() || rules.text().isPresent())) {
        return SampleTables.read(
            sample.get(), spec, (name, file, data) -> by(rules, name, file, data, progress));
      }
      return by(rules, spec.name(), Path.of(spec.name()), spec, progress);
    }
  }

  private static Dataset by(
      DataRules rules, String name, Path place, DataSpec spec, DownloadProgress progress)
      throws IOException {
    if (rules.table().isPresent()) {
      ExampleCache cache = ExampleCache.in(DataLocations.ofProcess().decoded(), progress);
      return TableData.readBy(name, place, rules, spec.table(), cache);
    }
    if (rules.text().isPresent() && !ArrayExamples.isAt(place)) {
      return TextData.readBy(name, place, rules, spec, progress);
    }
    if (rules.audio().isPresent() && !ArrayExamples.isAt(place)) {
      return AudioData.read(name, place, rules.audio().orElseThrow(), progress);
    }
    return new DatasetResolver(DataLocations.ofProcess(), progress)
        .resolve(rules.picture().map(spec::with).orElse(spec));
  }
}
