package dev.ockham.lab.training;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.lab.sample.Grid;
import dev.ockham.lab.sample.Spread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * One way of training, repeated with several seeds on the same data and the same split.
 *
 * @param name what is different about it, in a few words
 * @param runs one for each seed, in order
 */
public record Repeats(String name, List<SmallRun> runs) {

  /** Copies the list. */
  public Repeats {
    runs = List.copyOf(runs);
  }

  /**
   * Trains once for each seed.
   *
   * @param firstSeed of the first run; the others have the next ones
   * @param count how many runs, at least 1
   */
  public static Repeats of(String name, RunSpec spec, Dataset data, long firstSeed, int count)
      throws IOException {
    List<SmallRun> runs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      runs.add(SmallRun.of(spec.withSeed(firstSeed + i), data));
    }
    return new Repeats(name, runs);
  }

  /** Fraction of weights gone at the end. */
  public Spread sparsity() {
    return Spread.of(runs, SmallRun::sparsity);
  }

  /** Fraction of weights gone at the end, in percent, as tables show it. */
  public String sparsityPercent() {
    return Spread.of(runs, run -> 100 * run.sparsity()).text(2);
  }

  /** Validation error at the end of the network that is left, in percent. */
  public Spread errorPercent() {
    return Spread.of(runs, SmallRun::errorPercent);
  }

  /** The numbers of the epochs, for a chart. */
  public double[] epochs() {
    return Grid.of(runs.getFirst().epochs(), EpochMetrics::epoch);
  }

  /** A quantity after every epoch, its mean over the runs. */
  public double[] meanByEpoch(ToDoubleFunction<EpochMetrics> quantity) {
    double[] means = new double[runs.getFirst().epochs().size()];
    for (int i = 0; i < means.length; i++) {
      int epoch = i;
      means[i] = Spread.of(runs, run -> quantity.applyAsDouble(run.epochs().get(epoch))).mean();
    }
    return means;
  }

  /** What {@code result.json} says of it: the numbers of every run, and their means. */
  public Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("sparsity", sparsity().json());
    json.put("error_percent", errorPercent().json());
    json.put("collapsed", runs.stream().filter(run -> run.collapseEpoch().isPresent()).count());
    List<Map<String, Object>> each = new ArrayList<>();
    for (SmallRun run : runs) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("sparsity", run.epochs().stream().map(EpochMetrics::sparsity).toList());
      one.put("error_percent", run.epochs().stream().map(SmallRun::error).toList());
      run.collapseEpoch().ifPresent(epoch -> one.put("collapse_epoch", epoch));
      each.add(one);
    }
    json.put("runs", each);
    return json;
  }
}
