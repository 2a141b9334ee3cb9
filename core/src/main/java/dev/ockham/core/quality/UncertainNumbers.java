package dev.ockham.core.quality;

import dev.ockham.core.data.Examples;
import dev.ockham.core.loss.Loss;
import dev.ockham.core.metrics.NormalInterval;
import dev.ockham.core.metrics.NumberPredictions;
import dev.ockham.core.metrics.PairedBootstrap.Interval;
import dev.ockham.core.run.Judge;
import dev.ockham.core.target.Numbers;
import dev.ockham.core.target.TargetScaling;
import dev.ockham.runtime.model.Model;
import java.util.Arrays;
import java.util.List;

/**
 * Predicted numbers of some examples by networks that were drawn from a posterior, in the units of
 * the data, and where their variance comes from: noise of the data, and networks that disagree.
 */
public final class UncertainNumbers implements Uncertain {

  private final int outputs;
  private final double[] means;
  private final double[] noise;
  private final double[] disagreement;

  /**
   * Begins without an example.
   *
   * @param examples how many will come
   * @param outputs numbers of each
   */
  public UncertainNumbers(int examples, int outputs) {
    this.outputs = outputs;
    means = new double[Math.multiplyExact(examples, outputs)];
    noise = new double[means.length];
    disagreement = new double[means.length];
  }

  /**
   * Takes a number of an example.
   *
   * @param drawn what each network gives for it
   * @param variances how large each network says the noise is
   */
  public void add(int example, int output, double[] drawn, double[] variances) {
    int at = example * outputs + output;
    for (int s = 0; s < drawn.length; s++) {
      means[at] += drawn[s] / drawn.length;
      noise[at] += variances[s] / drawn.length;
    }
    for (double each : drawn) {
      disagreement[at] += (each - means[at]) * (each - means[at]) / drawn.length;
    }
  }

  /**
   * What networks say, whose noise their judge knows.
   *
   * @param models one network by its numbers alone, or several that were drawn
   * @param threads cores to use; the result does not depend on it
   * @throws IllegalArgumentException if nothing says how large the noise is
   */
  public static UncertainNumbers of(
      List<Model> models, Judge.OfNumbers judge, Examples examples, int threads) {
    if (judge.loss() instanceof Loss.Huber) {
      throw new IllegalArgumentException(
          "it does not say how large the noise of its numbers is; train with --loss gaussian");
    }
    int outputs = judge.names().size();
    UncertainNumbers all = new UncertainNumbers(examples.count(), outputs);
    DrawnOutputs.each(
        models,
        examples,
        threads,
        (example, given) -> {
          for (int k = 0; k < outputs; k++) {
            int output = k;
            all.add(
                example,
                k,
                Arrays.stream(given).mapToDouble(each -> each[0][output]).toArray(),
                Arrays.stream(given)
                    .mapToDouble(each -> noise(judge.loss(), each, output))
                    .toArray());
          }
        });
    return all;
  }

  /** The variance of a number's noise in the units of the data. */
  private static double noise(Loss loss, float[][] given, int output) {
    if (loss instanceof Loss.Squared(double noise, TargetScaling scaling)) {
      double own = noise * scaling.deviation().get(output);
      return own * own;
    }
    return Math.exp(given[1][output]);
  }

  /** The number of examples. */
  public int count() {
    return means.length / outputs;
  }

  /** Mean of a number over the networks. */
  public double mean(int example, int output) {
    return means[example * outputs + output];
  }

  /** Variance of the data's noise, as the networks say; more data would not lessen it. */
  public double noiseVariance(int example, int output) {
    return noise[example * outputs + output];
  }

  /** Variance of the mean from network to network, which more data would lessen. */
  public double modelVariance(int example, int output) {
    return disagreement[example * outputs + output];
  }

  /** Root of the mean variance of an output's noise. */
  public double noise(int output) {
    return root(noise, output);
  }

  /** Root of the mean variance of an output between networks. */
  public double model(int output) {
    return root(disagreement, output);
  }

  private double root(double[] variances, int output) {
    double sum = 0;
    for (int i = output; i < variances.length; i += outputs) {
      sum += variances[i] / count();
    }
    return Math.sqrt(sum);
  }

  /** Entropy of each example's normal densities, summed over outputs, in nats: ½ log 2πe v. */
  @Override
  public double[] entropies() {
    double[] all = new double[count()];
    for (int i = 0; i < means.length; i++) {
      all[i / outputs] += 0.5 * (Math.log(2 * Math.PI) + 1 + Math.log(total(i)));
    }
    return all;
  }

  /**
   * Mutual information of each example's numbers and the weights, as of normal densities, in nats:
   * ½ log of all variance over that of the noise. Where there is no noise, it is in the entropy.
   */
  @Override
  public double[] mutualInformation() {
    double[] all = new double[count()];
    for (int i = 0; i < means.length; i++) {
      all[i / outputs] += noise[i] > 0 ? 0.5 * Math.log1p(disagreement[i] / noise[i]) : 0;
    }
    return all;
  }

  private double total(int index) {
    return Math.max(Double.MIN_NORMAL, noise[index] + disagreement[index]);
  }

  /**
   * The central interval that a number is in, as if both variances together were those of a normal
   * density.
   *
   * @param level in (0, 1), such as 0.9
   */
  public Interval interval(int example, int output, double level) {
    double variance = noiseVariance(example, output) + modelVariance(example, output);
    double far = NormalInterval.reach(level) * Math.sqrt(variance);
    return new Interval(mean(example, output) - far, mean(example, output) + far);
  }

  /**
   * The predictions beside what is right, with both variances.
   *
   * @param examples those that came, in their order
   * @throws IllegalArgumentException if they have no such numbers
   */
  public NumberPredictions beside(Examples examples) {
    if (!(examples.targets() instanceof Numbers right) || right.outputs() != outputs) {
      throw new IllegalArgumentException(
          "the data have not the %s numbers that the model gives".formatted(outputs));
    }
    double[] targets = new double[means.length];
    double[] variances = new double[means.length];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = right.value(i / outputs, i % outputs);
      variances[i] = total(i);
    }
    return new NumberPredictions(means, variances, targets, outputs);
  }
}
