package dev.ockham.core.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * What goes wrong if only the surest predictions are given: risk against coverage.
 *
 * @param points by rising coverage, at most {@value #MOST_POINTS}
 * @param area mean risk over all coverages, in [0, 1]; lower is better
 */
public record RiskCoverage(List<Point> points, double area) {

  /** Most points that are kept of a curve. */
  public static final int MOST_POINTS = 100;

  /**
   * The share of wrong answers where a share of the examples is answered.
   *
   * @param coverage share of examples that are answered, the surest first, in (0, 1]
   * @param risk share of these that is wrong, in [0, 1]
   */
  public record Point(double coverage, double risk) {}

  /** Copies the list. */
  public RiskCoverage {
    points = List.copyOf(points);
  }

  /**
   * Works the curve out. Examples of equal certainty come as one: each in the mean of their order.
   *
   * @param certainty higher for what is answered first
   * @param wrong whether each came out wrong; at least one example
   */
  public static RiskCoverage of(double[] certainty, boolean[] wrong) {
    int count = certainty.length;
    if (count == 0 || wrong.length != count) {
      throw new IllegalArgumentException(
          "%s certainties for %s examples".formatted(count, wrong.length));
    }
    int[] order = Ranking.ascending(certainty);
    double[] errors = new double[count + 1];
    for (int done = 0; done < count; ) {
      int end = done + 1;
      double value = certainty[order[count - 1 - done]];
      double wrongHere = wrong[order[count - 1 - done]] ? 1 : 0;
      while (end < count && certainty[order[count - 1 - end]] == value) {
        wrongHere += wrong[order[count - 1 - end]] ? 1 : 0;
        end++;
      }
      double before = errors[done];
      for (int i = done; i < end; i++) {
        errors[i + 1] = before + wrongHere * (i + 1 - done) / (end - done);
      }
      done = end;
    }
    double area = 0;
    for (int i = 1; i <= count; i++) {
      area += errors[i] / i;
    }
    List<Point> points = new ArrayList<>();
    int most = Math.min(MOST_POINTS, count);
    for (int k = 1; k <= most; k++) {
      int answered = (int) ((long) k * count / most);
      points.add(new Point((double) answered / count, errors[answered] / answered));
    }
    return new RiskCoverage(points, area / count);
  }

  /** The risk at the smallest coverage on the curve that is at least the given one. */
  public double riskAt(double coverage) {
    return points.stream()
        .filter(point -> point.coverage() >= coverage - 1e-12)
        .findFirst()
        .orElse(points.getLast())
        .risk();
  }
}
