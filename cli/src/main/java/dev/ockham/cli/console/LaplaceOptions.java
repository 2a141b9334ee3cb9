package dev.ockham.cli.console;

import dev.ockham.core.spec.SpecException;
import dev.ockham.train.quick.QuickSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Pruning of a trained network that has no posterior, as options. */
public final class LaplaceOptions {

  @Option(
      names = "--laplace",
      description =
          "Prune any trained network, a MODEL or RUN, without training: by how sure the data are of"
              + " each weight. The weights that stay are refitted layer by layer, by least"
              + " squares.")
  private boolean laplace;

  @Option(
      names = "--data",
      paramLabel = "D",
      description = "With --laplace: what the model was trained on, as 'train' takes it.")
  private @Nullable String data;

  @Option(
      names = "--examples",
      paramLabel = "N",
      description = "With --laplace: examples to take scores from; 500 if not given.")
  private @Nullable Integer examples;

  @Option(
      names = "--no-refit",
      description = "With --laplace: leave the weights that stay as they are.")
  private boolean noRefit;

  @Mixin private ScalingOptions scaling = new ScalingOptions();

  /**
   * Whether a network is to be pruned so.
   *
   * @throws SpecException if it is not, but an option for it is given
   */
  public boolean given() {
    String lost = data != null ? "--data" : examples != null ? "--examples" : "--no-refit";
    if (!laplace && (data != null || examples != null || noRefit)) {
      throw new SpecException("%s is for --laplace, which is missing".formatted(lost));
    }
    if (!laplace && !scaling.areAbsent()) {
      throw new SpecException("--mean and --deviation are for --laplace, which is missing");
    }
    return laplace;
  }

  /** The data that are named; null if none are. */
  public @Nullable String data() {
    return data;
  }

  /** What a model without a scaling gets. */
  public ScalingOptions scaling() {
    return scaling;
  }

  /**
   * How to prune.
   *
   * @throws SpecException if a number is out of range
   */
  public QuickSpec spec() {
    QuickSpec spec = QuickSpec.defaults();
    if (examples != null) {
      CountOption.requirePositive("--examples", examples);
      spec = spec.withExamples(examples);
    }
    return noRefit ? spec.plain() : spec;
  }
}
