package dev.ockham.core.data;

import java.util.Objects;

/**
 * What brings float features to one size, each by itself: {@code (x − mean) · scale} has mean 0 and
 * the standard deviation asked for.
 */
public final class FeatureStatistics {

  private FeatureStatistics() {}

  /**
   * Computes the statistics of some examples, in double and in the order of the indices. The scale
   * is 1 for a feature that never changes; deviations are divided by n, not n − 1.
   *
   * @param indices which examples, at least one; an index given twice counts twice
   * @param deviation standard deviation to bring each feature to, positive and finite
   * @throws IllegalArgumentException if there are no indices, or the deviation is out of range
   * @throws IndexOutOfBoundsException if an index is out of range
   */
  public static InputScaling of(Features examples, int[] indices, double deviation) {
    if (indices.length == 0) {
      throw new IllegalArgumentException("indices is empty: no features to take a mean of");
    }
    if (!(deviation > 0 && Double.isFinite(deviation))) {
      throw new IllegalArgumentException("deviation is " + deviation + ", not a positive number");
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
        double distance = example[k] - sums[k] / indices.length;
        squares[k] += distance * distance;
        changes[k] |= example[k] != first[k];
      }
    }
    float[] mean = new float[size];
    float[] scale = new float[size];
    for (int k = 0; k < size; k++) {
      mean[k] = (float) (sums[k] / indices.length);
      float ratio = (float) (deviation / Math.sqrt(squares[k] / indices.length));
      // Rounding leaves a constant a deviation of its own, and tiny ones have no finite ratio.
      scale[k] = changes[k] && Float.isFinite(ratio) ? ratio : 1;
    }
    return new InputScaling(mean, scale);
  }
}
