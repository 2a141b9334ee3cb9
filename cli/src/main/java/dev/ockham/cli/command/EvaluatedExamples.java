package dev.ockham.cli.command;

import dev.ockham.cli.console.DataSource;
import dev.ockham.cli.console.RecordedData;
import dev.ockham.cli.console.TableReadingOptions;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.RandomInputs;
import dev.ockham.core.data.Split;
import dev.ockham.core.run.RunException;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.core.spec.SpecException;
import dev.ockham.core.table.SampleTables;
import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/**
 * Which examples {@code ockham evaluate} measures a network on.
 *
 * @param network what is measured
 * @param given the data that the user names; null for those of training
 * @param asked the part that the user asks for; null for the usual one
 * @param table how a table is read, where the network does not say
 */
record EvaluatedExamples(
    EvaluatedNetwork network,
    @Nullable String given,
    @Nullable Part asked,
    TableReadingOptions table) {

  /** Which part of the data. */
  enum Part {
    test,
    validation,
    train,
    all;

    /** Whether only the network's own data have it. */
    boolean ofTraining() {
      return this == validation || this == train;
    }
  }

  /** The name of the data. */
  String name() {
    String name = given == null ? network.dataName() : given;
    if (name.isEmpty()) {
      throw new SpecException(
          "--data is missing: %s does not say what it was trained on".formatted(network.place()));
    }
    return name;
  }

  /**
   * The data. A table is read by the rules of the network, but where these are its own data, which
   * are read as they were in training.
   *
   * @throws RunException if they have to be those of training and are not
   */
  Dataset data(PrintWriter err) throws IOException {
    if (given == null) {
      String name = name();
      RecordedData.require(
          network.place(), name, "--data %s does, or where they are now".formatted(name));
    }
    Dataset found = find(name(), err);
    String hash = network.dataSha256();
    boolean mustBeKnown =
        given == null || (asked != null && asked.ofTraining() && !network.isRun());
    if (mustBeKnown && !hash.isEmpty() && !hash.equals(found.contentHash())) {
      throw new RunException(
          "%s was trained on '%s' with sha256 %s, but %s now has %s; %s"
              .formatted(
                  network.place(),
                  network.dataName(),
                  hash,
                  found.origin(),
                  found.contentHash(),
                  given == null
                      ? "--data %s measures it on those".formatted(found.name())
                      : "only its own data have a part " + asked));
    }
    return found;
  }

  private Dataset find(String name, PrintWriter err) throws IOException {
    DataSpec split = network.split();
    boolean own = given == null || (name.equals(network.dataName()) && isSample(name));
    boolean part = asked != null && asked.ofTraining() && !network.isRun();
    if (split != null && (own || part)) {
      return DataSource.find(split.named(name), network.network(), err);
    }
    DataSpec spec = table.of(name);
    if (RandomInputs.named(name).isPresent()) {
      return DataSource.find(spec, network.network(), err);
    }
    if (given == null && network.rules().table().isPresent()) {
      throw new SpecException(
          "--data is missing: name the table to measure %s on".formatted(network.place()));
    }
    return DataSource.findBy(network.rules(), spec, err);
  }

  /** Whether a name is that of a table in the jar, which is no path. */
  private static boolean isSample(String name) {
    return SampleTables.named(name).isPresent();
  }

  /** New pictures without a test part are all there to test on; those of training are not. */
  Part part(Dataset data) {
    if (asked != null) {
      return asked;
    }
    boolean known = given == null || data.contentHash().equals(network.dataSha256());
    return data.testGiven() || known ? Part.test : Part.all;
  }

  /**
   * A part of the data.
   *
   * @throws SpecException if nothing says how the data were split
   * @throws RunException if nothing was held out
   */
  Examples of(Part part, Dataset data) throws RunException {
    return switch (part) {
      case test -> data.test();
      case all -> data.all();
      case validation, train -> {
        Split parts = split(part, data);
        int[] chosen = part == Part.train ? parts.train() : parts.validation();
        if (chosen.length == 0) {
          throw new RunException("%s held out no validation images".formatted(network.place()));
        }
        yield data.train().select(chosen);
      }
    };
  }

  private Split split(Part part, Dataset data) {
    DataSpec split = network.split();
    if (split == null) {
      throw new SpecException(
          "--split %s needs the RUN: %s does not say how its data were split"
              .formatted(part, network.place()));
    }
    return Split.stratified(data.train(), split.validation(), split.splitSeed());
  }
}
