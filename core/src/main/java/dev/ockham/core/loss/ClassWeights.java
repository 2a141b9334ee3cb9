package dev.ockham.core.loss;

import java.util.Arrays;
import java.util.List;

/** How much an example counts by its class. */
public final class ClassWeights {

  private ClassWeights() {}

  /**
   * Weights whose mean over some examples is 1, so that the examples together count as many.
   *
   * @param ratios of the weights, one for each class; empty for the inverse of how many examples a
   *     class has, so that every class counts as much as any other
   * @param labels of the examples, at least one
   * @param classes how many classes there are
   * @return one for each class
   * @throws IllegalArgumentException if there are ratios, but not one for each class
   */
  public static List<Double> of(List<Double> ratios, int[] labels, int classes) {
    if (!ratios.isEmpty() && ratios.size() != classes) {
      throw new IllegalArgumentException(
          "training.class_weights has %s numbers, but there are %s classes"
              .formatted(ratios.size(), classes));
    }
    long[] counts = new long[classes];
    for (int label : labels) {
      counts[label]++;
    }
    double[] weights = new double[classes];
    Arrays.setAll(weights, k -> ratios.isEmpty() ? 1.0 / Math.max(1, counts[k]) : ratios.get(k));
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      sum += weights[k] * counts[k];
    }
    double unit = labels.length / sum;
    return Arrays.stream(weights).map(each -> each * unit).boxed().toList();
  }
}
