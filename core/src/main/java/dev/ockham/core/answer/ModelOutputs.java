package dev.ockham.core.answer;

import dev.ockham.runtime.Answer;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.model.Model;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The outputs of a model by what they mean. */
final class ModelOutputs {

  private ModelOutputs() {}

  /** Numbers of the first output. */
  static int size(Model model) {
    Graph graph = model.graph();
    return graph.shape(graph.outputs().getFirst()).size();
  }

  /** What the first output has of some values by name. */
  static <T> T first(Model model, Map<String, T> values) {
    return Objects.requireNonNull(values.get(model.graph().outputs().getFirst()));
  }

  /** What the output of log-variances has; null where there is none. */
  static <T> @Nullable T noise(Model model, Map<String, T> values) {
    return Answer.saysNoise(model.graph())
        ? Objects.requireNonNull(values.get(model.graph().outputs().get(1)))
        : null;
  }

  /** A row of numbers, in double. */
  static double[] row(float[] values, int row, int outputs) {
    double[] wide = new double[outputs];
    for (int k = 0; k < outputs; k++) {
      wide[k] = values[row * outputs + k];
    }
    return wide;
  }

  /** A row of variances, of whose logarithms the values are. */
  static double[] variances(float[] values, int row, int outputs) {
    double[] wide = row(values, row, outputs);
    for (int k = 0; k < outputs; k++) {
      wide[k] = StrictMath.exp(wide[k]);
    }
    return wide;
  }
}
