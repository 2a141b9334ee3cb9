package dev.ockham.lab.targets;

import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measured;
import dev.ockham.core.goal.PairedDifference;
import dev.ockham.core.goal.Verdict;
import dev.ockham.train.compress.Compression;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What came of one pair of wishes.
 *
 * @param pair what was wished
 * @param accepted whether compressing said that a network grants both
 * @param gridReached whether a network of the grid grants both with its margin
 * @param worse points of error on validation examples beyond the dense network's
 * @param margin points from there to the bound that the true number is below with 80 %
 * @param compression of the network
 * @param testWorse points of error on test examples beyond the dense network's
 */
public record PairTrial(
    Pair pair,
    boolean accepted,
    boolean gridReached,
    double worse,
    double margin,
    double compression,
    double testWorse) {

  private static final Measure ERROR = Measure.of(Measure.Kind.ERROR);

  static PairTrial of(Pair pair, boolean gridReached, Compression.Result result, double testWorse) {
    Measured now = result.chosen().measured();
    PairedDifference apart =
        PairedDifference.of(now.predicted(), result.dense().predicted(), ERROR);
    return new PairTrial(
        pair,
        result.holds(),
        gridReached,
        apart.worse(),
        apart.bound() - apart.worse(),
        now.require(Measure.of(Measure.Kind.COMPRESSION)),
        testWorse);
  }

  /** Whether a network of a grid grants a pair, with its margin. */
  static boolean granted(Pair pair, Measured dense, GridPoint point) {
    return pair.targets().judge(dense, point.measured()).stream().allMatch(Verdict::holds);
  }

  /** Whether both wishes hold on test examples: the error within its margin, the size exactly. */
  public boolean met() {
    return testWorse <= pair.points() + margin && compression >= pair.compression();
  }

  /**
   * Whether what was said is true: it was accepted and met, or refused where the grid fails too.
   */
  public boolean right() {
    return accepted ? met() : !gridReached;
  }

  /** For a result file. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("targets", pair.targets().toString());
    map.put("accepted", accepted);
    map.put("grid_reached", gridReached);
    map.put("worse_points", worse);
    map.put("margin_points", margin);
    map.put("compression", compression);
    map.put("test_worse_points", testWorse);
    map.put("met_on_test", met());
    return map;
  }
}
