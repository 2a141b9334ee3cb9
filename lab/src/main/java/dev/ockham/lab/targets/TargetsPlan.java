package dev.ockham.lab.targets;

import java.util.List;

/**
 * How much a study does.
 *
 * @param betas of the grid
 * @param epochs of each run of the grid, and of each pair's compression
 * @param pairs how many
 * @param points of error, each a wish alone, for which compressing may spend what the grid spent
 */
public record TargetsPlan(List<Double> betas, int epochs, int pairs, List<Double> points) {

  /** Copies the lists. */
  public TargetsPlan {
    betas = List.copyOf(betas);
    points = List.copyOf(points);
  }

  TargetsPlan withPairs(int count) {
    return new TargetsPlan(betas, epochs, count, points);
  }
}
