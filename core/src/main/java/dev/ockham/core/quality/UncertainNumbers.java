package dev.ockham.core.quality;

import dev.ockham.core.data.Examples;
import dev.ockham.core.metrics.NumberPredictions;
import dev.ockham.core.metrics.PairedBootstrap.Interval;
import dev.ockham.core.target.Numbers;

/**
 * Predicted numbers of some examples by networks that were drawn from a posterior, in the units of
 * the data, and where their variance comes from: noise of the data, and networks that disagree.
 */
public final class UncertainNumbers {

  private final int outputs;
  private final double[] means;
  private final double[] noise;
  private final double[] disagreement;

  /**
   * Begins.
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

  /** Examples. */
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

  /**
   * The central interval that a number is in, as if both variances together were those of a normal
   * density.
   *
   * @param level one of {@link NumberPredictions#REACH}, such as 0.9
   * @throws IllegalArgumentException if the level is another
   */
  public Interval interval(int example, int output, double level) {
    Double reach = NumberPredictions.REACH.get(level);
    if (reach == null) {
      throw new IllegalArgumentException(
          "level is %s; known are %s".formatted(level, NumberPredictions.REACH.keySet()));
    }
    double variance = noiseVariance(example, output) + modelVariance(example, output);
    double far = reach * Math.sqrt(variance);
    return new Interval(mean(example, output) - far, mean(example, output) + far);
  }

  /**
   * The predictions beside what is right, with both variances.
   *
   * @param examples those that came, in their order
   */
  public NumberPredictions beside(Examples examples) {
    Numbers right = (Numbers) examples.targets();
    double[] targets = new double[means.length];
    double[] variances = new double[means.length];
    for (int i = 0; i < targets.length; i++) {
      targets[i] = right.value(i / outputs, i % outputs);
      variances[i] = Math.max(Double.MIN_NORMAL, noise[i] + disagreement[i]);
    }
    return new NumberPredictions(means, variances, targets, outputs);
  }
}
