package dev.ockham.cli.console;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.evaluate.ModelInputs;
import dev.ockham.core.prune.NormUnfolding;
import dev.ockham.core.run.Calibration;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Batch norms behind convolutions again, as options of a command that reads a network. */
public final class UnfoldOptions {

  private static final long SEED = 1;

  @Option(
      names = "--unfold-norms",
      description =
          "Put batch norms behind convolutions again, with statistics of the training part of"
              + " --data; the function stays. Exporters fold them away.")
  private boolean unfold;

  @Option(
      names = "--data",
      paramLabel = "D",
      description = "Data for --unfold-norms, as 'train' takes it.")
  private @Nullable String data;

  private List<String> classes = List.of();

  /** Names of the classes of the data that {@link #over} read; none before that. */
  public List<String> classes() {
    return classes;
  }

  /**
   * A model with the norms that were asked for; the model itself where none were.
   *
   * @param model one that takes raw values
   * @param file what messages call it
   * @param err where to say how many there are
   * @throws SpecException if one option is missing beside the other, or the data do not fit
   */
  public Model over(Model model, Path file, PrintWriter err) throws IOException {
    if (unfold != (data != null)) {
      throw new SpecException(
          unfold
              ? "--data is missing beside --unfold-norms"
              : "--data is for --unfold-norms, which is missing");
    }
    if (data == null) {
      return model;
    }
    Dataset found = DataSource.find(data, err);
    classes = found.classNames();
    Examples train = found.train();
    Examples some = Calibration.choose(train, IntStream.range(0, train.count()).toArray(), SEED);
    int size = model.graph().inputs().stream().mapToInt(input -> input.shape().size()).sum();
    if (some.shape().size() != size) {
      throw new SpecException(
          "--data: '%s' has examples of %s numbers, but %s takes %s"
              .formatted(data, some.shape().size(), file, size));
    }
    float[] rows = some.values(0, some.count());
    err.printf(
        "%s convolutions get a batch norm, with statistics of %s examples%n",
        NormUnfolding.places(model).size(), some.count());
    return NormUnfolding.unfold(model, ModelInputs.split(model, rows, some.count()), some.count());
  }
}
