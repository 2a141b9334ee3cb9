package dev.ockham.lab.defaults;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.run.EpochMetrics.Score;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.Outcome;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.TemporaryFolder;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.spec.TrainingSpec;
import dev.ockham.train.run.Training;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A run with the automatic schedule beside its dense twin: the same network, data, seed and number
 * of epochs without noise and pruning. Both are measured on test examples, once.
 *
 * @param seed of both runs
 * @param training the settings that were chosen
 * @param dense how good the twin is
 * @param pruned how good the run's network is, pruned
 * @param weights of the network, biases not counted
 * @param left weights that pruning left
 */
public record DefaultsTrial(
    long seed, TrainingSpec training, Score dense, Score pruned, long weights, long left) {

  /**
   * Trains both, and measures.
   *
   * @param spec with a schedule that is left to the run
   * @param data whose test part measures
   */
  public static DefaultsTrial of(RunSpec spec, Dataset data) throws IOException {
    try (TemporaryFolder temporary = TemporaryFolder.create()) {
      TrainedRun run = Training.run(spec, data, temporary.path().resolve("run"));
      TrainingSpec chosen = run.record().spec().training();
      RunSpec twin =
          spec.with("training.epochs", chosen.epochs())
              .with("training.schedule", "stated")
              .with("method.name", "none");
      TrainedRun dense = Training.run(twin, data, temporary.path().resolve("dense"));
      Outcome.Row pruned = measured(run, data);
      return new DefaultsTrial(
          spec.training().seed(),
          chosen,
          score(measured(dense, data)),
          score(pruned),
          run.snapshot().architecture().weights(),
          pruned.nonzeroWeights());
    } catch (TrainingException e) {
      throw new RunException("%s: %s".formatted(data.name(), e.getMessage()));
    }
  }

  private static Outcome.Row measured(TrainedRun run, Dataset data) throws IOException {
    Judge judge = Judge.of(run.folder(), run.record());
    Outcome outcome = Outcome.measure(run.snapshot(), run.pruned(), judge, "test", data.test(), 1);
    return outcome.rows().getLast();
  }

  private static Score score(Outcome.Row row) {
    return Objects.requireNonNull(row.score());
  }

  /** Weights of the network over those that are left. */
  public double compression() {
    return (double) weights / left;
  }

  /** Error in percent, or the RMSE of the first number. */
  public static double mistake(Score score) {
    return score.labelled() ? score.errorPercent() : score.rmse().values().iterator().next();
  }

  /** For a result file. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("seed", seed);
    map.put("epochs", training.epochs());
    map.put("beta", training.klWeight().last());
    map.put("sparsity", training.gradualPruning().sparsity());
    map.put("dense", quality(dense));
    map.put("pruned", quality(pruned));
    map.put("weights", weights);
    map.put("left", left);
    return map;
  }

  private static Map<String, Object> quality(Score score) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(score.labelled() ? "error_percent" : "rmse", mistake(score));
    map.put("nll", score.nll());
    return map;
  }
}
