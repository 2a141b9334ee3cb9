package dev.ockham.lab.targets;

import dev.ockham.core.goal.Targets;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A wish of quality and one of size at once.
 *
 * @param points of error beyond the dense network's, in percentage points
 * @param compression all weights over those that are left, at least
 */
public record Pair(double points, double compression) {

  /** Points of error by which a wish may be milder than what the grid measured. */
  private static final double SLACK = 1;

  /** Part of a compression that a wish may ask less. */
  private static final double LESS = 0.5;

  /**
   * Draws pairs inside of a front: each is milder than a point of it in both numbers, or equal.
   *
   * @param front of a grid, at least one point
   * @param denseError of the dense network on the same examples, in percent
   */
  static List<Pair> draw(List<GridPoint> front, double denseError, int count, long seed) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      GridPoint point = front.get((int) (front.size() * uniform(seed, i, 0)));
      double points = point.error() - denseError + SLACK * uniform(seed, i, 1);
      double compression = point.compression() * (1 - LESS * uniform(seed, i, 2));
      // As they are typed, so that what is recorded is what was asked.
      pairs.add(
          new Pair(
              Math.max(0.01, Math.round(100 * points) / 100.0),
              Math.max(1.1, Math.floor(10 * compression) / 10)));
    }
    return pairs;
  }

  private static double uniform(long seed, int pair, int purpose) {
    return CounterDraws.uniform(NoiseKey.of(seed, pair, purpose), 0, 0);
  }

  /** As it is typed. */
  Targets targets() {
    return Targets.parse(
        List.of(
            String.format(Locale.ROOT, "error<=dense+%.2f", points),
            String.format(Locale.ROOT, "compression>=%.1f", compression)));
  }
}
