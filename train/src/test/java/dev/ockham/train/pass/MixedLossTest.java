package dev.ockham.train.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.augment.Mixup;
import dev.ockham.core.data.Features;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.loss.Loss;
import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.Numbers;
import dev.ockham.core.target.TargetScaling;
import dev.ockham.core.target.Targets;
import dev.ockham.runtime.graph.Shape;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/** The loss of mixed examples, and its gradient, against formulas in double and differences. */
class MixedLossTest {

  private static final int[] EXAMPLES = {2, 0};
  private static final Mixup.Pairs PAIRS =
      new Mixup.Pairs(new int[] {1, 2}, new float[] {0.75f, 0.1f});
  private static final int BATCH = 4;

  private final float[] outputs = {0.3f, -1.2f, 0.8f, 1.5f, 0.1f, -0.4f};
  private final float[] gradient = new float[6];

  private double run(Loss loss, Targets targets, float[] values) {
    PassValue value =
        new PassValue("y", Shape.of(3), -1, true, MemorySegment.ofArray(values.clone()));
    value.setGradient(MemorySegment.ofArray(gradient));
    Features data = Features.of(Shape.of(1), new float[3], targets);
    LossStage stage = new LossStage(List.of(value), Kernels.create());
    return stage.runMixed(loss, data, EXAMPLES, PAIRS, BATCH);
  }

  private void require(Loss loss, Targets targets, ToDoubleFunction<double[]> reference) {
    double[] wide = new double[outputs.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = outputs[i];
    }
    assertThat(run(loss, targets, outputs)).isCloseTo(reference.applyAsDouble(wide), within(1e-5));
    for (int i = 0; i < wide.length; i++) {
      double step = 1e-5;
      wide[i] += step;
      double above = reference.applyAsDouble(wide);
      wide[i] -= 2 * step;
      double below = reference.applyAsDouble(wide);
      wide[i] += step;
      assertThat((double) gradient[i])
          .isCloseTo((above - below) / (2 * step) / BATCH, within(1e-6));
    }
  }

  /** What {@code one} gives for rows and targets, mixed as the pairs say. */
  private static double mixed(double[] y, RowLoss one) {
    double sum = 0;
    for (int i = 0; i < 2; i++) {
      double[] row = {y[3 * i], y[3 * i + 1], y[3 * i + 2]};
      double share = PAIRS.shares()[i];
      sum += share * one.of(row, EXAMPLES[i]) + (1 - share) * one.of(row, PAIRS.partners()[i]);
    }
    return sum;
  }

  @FunctionalInterface
  private interface RowLoss {
    double of(double[] row, int example);
  }

  @Test
  void classesWithWeightsAndSmoothing() {
    int[] labels = {0, 1, 2};
    double[] weights = {0.5, 1, 1.5};
    Loss loss = new Loss.Classification(List.of(0.5, 1.0, 1.5), 0.1);
    require(
        loss,
        ClassLabels.of(labels),
        y ->
            mixed(
                y,
                (row, example) -> {
                  double log = Math.log(Math.exp(row[0]) + Math.exp(row[1]) + Math.exp(row[2]));
                  double sum = 0;
                  for (int k = 0; k < 3; k++) {
                    double q = 0.1 / 3 + (k == labels[example] ? 0.9 : 0);
                    sum -= q * (row[k] - log);
                  }
                  return weights[labels[example]] * sum;
                }));
  }

  @Test
  void severalLabels() {
    byte[] set = {1, 0, 1, 0, 0, 1, 1, 1, 0};
    require(
        new Loss.Labels(),
        LabelSets.of(3, set),
        y ->
            mixed(
                y,
                (row, example) -> {
                  double sum = 0;
                  for (int k = 0; k < 3; k++) {
                    double p = 1 / (1 + Math.exp(-row[k]));
                    sum -= Math.log(set[3 * example + k] == 1 ? p : 1 - p);
                  }
                  return sum;
                }));
  }

  /** The gradient of squares is that of the mixed numbers, whose loss is less by a constant. */
  @Test
  void numbers() {
    float[] numbers = {1, 2, 3, -1, 0.5f, 4, 2, 2, -3};
    require(
        new Loss.Squared(0.5, TargetScaling.none(3)),
        Numbers.of(3, numbers),
        y ->
            mixed(
                y,
                (row, example) -> {
                  double sum = 0;
                  for (int k = 0; k < 3; k++) {
                    double apart = (row[k] - numbers[3 * example + k]) / 0.5;
                    sum += apart * apart / 2 + Math.log(0.5) + 0.5 * Math.log(2 * Math.PI);
                  }
                  return sum;
                }));
    for (int i = 0; i < 6; i++) {
      double share = PAIRS.shares()[i / 3];
      double target =
          share * numbers[3 * EXAMPLES[i / 3] + i % 3]
              + (1 - share) * numbers[3 * PAIRS.partners()[i / 3] + i % 3];
      assertThat((double) gradient[i])
          .isCloseTo((outputs[i] - target) / 0.25 / BATCH, within(1e-5));
    }
  }
}
