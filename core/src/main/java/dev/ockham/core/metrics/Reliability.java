package dev.ockham.core.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * How often a model is right where it is as sure as it says: what a reliability diagram draws.
 *
 * @param bins {@link Classification#BINS} of equal width, by confidence
 */
public record Reliability(List<Bin> bins) {

  /**
   * The examples whose confidence is in {@code (from, to]}.
   *
   * @param examples how many; of 0 the other numbers are 0
   * @param confidence mean confidence, in [0, 1]
   * @param accuracy share that is right, in [0, 1]
   */
  public record Bin(double from, double to, long examples, double confidence, double accuracy) {}

  /** Copies the list. */
  public Reliability {
    bins = List.copyOf(bins);
  }

  /**
   * Sorts examples into bins.
   *
   * @param confidence of each, in [0, 1]
   * @param right whether each came out right
   */
  public static Reliability of(double[] confidence, boolean[] right) {
    int many = Classification.BINS;
    long[] count = new long[many];
    double[] sum = new double[many];
    long[] correct = new long[many];
    for (int i = 0; i < confidence.length; i++) {
      int bin = Classification.bin(confidence[i]);
      count[bin]++;
      sum[bin] += confidence[i];
      correct[bin] += right[i] ? 1 : 0;
    }
    List<Bin> bins = new ArrayList<>();
    for (int b = 0; b < many; b++) {
      double of = Math.max(1, count[b]);
      bins.add(
          new Bin((double) b / many, (b + 1.0) / many, count[b], sum[b] / of, correct[b] / of));
    }
    return new Reliability(bins);
  }

  /** Expected calibration error: the mean distance of confidence from accuracy, in [0, 1]. */
  public double ece() {
    double gap = 0;
    long all = 0;
    for (Bin bin : bins) {
      gap += bin.examples() * Math.abs(bin.confidence() - bin.accuracy());
      all += bin.examples();
    }
    return all == 0 ? Double.NaN : gap / all;
  }
}
