package dev.ockham.lab.defaults;

import dev.ockham.lab.sample.Spread;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Trials on one data set, and whether they lose as little as is promised in the mean: half a point
 * of error, or 2 % of the RMSE and 0.02 nats; at 5 times fewer weights, from 100,000 weights up at
 * 10 times.
 *
 * @param trials by seed or split, at least one
 */
public record DefaultsRow(List<DefaultsTrial> trials) {

  private static final double POINTS = 0.5;
  private static final double RMSE = 1.02;
  private static final double NATS = 0.02;
  private static final long LARGE = 100_000;

  /** Copies the list. */
  public DefaultsRow {
    trials = List.copyOf(trials);
  }

  /** Mean of error or RMSE of the dense twins. */
  public double dense() {
    return Spread.of(trials, trial -> DefaultsTrial.mistake(trial.dense())).mean();
  }

  /** Mean of error or RMSE of the pruned networks. */
  public double pruned() {
    return Spread.of(trials, trial -> DefaultsTrial.mistake(trial.pruned())).mean();
  }

  /** How much larger the NLL is, in nats; less than 0 where it is smaller. */
  public double nats() {
    return Spread.of(trials, trial -> trial.pruned().nll() - trial.dense().nll()).mean();
  }

  /** The weights of all networks over those that are left. */
  public double compression() {
    return Spread.of(trials, DefaultsTrial::weights).mean()
        / Spread.of(trials, DefaultsTrial::left).mean();
  }

  /** Whether more is lost than is promised. */
  public boolean loses() {
    return trials.getFirst().dense().labelled()
        ? pruned() - dense() > POINTS
        : pruned() > RMSE * dense() || nats() > NATS;
  }

  /** Whether as much goes as is promised. */
  public boolean small() {
    return compression() >= (trials.getFirst().weights() >= LARGE ? 10 : 5);
  }

  /** For a result file. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("measure", trials.getFirst().dense().labelled() ? "error_percent" : "rmse");
    map.put("dense", Spread.of(trials, trial -> DefaultsTrial.mistake(trial.dense())).json());
    map.put("pruned", Spread.of(trials, trial -> DefaultsTrial.mistake(trial.pruned())).json());
    map.put("nll_change", nats());
    map.put("weights", trials.getFirst().weights());
    map.put("compression", compression());
    map.put("loses", loses());
    map.put("small_enough", small());
    map.put("trials", trials.stream().map(DefaultsTrial::toMap).toList());
    return map;
  }
}
