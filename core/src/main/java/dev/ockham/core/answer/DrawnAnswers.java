package dev.ockham.core.answer;

import dev.ockham.core.evaluate.ModelInputs;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import dev.ockham.runtime.Answer;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What networks say that are drawn from the variances a model kept of its weights. Every weight is
 * drawn by itself from a normal density; the draws are the same each time.
 */
public final class DrawnAnswers implements Answering {

  /** Draws of weights have a seed of their own; any other would do as well. */
  private static final long SEED = 1;

  private final Model model;
  private final List<Plan> plans = new ArrayList<>();
  private final Answer kind;
  private final double reach;

  private DrawnAnswers(Model model, Answer kind, double reach) {
    this.model = model;
    this.kind = kind;
    this.reach = reach;
  }

  /**
   * Draws the networks.
   *
   * @param variances of the model's weights, as {@link ModelFile#variances} has them
   * @param samples how many, at least 1
   * @param reach deviations that the interval of a number goes to both sides of its mean
   */
  public static DrawnAnswers of(
      Model model, Map<String, Matrix> variances, DataRules rules, int samples, double reach) {
    DrawnAnswers made = new DrawnAnswers(model, Answer.of(rules, model.graph()), reach);
    for (int s = 0; s < samples; s++) {
      made.plans.add(Plan.of(draw(model, variances, s)));
    }
    return made;
  }

  /**
   * A network drawn from the variances of a model's weights.
   *
   * @param sample its number, from 0; the same number gives the same network
   */
  public static Model draw(Model model, Map<String, Matrix> variances, int sample) {
    Map<String, Matrix> values = new LinkedHashMap<>(model.values());
    int ordinal = 0;
    for (Parameter parameter : model.graph().parameters()) {
      Matrix variance = variances.get(parameter.name());
      if (variance != null) {
        NoiseKey key = NoiseKey.of(SEED, sample, ordinal);
        float[] numbers = model.value(parameter.name()).toDense();
        float[] spread = variance.toDense();
        for (int i = 0; i < numbers.length; i++) {
          if (spread[i] > 0) {
            numbers[i] += (float) (Math.sqrt(spread[i]) * CounterDraws.normal(key, 0, i));
          }
        }
        values.put(
            parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), numbers));
      }
      ordinal++;
    }
    return new Model(model.architecture(), model.graph(), values);
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
    Map<String, float[]> inputs = ModelInputs.split(model, rows, count);
    List<float[]> given = new ArrayList<>();
    List<float[]> noises = new ArrayList<>();
    for (Plan plan : plans) {
      Map<String, float[]> values = plan.run(inputs, count, 1);
      given.add(ModelOutputs.first(model, values));
      float[] noise = ModelOutputs.noise(model, values);
      if (noise != null) {
        noises.add(noise);
      }
    }
    int outputs = outputs();
    AnswerSum sum = new AnswerSum(kind, outputs, count, reach);
    for (int i = 0; i < count; i++) {
      int row = i;
      sum.add(
          i,
          given.stream()
              .map(values -> ModelOutputs.row(values, row, outputs))
              .toArray(double[][]::new),
          noises.isEmpty()
              ? null
              : noises.stream()
                  .map(values -> ModelOutputs.variances(values, row, outputs))
                  .toArray(double[][]::new));
    }
    return sum.answers();
  }
}
