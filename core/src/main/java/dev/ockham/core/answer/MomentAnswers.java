package dev.ockham.core.answer;

import dev.ockham.core.evaluate.ModelInputs;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.runtime.Answer;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.moment.MomentPropagation;
import dev.ockham.runtime.moment.Moments;
import java.util.Arrays;
import java.util.Map;

/**
 * What the mean and variance of each output say, in closed form up to the outputs. Numbers are used
 * as they come; logits are taken to be independent and normal, and the mean of their softmax or
 * logistic function is that over {@value #DRAWS} fixed draws of such numbers.
 */
public final class MomentAnswers implements Answering {

  private static final int DRAWS = 128;
  private static final long SEED = 2;

  private final Model model;
  private final MomentPropagation propagation;
  private final Answer kind;
  private final double reach;

  /** Standard normal numbers, {@code [DRAWS][outputs]}; each comes with its negative. */
  private final double[][] normal;

  /**
   * Prepares a model.
   *
   * @param variances of its weights, by the name of the parameter
   * @param reach deviations that the interval of a number goes to both sides of its mean
   * @throws IllegalArgumentException naming the node that there is no closed form for
   */
  public MomentAnswers(Model model, Map<String, Matrix> variances, DataRules rules, double reach) {
    this.model = model;
    this.propagation = MomentPropagation.of(model, variances);
    this.kind = Answer.of(rules, model.graph());
    this.reach = reach;
    normal = new double[DRAWS][kind == Answer.NUMBERS ? 0 : ModelOutputs.size(model)];
    NoiseKey key = NoiseKey.of(SEED, 0, 0);
    for (int s = 0; s < DRAWS; s++) {
      for (int k = 0; k < normal[s].length; k++) {
        double half = CounterDraws.normal(key, s / 2, k);
        normal[s][k] = s % 2 == 0 ? half : -half;
      }
    }
  }

  @Override
  public Answer kind() {
    return kind;
  }

  @Override
  public int outputs() {
    return ModelOutputs.size(model);
  }

  @Override
  public boolean certain() {
    return true;
  }

  @Override
  public Answers answer(float[] rows, int count) {
    int outputs = outputs();
    int size = ModelInputs.size(model);
    AnswerSum sum = new AnswerSum(kind, outputs, count, reach);
    for (int row = 0; row < count; row++) {
      Map<String, Moments> given =
          propagation.run(Arrays.copyOfRange(rows, row * size, (row + 1) * size));
      Moments first = ModelOutputs.first(model, given);
      if (kind == Answer.NUMBERS) {
        Moments noise = ModelOutputs.noise(model, given);
        for (int k = 0; k < outputs; k++) {
          // The mean of exp(z) of a normal z.
          double own = noise == null ? 0 : StrictMath.exp(noise.mean(k) + noise.variance(k) / 2);
          sum.number(row, k, first.mean(k), first.variance(k) + own);
        }
      } else {
        sum.add(row, logits(first, outputs), null);
      }
    }
    return sum.answers();
  }

  private double[][] logits(Moments first, int outputs) {
    double[][] drawn = new double[DRAWS][outputs];
    for (int s = 0; s < DRAWS; s++) {
      for (int k = 0; k < outputs; k++) {
        drawn[s][k] = first.mean(k) + StrictMath.sqrt(first.variance(k)) * normal[s][k];
      }
    }
    return drawn;
  }
}
