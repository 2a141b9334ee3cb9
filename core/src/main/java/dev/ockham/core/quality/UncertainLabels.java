package dev.ockham.core.quality;

import dev.ockham.core.data.Examples;
import dev.ockham.core.metrics.Distributions;
import dev.ockham.core.metrics.LabelPredictions;
import dev.ockham.core.target.LabelSets;
import dev.ockham.runtime.model.Model;
import java.util.List;

/**
 * Probabilities of several labels at once of some examples, and what is uncertain about them,
 * summed over the labels of an example.
 */
public final class UncertainLabels extends UncertainProbabilities {

  /**
   * Begins without an example.
   *
   * @param examples how many will come
   * @param labels how many there are
   */
  public UncertainLabels(int examples, int labels) {
    super(examples, labels);
  }

  /**
   * What networks say.
   *
   * @param models one network by its numbers alone, or several that were drawn
   * @param threads cores to use; the result does not depend on it
   */
  public static UncertainLabels of(List<Model> models, Examples examples, int threads) {
    UncertainLabels all = new UncertainLabels(examples.count(), models.getFirst().classes());
    all.addAll(models, examples, threads);
    return all;
  }

  @Override
  double[] ofLogits(float[] logits, int row) {
    double[] p = new double[outputs];
    for (int k = 0; k < outputs; k++) {
      p[k] = 1 / (1 + StrictMath.exp(-logits[row * outputs + k]));
    }
    return p;
  }

  @Override
  public void add(int example, double[][] samples) {
    double[][] each = new double[samples.length][2];
    for (int k = 0; k < outputs; k++) {
      double mean = 0;
      for (int s = 0; s < samples.length; s++) {
        each[s][0] = samples[s][k];
        each[s][1] = 1 - samples[s][k];
        mean += samples[s][k] / samples.length;
      }
      probabilities[example * outputs + k] = mean;
      entropies[example] += Distributions.entropy(new double[] {mean, 1 - mean}, 0, 2);
      information[example] += samples.length == 1 ? 0 : Distributions.mutualInformation(each);
    }
  }

  /**
   * The predictions beside what is right.
   *
   * @param examples those that came, in their order
   * @throws IllegalArgumentException if they have no such labels
   */
  public LabelPredictions beside(Examples examples) {
    if (!(examples.targets() instanceof LabelSets sets) || sets.outputs() != outputs) {
      throw new IllegalArgumentException(
          "the data have not the %s labels that the model gives".formatted(outputs));
    }
    boolean[] holds = new boolean[probabilities.length];
    for (int i = 0; i < holds.length; i++) {
      holds[i] = sets.has(i / outputs, i % outputs);
    }
    return new LabelPredictions(probabilities, holds, outputs);
  }
}
