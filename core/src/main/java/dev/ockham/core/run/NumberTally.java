package dev.ockham.core.run;

import dev.ockham.core.loss.Loss;
import dev.ockham.core.loss.LossKind;
import dev.ockham.core.metrics.NumberPredictions;
import dev.ockham.core.run.EpochMetrics.Score;
import dev.ockham.core.target.Numbers;
import dev.ockham.core.target.TargetScaling;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects what a network gives for numbers, in their own units, to score it. */
public final class NumberTally {

  private final Loss loss;
  private final List<String> names;
  private final TargetScaling given;
  private final double[] means;
  private final double[] targets;
  private final double @Nullable [] variances;
  private int at;

  /**
   * Begins a tally without examples.
   *
   * @param loss one of numbers
   * @param names of the outputs
   * @param given what the network's numbers have to be multiplied by and added to
   * @param examples how many will come
   */
  public NumberTally(Loss loss, List<String> names, TargetScaling given, int examples) {
    this.loss = loss;
    this.names = names;
    this.given = given;
    means = new double[Math.multiplyExact(examples, names.size())];
    targets = new double[means.length];
    variances = loss instanceof Loss.Huber ? null : new double[means.length];
  }

  /**
   * Takes an example.
   *
   * @param values what the network gives, one array per output: means and, where it has them,
   *     logarithms of variances
   * @param row the example's, in these arrays
   * @param right the right numbers
   * @param example its index in those
   */
  public void add(List<float[]> values, int row, Numbers right, int example) {
    int outputs = names.size();
    for (int k = 0; k < outputs; k++) {
      double deviation = given.deviation().get(k);
      means[at] = values.get(0)[row * outputs + k] * deviation + given.mean().get(k);
      targets[at] = right.value(example, k);
      if (variances != null) {
        variances[at] = variance(values, row * outputs + k, k);
      }
      at++;
    }
  }

  private double variance(List<float[]> values, int index, int output) {
    double deviation = given.deviation().get(output);
    return switch (loss) {
      case Loss.Squared(double noise, TargetScaling scaling) -> {
        double own = noise * scaling.deviation().get(output);
        yield own * own;
      }
      case Loss.Gaussian _ ->
          Math.max(Double.MIN_NORMAL, Math.exp(values.get(1)[index]) * deviation * deviation);
      case Loss.Classification _, Loss.Labels _, Loss.Huber _, Loss.Teacher _ ->
          throw new IllegalStateException(loss + " has no variances");
    };
  }

  /** What was collected; all examples must have come. */
  public NumberPredictions predictions() {
    return new NumberPredictions(means, variances, targets, names.size());
  }

  /** How good that is. */
  public Score score() {
    NumberPredictions predictions = predictions();
    Map<String, Double> rmse = new LinkedHashMap<>();
    Map<String, Double> relative = new LinkedHashMap<>();
    for (int k = 0; k < names.size(); k++) {
      NumberPredictions.Quality quality = predictions.of(k);
      rmse.put(names.get(k), quality.rmse());
      relative.put(names.get(k), 1 - quality.r2());
    }
    return switch (loss) {
      case Loss.Huber(double delta, TargetScaling scaling) ->
          new Score(null, huber(delta, scaling), relative, rmse, LossKind.HUBER);
      case Loss.Squared _ -> new Score(null, predictions.nll(), relative, rmse, LossKind.SQUARED);
      case Loss.Gaussian _ -> new Score(null, predictions.nll(), relative, rmse, LossKind.GAUSSIAN);
      case Loss.Classification _, Loss.Labels _, Loss.Teacher _ ->
          throw new IllegalStateException(loss + " is none of numbers");
    };
  }

  private double huber(double delta, TargetScaling scaling) {
    double sum = 0;
    for (int i = 0; i < means.length; i++) {
      double far = Math.abs(means[i] - targets[i]) / scaling.deviation().get(i % names.size());
      sum += far <= delta ? far * far / 2 : delta * (far - delta / 2);
    }
    return sum * names.size() / means.length;
  }
}
