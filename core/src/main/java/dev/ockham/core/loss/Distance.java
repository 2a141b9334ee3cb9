package dev.ockham.core.loss;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.TargetDistance;
import java.lang.foreign.MemorySegment;

/** How far an output is from what it should be; 0 where they are equal, and never less. */
public sealed interface Distance {

  /**
   * Σ (y − t)² / 2σ² over the numbers of an output: the negative log-likelihood of Gaussian noise
   * of deviation σ around y, without its constant. A teacher's outputs have no noise, so σ is then
   * a setting, how much of a difference matters, and the likelihood a pseudo-likelihood.
   *
   * @param deviation σ, positive, in the units of the output
   */
  record Squared(double deviation) implements Distance {
    /** Checks the deviation. */
    public Squared {
      requirePositive("deviation", deviation);
    }
  }

  /**
   * T²·KL(softmax(t/T) ‖ softmax(y/T)) of logits, in nats (arXiv:1503.02531, section 2). At T = 1
   * it is the expected negative log-likelihood of a class that the teacher draws, less the entropy
   * of its draws; at any other T a pseudo-likelihood.
   *
   * @param temperature T, positive
   */
  record Divergence(double temperature) implements Distance {
    /** Checks the temperature. */
    public Divergence {
      requirePositive("temperature", temperature);
    }
  }

  private static void requirePositive(String what, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s is %s; it must be positive and finite".formatted(what, value));
    }
  }

  /**
   * The sum over some examples, and its gradient by the output.
   *
   * @param values the output, float32 {@code [rows, size]}
   * @param targets what it should be, float32 {@code [all examples, size]}
   * @param examples which row of {@code targets} belongs to each row of {@code values}
   * @param size numbers of one example
   * @param scale what multiplies the gradient, such as 1/batch
   * @param gradient float32 as {@code values}, overwritten
   */
  default double sum(
      Kernels kernels,
      MemorySegment values,
      MemorySegment targets,
      int[] examples,
      int size,
      float scale,
      MemorySegment gradient) {
    return switch (this) {
      case Squared(double deviation) ->
          TargetDistance.squared(values, targets, examples, size, deviation, scale, gradient);
      case Divergence(double temperature) ->
          TargetDistance.divergence(
              kernels, values, targets, examples, size, temperature, scale, gradient);
    };
  }

  /**
   * The distance of one example, in double.
   *
   * @param values the output begins at {@code at}
   * @param targets what it should be begins at {@code targetAt}
   * @param size numbers of the output
   */
  default double of(float[] values, int at, float[] targets, int targetAt, int size) {
    return switch (this) {
      case Squared(double deviation) -> {
        double sum = 0;
        for (int i = 0; i < size; i++) {
          double difference = (double) values[at + i] - targets[targetAt + i];
          sum += difference * difference;
        }
        yield sum / (2 * deviation * deviation);
      }
      case Divergence(double temperature) -> {
        double own = logSum(values, at, size, temperature);
        double theirs = logSum(targets, targetAt, size, temperature);
        double sum = 0;
        for (int i = 0; i < size; i++) {
          double logP = targets[targetAt + i] / temperature - theirs;
          sum += Math.exp(logP) * (logP - (values[at + i] / temperature - own));
        }
        yield Math.max(0, sum) * temperature * temperature;
      }
    };
  }

  private static double logSum(float[] values, int offset, int size, double temperature) {
    double max = Double.NEGATIVE_INFINITY;
    for (int i = offset; i < offset + size; i++) {
      max = Math.max(max, values[i] / temperature);
    }
    double sum = 0;
    for (int i = offset; i < offset + size; i++) {
      sum += Math.exp(values[i] / temperature - max);
    }
    return max + Math.log(sum);
  }
}
