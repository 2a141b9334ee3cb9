package dev.ockham.core.metrics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** How well a score puts examples that are of a kind before those that are not. */
public final class Ranking {

  private Ranking() {}

  /**
   * Area under the receiver operating characteristic: how often an example of the kind scores
   * higher than one that is not, where a tie counts half.
   *
   * @param scores one each, higher for what should be of the kind; none NaN
   * @param positive whether it is
   * @return in [0, 1]; NaN where all are of the kind or none is
   */
  public static double auroc(double[] scores, boolean[] positive) {
    requireSame(scores, positive);
    int[] order = ascending(scores);
    double rankSum = 0;
    long positives = 0;
    for (int from = 0; from < order.length; ) {
      int to = tieEnd(scores, order, from);
      double rank = (from + 1 + to) / 2.0;
      for (int i = from; i < to; i++) {
        if (positive[order[i]]) {
          rankSum += rank;
          positives++;
        }
      }
      from = to;
    }
    double pairs = (double) positives * (scores.length - positives);
    return pairs == 0 ? Double.NaN : (rankSum - positives * (positives + 1) / 2.0) / pairs;
  }

  /**
   * Average precision: the precision at each threshold, weighted by how much recall it adds. It is
   * a sum of steps, without interpolation, as in scikit-learn.
   *
   * @param scores one each, higher for what should be of the kind; none NaN
   * @param positive whether it is
   * @return in [0, 1]; NaN where none is of the kind
   */
  public static double averagePrecision(double[] scores, boolean[] positive) {
    requireSame(scores, positive);
    int[] order = ascending(scores);
    long positives = 0;
    for (boolean each : positive) {
      positives += each ? 1 : 0;
    }
    double sum = 0;
    long right = 0;
    for (int to = order.length; to > 0; ) {
      int from = tieBegin(scores, order, to);
      long before = right;
      for (int i = from; i < to; i++) {
        right += positive[order[i]] ? 1 : 0;
      }
      sum += (double) (right - before) * right / (order.length - from);
      to = from;
    }
    return positives == 0 ? Double.NaN : sum / positives;
  }

  /** Indices by ascending value; of equal ones the first first. */
  static int[] ascending(double[] values) {
    return IntStream.range(0, values.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> values[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static int tieEnd(double[] scores, int[] order, int from) {
    int to = from + 1;
    while (to < order.length && scores[order[to]] == scores[order[from]]) {
      to++;
    }
    return to;
  }

  private static int tieBegin(double[] scores, int[] order, int to) {
    int from = to - 1;
    while (from > 0 && scores[order[from - 1]] == scores[order[to - 1]]) {
      from--;
    }
    return from;
  }

  private static void requireSame(double[] scores, boolean[] positive) {
    if (scores.length != positive.length) {
      throw new IllegalArgumentException(
          "%s scores for %s examples".formatted(scores.length, positive.length));
    }
    if (Arrays.stream(scores).anyMatch(Double::isNaN)) {
      throw new IllegalArgumentException("a score is NaN, which has no place in an order");
    }
  }
}
