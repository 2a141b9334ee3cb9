package dev.ockham.core.quality;

import dev.ockham.core.data.Examples;
import dev.ockham.runtime.model.Model;
import java.util.Arrays;
import java.util.List;

/**
 * Probabilities of some examples, by one network or by several that were drawn from a posterior,
 * and what is uncertain about them, in nats.
 */
public abstract sealed class UncertainProbabilities implements Uncertain
    permits UncertainClasses, UncertainLabels {

  final int outputs;
  final double[] probabilities;
  final double[] entropies;
  final double[] information;

  UncertainProbabilities(int examples, int outputs) {
    this.outputs = outputs;
    probabilities = new double[Math.multiplyExact(examples, outputs)];
    entropies = new double[examples];
    information = new double[examples];
  }

  /** The probabilities of a row of {@code logits}, {@code [rows, outputs]}. */
  abstract double[] ofLogits(float[] logits, int row);

  /**
   * Takes an example.
   *
   * @param samples its probabilities, {@code [networks][outputs]}
   */
  public abstract void add(int example, double[][] samples);

  /**
   * Takes an example.
   *
   * @param given what networks give: {@code given[network][0]} has logits of several examples
   * @param row the example's, in these arrays
   */
  public final void addLogits(int example, float[][][] given, int row) {
    add(example, Arrays.stream(given).map(each -> ofLogits(each[0], row)).toArray(double[][]::new));
  }

  final void addAll(List<Model> models, Examples examples, int threads) {
    DrawnOutputs.each(models, examples, threads, (example, given) -> addLogits(example, given, 0));
  }

  @Override
  public final double[] entropies() {
    return entropies.clone();
  }

  @Override
  public final double[] mutualInformation() {
    return information.clone();
  }
}
