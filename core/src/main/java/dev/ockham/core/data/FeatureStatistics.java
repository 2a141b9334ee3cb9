package dev.ockham.core.data;

import dev.ockham.runtime.model.Bias;
import java.util.Objects;

/**
 * What standardises float features, each by itself: {@code (x − mean) · scale} has mean 0 and
 * standard deviation 1.
 *
 * @param mean one arithmetic mean per feature
 * @param scale one over each standard deviation (divided by n, not n − 1); 1 for a feature that
 *     never changes
 */
public record FeatureStatistics(Bias mean, Bias scale) {

  /**
   * Computes the statistics of some examples, in double and in the order of the indices.
   *
   * @param indices which examples, at least one; an index given twice counts twice
   * @throws IllegalArgumentException if there are no indices
   * @throws IndexOutOfBoundsException if an index is out of range
   */
  public static FeatureStatistics of(Features examples, int[] indices) {
    if (indices.length == 0) {
      throw new IllegalArgumentException("indices is empty: no features to take a mean of");
    }
    int size = examples.shape().size();
    double[] sums = new double[size];
    for (int index : indices) {
      float[] example = examples.values(Objects.checkIndex(index, examples.count()));
      for (int k = 0; k < size; k++) {
        sums[k] += example[k];
      }
    }
    double[] squares = new double[size];
    boolean[] changes = new boolean[size];
    float[] first = examples.values(indices[0]);
    for (int index : indices) {
      float[] example = examples.values(index);
      for (int k = 0; k < size; k++) {
        double deviation = example[k] - sums[k] / indices.length;
        squares[k] += deviation * deviation;
        changes[k] |= example[k] != first[k];
      }
    }
    float[] mean = new float[size];
    float[] scale = new float[size];
    for (int k = 0; k < size; k++) {
      mean[k] = (float) (sums[k] / indices.length);
      float inverse = (float) (1 / Math.sqrt(squares[k] / indices.length));
      // Rounding leaves a constant a deviation of its own, and tiny ones have no finite inverse.
      scale[k] = changes[k] && Float.isFinite(inverse) ? inverse : 1;
    }
    return new FeatureStatistics(Bias.of(mean), Bias.of(scale));
  }
}
