package dev.ockham.lab.regression;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.TemporaryFolder;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.target.Numbers;
import dev.ockham.core.target.TargetScaling;
import dev.ockham.train.run.MonteCarlo;
import dev.ockham.train.run.Training;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a network of one split is worth on examples that it was not trained on, in their units.
 *
 * @param rmse root mean squared error of the mean over networks drawn from the posterior, as pruned
 * @param logLikelihood mean over examples of log p(t), where p is the mean of the densities that
 *     the drawn networks give, in nats
 * @param weights of the network, biases not counted
 * @param left weights that pruning left
 */
public record RegressionRun(double rmse, double logLikelihood, long weights, long left) {

  private static final double HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);

  /**
   * Trains on a split, and measures.
   *
   * @param spec how
   * @param data its training part is trained on
   * @param validation whether to measure on examples held out of the training part, to choose
   *     settings by; else on the test part
   * @param samples networks to draw
   */
  public static RegressionRun of(RunSpec spec, Dataset data, boolean validation, int samples)
      throws IOException {
    try (TemporaryFolder temporary = TemporaryFolder.create()) {
      TrainedRun run =
          Training.run(spec, data, temporary.path().resolve("run"), TrainingListener.SILENT);
      Examples examples = validation ? run.validation(data) : data.test();
      return measured(run, examples, samples);
    } catch (TrainingException e) {
      throw new RunException("%s: %s".formatted(data.name(), e.getMessage()));
    }
  }

  private static RegressionRun measured(TrainedRun run, Examples examples, int samples)
      throws IOException {
    TargetScaling scaling = Objects.requireNonNull(run.record().targets());
    Numbers right = (Numbers) examples.targets();
    double[] sums = new double[2];
    RunFolder folder = run.folder();
    MonteCarlo.sample(
        folder,
        true,
        examples,
        samples,
        1,
        _ -> {},
        (example, given, row) -> {
          double target = scaling.scaled(0, right.value(example, 0));
          double mean = 0;
          double[] logs = new double[given.length];
          for (int s = 0; s < given.length; s++) {
            double y = given[s][0][row];
            double logVariance = given[s][1][row];
            mean += y / given.length;
            double apart = y - target;
            logs[s] = -HALF_LOG_2_PI - 0.5 * (logVariance + apart * apart * Math.exp(-logVariance));
          }
          sums[0] += (mean - target) * (mean - target);
          sums[1] += logMean(logs);
        });
    double unit = scaling.deviation().getFirst();
    long left = run.pruned().model().nonZeroWeights();
    return new RegressionRun(
        unit * Math.sqrt(sums[0] / examples.count()),
        sums[1] / examples.count() - Math.log(unit),
        run.snapshot().architecture().weights(),
        left);
  }

  private static double logMean(double[] logs) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double each : logs) {
      largest = Math.max(largest, each);
    }
    double sum = 0;
    for (double each : logs) {
      sum += Math.exp(each - largest);
    }
    return largest + Math.log(sum / logs.length);
  }

  /** For a result file. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("rmse", rmse);
    map.put("log_likelihood", logLikelihood);
    map.put("weights", weights);
    map.put("left", left);
    return map;
  }
}
