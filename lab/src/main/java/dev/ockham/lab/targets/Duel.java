package dev.ockham.lab.targets;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The smallest network that grants one wish of quality, by a grid of β and by compressing, at the
 * same number of epochs in all.
 *
 * @param points of error that it may be worse than the dense network
 * @param epochs of either side
 * @param grid the largest compression in the grid that holds with its margin; 1 where none does
 * @param compressing the compression that was found; 1 where none holds
 * @param testWorse points of error on test examples, of what compressing gave, beyond the dense
 *     network's
 */
public record Duel(double points, int epochs, double grid, double compressing, double testWorse) {

  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("error_points", points);
    map.put("epochs", epochs);
    map.put("grid_compression", grid);
    map.put("compress_compression", compressing);
    map.put("compress_test_worse_points", testWorse);
    return map;
  }
}
