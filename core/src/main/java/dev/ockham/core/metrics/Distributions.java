package dev.ockham.core.metrics;

/** What is uncertain about class probabilities, in nats. */
public final class Distributions {

  private Distributions() {}

  /**
   * Entropy −Σ p log p of a row of probabilities; 0·log 0 is 0.
   *
   * @param probabilities the row begins at {@code offset}
   */
  public static double entropy(double[] probabilities, int offset, int classes) {
    double sum = 0;
    for (int k = offset; k < offset + classes; k++) {
      double p = probabilities[k];
      sum -= p > 0 ? p * Math.log(p) : 0;
    }
    return Math.max(0, sum);
  }

  /**
   * Mutual information of class and weights: the entropy of the mean prediction less the mean
   * entropy of the predictions. What is unsure because networks drawn from the posterior disagree,
   * and would go with more data (Depeweg et al., arXiv:1710.07283, eq. (5)).
   *
   * @param samples class probabilities, {@code [samples][classes]}, at least one row
   */
  public static double mutualInformation(double[][] samples) {
    int classes = samples[0].length;
    double[] mean = new double[classes];
    double within = 0;
    for (double[] row : samples) {
      for (int k = 0; k < classes; k++) {
        mean[k] += row[k] / samples.length;
      }
      within += entropy(row, 0, classes) / samples.length;
    }
    return Math.max(0, entropy(mean, 0, classes) - within);
  }
}
