package dev.ockham.core.quality;

import dev.ockham.core.data.Examples;
import dev.ockham.core.metrics.Distributions;
import dev.ockham.core.metrics.LabelPredictions;
import dev.ockham.core.target.LabelSets;
import dev.ockham.runtime.model.Model;
import java.util.Arrays;
import java.util.List;

/**
 * Probabilities of several labels at once of some examples, by one network or by several that were
 * drawn from a posterior, and what is uncertain about them, in nats, summed over the labels of an
 * example.
 */
public final class UncertainLabels {

  private final int labels;
  private final double[] probabilities;
  private final double[] entropies;
  private final double[] information;

  /**
   * Begins.
   *
   * @param examples how many will come
   * @param labels how many there are
   */
  public UncertainLabels(int examples, int labels) {
    this.labels = labels;
    probabilities = new double[Math.multiplyExact(examples, labels)];
    entropies = new double[examples];
    information = new double[examples];
  }

  /**
   * What networks say.
   *
   * @param models one network by its numbers alone, or several that were drawn
   * @param threads cores to use; the result does not depend on it
   */
  public static UncertainLabels of(List<Model> models, Examples examples, int threads) {
    int labels = models.getFirst().classes();
    UncertainLabels all = new UncertainLabels(examples.count(), labels);
    DrawnOutputs.each(
        models,
        examples,
        threads,
        (example, given) ->
            all.add(
                example,
                Arrays.stream(given)
                    .map(each -> logistic(each[0], 0, labels))
                    .toArray(double[][]::new)));
    return all;
  }

  /**
   * The probabilities of a row of logits, each by itself.
   *
   * @param logits {@code [rows, labels]}
   */
  public static double[] logistic(float[] logits, int row, int labels) {
    double[] p = new double[labels];
    for (int k = 0; k < labels; k++) {
      p[k] = 1 / (1 + StrictMath.exp(-logits[row * labels + k]));
    }
    return p;
  }

  /**
   * Takes an example.
   *
   * @param samples probabilities of its labels, {@code [networks][labels]}
   */
  public void add(int example, double[][] samples) {
    double[][] each = new double[samples.length][2];
    for (int k = 0; k < labels; k++) {
      double mean = 0;
      for (int s = 0; s < samples.length; s++) {
        each[s][0] = samples[s][k];
        each[s][1] = 1 - samples[s][k];
        mean += samples[s][k] / samples.length;
      }
      probabilities[example * labels + k] = mean;
      entropies[example] += Distributions.entropy(new double[] {mean, 1 - mean}, 0, 2);
      information[example] += samples.length == 1 ? 0 : Distributions.mutualInformation(each);
    }
  }

  /** Entropy of each example's labels. */
  public double[] entropies() {
    return entropies.clone();
  }

  /** Mutual information of each example's labels and the weights; 0 with a single network. */
  public double[] mutualInformation() {
    return information.clone();
  }

  /**
   * The predictions beside what is right.
   *
   * @param examples those that came, in their order
   * @throws IllegalArgumentException if they have no such labels
   */
  public LabelPredictions beside(Examples examples) {
    if (!(examples.targets() instanceof LabelSets sets) || sets.outputs() != labels) {
      throw new IllegalArgumentException(
          "the data have not the %s labels that the model gives".formatted(labels));
    }
    boolean[] holds = new boolean[probabilities.length];
    for (int i = 0; i < holds.length; i++) {
      holds[i] = sets.has(i / labels, i % labels);
    }
    return new LabelPredictions(probabilities, holds, labels);
  }
}
