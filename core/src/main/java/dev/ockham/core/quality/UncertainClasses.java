package dev.ockham.core.quality;

import dev.ockham.core.data.Examples;
import dev.ockham.core.metrics.ClassPredictions;
import dev.ockham.core.metrics.Distributions;
import dev.ockham.runtime.model.Model;
import java.util.Arrays;
import java.util.List;

/** Class probabilities of some examples, and what is uncertain about them. */
public final class UncertainClasses extends UncertainProbabilities {

  /**
   * Begins without an example.
   *
   * @param examples how many will come
   * @param classes how many there are
   */
  public UncertainClasses(int examples, int classes) {
    super(examples, classes);
  }

  /**
   * What networks say.
   *
   * @param models one network by its numbers alone, or several that were drawn
   * @param threads cores to use; the result does not depend on it
   */
  public static UncertainClasses of(List<Model> models, Examples examples, int threads) {
    UncertainClasses all = new UncertainClasses(examples.count(), models.getFirst().classes());
    all.addAll(models, examples, threads);
    return all;
  }

  @Override
  double[] ofLogits(float[] logits, int row) {
    double[] wide = new double[outputs];
    Arrays.setAll(wide, k -> logits[row * outputs + k]);
    return softmax(wide);
  }

  /** The class probabilities of logits; the argument is left as it is. */
  public static double[] softmax(double[] logits) {
    double[] p = logits.clone();
    double largest = Arrays.stream(p).max().orElseThrow();
    Arrays.setAll(p, k -> StrictMath.exp(p[k] - largest));
    double sum = Arrays.stream(p).sum();
    Arrays.setAll(p, k -> p[k] / sum);
    return p;
  }

  @Override
  public void add(int example, double[][] samples) {
    for (double[] each : samples) {
      for (int k = 0; k < outputs; k++) {
        probabilities[example * outputs + k] += each[k] / samples.length;
      }
    }
    entropies[example] = Distributions.entropy(probabilities, example * outputs, outputs);
    information[example] = samples.length == 1 ? 0 : Distributions.mutualInformation(samples);
  }

  /**
   * The predictions beside what is right.
   *
   * @param examples those that came, in their order
   */
  public ClassPredictions beside(Examples examples) {
    int[] labels = new int[entropies.length];
    Arrays.setAll(labels, examples::label);
    return new ClassPredictions(probabilities, outputs, labels);
  }
}
