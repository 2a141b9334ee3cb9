package dev.ockham.lab.targets;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of all pairs on one data set.
 *
 * @param denseError of the dense network on validation examples, in percent
 * @param validation examples that judged
 * @param grid all of it
 * @param trials one for each pair
 * @param duels one for each wish of quality alone
 */
public record TargetsRow(
    double denseError,
    int validation,
    List<GridPoint> grid,
    List<PairTrial> trials,
    List<Duel> duels) {

  /** Quantile of the standard normal at 97.5 %. */
  private static final double QUANTILE = 1.959963984540054;

  /** Copies the lists. */
  public TargetsRow {
    grid = List.copyOf(grid);
    trials = List.copyOf(trials);
    duels = List.copyOf(duels);
  }

  /** How many were accepted. */
  public int accepted() {
    return (int) trials.stream().filter(PairTrial::accepted).count();
  }

  /** Of how many what was said is true on test examples. */
  public int right() {
    return (int) trials.stream().filter(PairTrial::right).count();
  }

  /** How many were refused although the grid reached them. */
  public int missed() {
    return (int) trials.stream().filter(t -> !t.accepted() && t.gridReached()).count();
  }

  /** Wilson's interval (1927) of a share at 95 %. */
  public static double[] interval(int some, int all) {
    double p = (double) some / all;
    double z2 = QUANTILE * QUANTILE;
    double middle = (p + z2 / (2 * all)) / (1 + z2 / all);
    double reach =
        QUANTILE / (1 + z2 / all) * Math.sqrt(p * (1 - p) / all + z2 / (4.0 * all * all));
    return new double[] {Math.max(0, middle - reach), Math.min(1, middle + reach)};
  }

  /** For a result file. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("dense_error_percent", denseError);
    map.put("validation_examples", validation);
    map.put("pairs", trials.size());
    map.put("accepted", accepted());
    map.put("right_on_test", right());
    map.put("refused_though_in_grid", missed());
    map.put("grid", grid.stream().map(GridPoint::toMap).toList());
    map.put("trials", trials.stream().map(PairTrial::toMap).toList());
    map.put("duels", duels.stream().map(Duel::toMap).toList());
    return map;
  }
}
