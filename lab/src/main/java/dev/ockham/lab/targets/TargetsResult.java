package dev.ockham.lab.targets;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What came of all pairs on one data set.
 *
 * @param rows one for each seed
 */
public record TargetsResult(List<TargetsRow> rows) {

  /** Quantile of the standard normal at 97.5 %. */
  private static final double QUANTILE = 1.959963984540054;

  /** Copies the list. */
  public TargetsResult {
    rows = List.copyOf(rows);
  }

  /** How many pairs there were. */
  public int pairs() {
    return count(_ -> true);
  }

  /** How many were accepted. */
  public int accepted() {
    return count(PairTrial::accepted);
  }

  /** Of how many what was said is true on test examples. */
  public int right() {
    return count(PairTrial::right);
  }

  /** How many were refused although the grid reached them. */
  public int missed() {
    return count(trial -> !trial.accepted() && trial.gridReached());
  }

  private int count(Predicate<PairTrial> which) {
    return (int) rows.stream().flatMap(row -> row.trials().stream()).filter(which).count();
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
    map.put("pairs", pairs());
    map.put("accepted", accepted());
    map.put("right_on_test", right());
    map.put("refused_though_in_grid", missed());
    map.put("seeds", rows.stream().map(TargetsRow::toMap).toList());
    return map;
  }
}
