package dev.ockham.spark;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.metrics.Distributions;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.runtime.Answer;
import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.moment.MomentPropagation;
import dev.ockham.runtime.moment.Moments;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * What the mean and variance of each output say: the same as {@code ockham predict --uncertainty
 * moments}. Logits are taken to be independent and normal; what follows from them is the mean over
 * {@value #DRAWS} fixed draws. Immutable.
 */
final class MomentAnswers {
  private static final int DRAWS = 128;
  private static final long SEED = 2;

  private final MomentPropagation propagation;
  private final Answer kind;
  private final int inputs;
  private final int outputs;

  /** Standard normal numbers, {@code [DRAWS][outputs]}; each comes with its negative. */
  private final double[][] normal;

  /**
   * Prepares a model.
   *
   * @throws IllegalArgumentException if its file keeps no variances, or naming the node that there
   *     is no closed form for
   */
  MomentAnswers(ModelFile file, Predictor predictor) {
    kind = predictor.answer();
    inputs = predictor.inputs();
    outputs = predictor.outputs();
    boolean saysNoise = kind == Answer.NUMBERS && Answer.saysNoise(file.model().graph());
    if (file.variances().isEmpty() && !saysNoise) {
      throw new IllegalArgumentException(
          "the model keeps no variances of its weights, which moments come from; write it with:"
              + " ockham prune RUN --keep-variance --out FILE");
    }
    propagation = MomentPropagation.of(file.model(), file.variances());
    normal = new double[DRAWS][kind == Answer.NUMBERS ? 0 : outputs];
    NoiseKey key = NoiseKey.of(SEED, 0, 0);
    for (int s = 0; s < DRAWS; s++) {
      for (int k = 0; k < normal[s].length; k++) {
        double half = CounterDraws.normal(key, s / 2, k);
        normal[s][k] = s % 2 == 0 ? half : -half;
      }
    }
  }

  /** What is said of some rows of raw values, {@code [count, inputs]}. */
  AnswerBlock answer(float[] rows, int count) {
    float[] values = new float[count * outputs];
    int width = kind == Answer.CLASSES ? count : count * outputs;
    float[] first = new float[width];
    float[] second = new float[kind == Answer.NUMBERS ? 0 : width];
    for (int row = 0; row < count; row++) {
      Iterator<Moments> given =
          propagation
              .run(Arrays.copyOfRange(rows, row * inputs, (row + 1) * inputs))
              .values()
              .iterator();
      Moments mean = given.next();
      switch (kind) {
        case CLASSES -> classes(row, drawn(mean), values, first, second);
        case LABELS -> labels(row, drawn(mean), values, first, second);
        case NUMBERS -> {
          boolean noisy = given.hasNext();
          numbers(row, mean, noisy ? given.next() : mean, noisy, values, first);
        }
      }
    }
    return new AnswerBlock(
        values, kind == Answer.NUMBERS ? List.of(first) : List.of(first, second));
  }

  private double[][] drawn(Moments given) {
    double[][] drawn = new double[DRAWS][outputs];
    for (int s = 0; s < DRAWS; s++) {
      for (int k = 0; k < outputs; k++) {
        drawn[s][k] = given.mean(k) + StrictMath.sqrt(given.variance(k)) * normal[s][k];
      }
    }
    return drawn;
  }

  private void classes(
      int row, double[][] logits, float[] values, float[] entropy, float[] information) {
    double[] mean = new double[outputs];
    for (double[] each : logits) {
      softmax(each);
      for (int k = 0; k < outputs; k++) {
        mean[k] += each[k] / DRAWS;
      }
    }
    for (int k = 0; k < outputs; k++) {
      values[row * outputs + k] = (float) mean[k];
    }
    entropy[row] = (float) Distributions.entropy(mean, 0, outputs);
    information[row] = (float) Distributions.mutualInformation(logits);
  }

  private static void softmax(double[] logits) {
    double largest = Arrays.stream(logits).max().orElseThrow();
    Arrays.setAll(logits, k -> StrictMath.exp(logits[k] - largest));
    double sum = Arrays.stream(logits).sum();
    Arrays.setAll(logits, k -> logits[k] / sum);
  }

  private void labels(
      int row, double[][] logits, float[] values, float[] entropy, float[] information) {
    double[][] each = new double[DRAWS][2];
    for (int k = 0; k < outputs; k++) {
      double mean = 0;
      for (int s = 0; s < DRAWS; s++) {
        double p = 1 / (1 + StrictMath.exp(-logits[s][k]));
        each[s][0] = p;
        each[s][1] = 1 - p;
        mean += p / DRAWS;
      }
      int at = row * outputs + k;
      values[at] = (float) mean;
      entropy[at] = (float) Distributions.entropy(new double[] {mean, 1 - mean}, 0, 2);
      information[at] = (float) Distributions.mutualInformation(each);
    }
  }

  /** The mean of exp(z) of a normal z is the noise's own variance. */
  private void numbers(
      int row, Moments given, Moments noise, boolean noisy, float[] values, float[] deviation) {
    for (int k = 0; k < outputs; k++) {
      double own = noisy ? StrictMath.exp(noise.mean(k) + noise.variance(k) / 2) : 0;
      values[row * outputs + k] = (float) given.mean(k);
      deviation[row * outputs + k] = (float) StrictMath.sqrt(given.variance(k) + own);
    }
  }
}
