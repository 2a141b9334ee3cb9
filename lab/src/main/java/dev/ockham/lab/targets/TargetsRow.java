package dev.ockham.lab.targets;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of the pairs of one seed.
 *
 * @param seed of the dense network and of all runs behind it
 * @param denseError of the dense network on validation examples, in percent
 * @param validation examples that judged
 * @param grid all of it
 * @param trials one for each pair
 * @param duels one for each wish of quality alone
 */
public record TargetsRow(
    long seed,
    double denseError,
    int validation,
    List<GridPoint> grid,
    List<PairTrial> trials,
    List<Duel> duels) {

  /** Copies the lists. */
  public TargetsRow {
    grid = List.copyOf(grid);
    trials = List.copyOf(trials);
    duels = List.copyOf(duels);
  }

  /** For a result file. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("seed", seed);
    map.put("dense_error_percent", denseError);
    map.put("validation_examples", validation);
    map.put("grid", grid.stream().map(GridPoint::toMap).toList());
    map.put("trials", trials.stream().map(PairTrial::toMap).toList());
    map.put("duels", duels.stream().map(Duel::toMap).toList());
    return map;
  }
}
