package dev.ockham.core.quality;

import dev.ockham.core.data.Examples;
import dev.ockham.core.metrics.ClassPredictions;
import dev.ockham.core.metrics.Distributions;
import dev.ockham.runtime.model.Model;
import java.util.Arrays;
import java.util.List;

/**
 * Class probabilities of some examples, by one network or by several that were drawn from a
 * posterior, and what is uncertain about them, in nats.
 */
public final class UncertainClasses {

  private final int classes;
  private final double[] probabilities;
  private final double[] entropies;
  private final double[] information;

  /**
   * Begins.
   *
   * @param examples how many will come
   * @param classes how many there are
   */
  public UncertainClasses(int examples, int classes) {
    this.classes = classes;
    probabilities = new double[Math.multiplyExact(examples, classes)];
    entropies = new double[examples];
    information = new double[examples];
  }

  /**
   * What networks say.
   *
   * @param models one network by its numbers alone, or several that were drawn
   * @param threads cores to use; the result does not depend on it
   */
  public static UncertainClasses of(List<Model> models, Examples examples, int threads) {
    int classes = models.getFirst().classes();
    UncertainClasses all = new UncertainClasses(examples.count(), classes);
    DrawnOutputs.each(
        models,
        examples,
        threads,
        (example, given) ->
            all.add(
                example,
                Arrays.stream(given)
                    .map(each -> softmax(each[0], 0, classes))
                    .toArray(double[][]::new)));
    return all;
  }

  /**
   * The class probabilities of a row of logits.
   *
   * @param logits {@code [rows, classes]}
   */
  public static double[] softmax(float[] logits, int row, int classes) {
    double[] wide = new double[classes];
    Arrays.setAll(wide, k -> logits[row * classes + k]);
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

  /**
   * Takes an example.
   *
   * @param samples its class probabilities, {@code [networks][classes]}
   */
  public void add(int example, double[][] samples) {
    for (double[] each : samples) {
      for (int k = 0; k < classes; k++) {
        probabilities[example * classes + k] += each[k] / samples.length;
      }
    }
    entropies[example] = Distributions.entropy(probabilities, example * classes, classes);
    information[example] = samples.length == 1 ? 0 : Distributions.mutualInformation(samples);
  }

  /** Entropy of each prediction: all that is uncertain about its class. */
  public double[] entropies() {
    return entropies.clone();
  }

  /** Mutual information of class and weights, of each prediction; 0 with a single network. */
  public double[] mutualInformation() {
    return information.clone();
  }

  /**
   * The predictions beside what is right.
   *
   * @param examples those that came, in their order
   */
  public ClassPredictions beside(Examples examples) {
    int[] labels = new int[entropies.length];
    Arrays.setAll(labels, examples::label);
    return new ClassPredictions(probabilities, classes, labels);
  }
}
