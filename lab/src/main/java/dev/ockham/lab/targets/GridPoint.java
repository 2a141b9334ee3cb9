package dev.ockham.lab.targets;

import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measured;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What Sparse VD gives with one β, pruned at the paper's threshold and fine-tuned.
 *
 * @param beta weight of the KL
 * @param measured of the pruned network, on validation examples
 * @param testWorse points of error on test examples beyond the dense network's
 */
public record GridPoint(double beta, Measured measured, double testWorse) {

  double error() {
    return measured.require(Measure.of(Measure.Kind.ERROR));
  }

  double compression() {
    return measured.require(Measure.of(Measure.Kind.COMPRESSION));
  }

  /** Those that no other one beats in both numbers, from the largest network to the smallest. */
  static List<GridPoint> front(List<GridPoint> points) {
    List<GridPoint> front = new ArrayList<>();
    for (GridPoint point : points) {
      boolean beaten =
          points.stream()
              .anyMatch(other ->
                  other.error() <= point.error()
                      && other.compression() >= point.compression()
                      && (other.error() < point.error()
                          || other.compression() > point.compression()));
      if (!beaten) {
        front.add(point);
      }
    }
    front.sort((a, b) -> Double.compare(a.compression(), b.compression()));
    return List.copyOf(front);
  }

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("beta", beta);
    map.put("error_percent", error());
    map.put("compression", compression());
    map.put("test_worse_points", testWorse);
    return map;
  }
}
