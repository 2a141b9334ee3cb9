package dev.ockham.core.bits;

import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/**
 * A model whose numbers are rounded, and what they are multiples of.
 *
 * @param model the model with the rounded numbers
 * @param steps the step of each parameter, by its name; parameters that are not there keep floats
 */
public record Quantized(Model model, Map<String, Float> steps) {

  /** Biases, and what norms scale and shift by, are few: their steps are this much finer. */
  public static final float FINER = 8;

  /** Copies the map. */
  public Quantized {
    steps = Map.copyOf(steps);
  }

  /** The model as it is. */
  public static Quantized exact(Model model) {
    return new Quantized(model, Map.of());
  }

  /** Every number as the nearest one of half precision; one beyond these keeps its bits. */
  public static Quantized ofHalves(Model model) {
    Map<String, Matrix> values = new LinkedHashMap<>();
    Set<String> kept = inputScaling(model);
    model
        .values()
        .forEach((name, matrix) -> {
          float[] numbers = matrix.toDense();
          for (int i = 0; i < numbers.length && !kept.contains(name); i++) {
            float half = Float.float16ToFloat(Float.floatToFloat16(numbers[i]));
            numbers[i] = Float.isInfinite(half) ? numbers[i] : half;
          }
          values.put(name, DenseMatrix.of(matrix.rows(), matrix.cols(), numbers));
        });
    return new Quantized(new Model(model.architecture(), model.graph(), values), Map.of());
  }

  /**
   * Every weight as one of 2^bits − 1 multiples of a step, from minus the largest weight of its
   * parameter to the largest.
   *
   * @param bits at least 2
   */
  public static Quantized ofBits(Model model, int bits) {
    return ofSteps(
        model,
        parameter -> {
          float largest = 0;
          for (float value : model.value(parameter.name()).toDense()) {
            largest = Math.max(largest, Math.abs(value));
          }
          return largest / ((1 << (bits - 1)) - 1);
        });
  }

  /**
   * Every weight as the nearest multiple of its parameter's step; biases and what norms scale and
   * shift by have finer ones.
   *
   * @param step of a parameter's weights, above 0; 0 or less leaves the parameter as it is
   */
  public static Quantized ofSteps(Model model, ToDoubleFunction<Parameter> step) {
    Set<String> kept = inputScaling(model);
    Map<String, Matrix> values = new LinkedHashMap<>();
    Map<String, Float> steps = new LinkedHashMap<>();
    for (Parameter parameter : model.graph().parameters()) {
      Matrix matrix = model.value(parameter.name());
      float its = kept.contains(parameter.name()) ? 0 : (float) step.applyAsDouble(parameter);
      its = parameter.role().prunable() ? its : its / FINER;
      if (its > 0 && Float.isFinite(1 / its)) {
        steps.put(parameter.name(), its);
        values.put(parameter.name(), rounded(matrix, its));
      } else {
        values.put(parameter.name(), matrix);
      }
    }
    return new Quantized(new Model(model.architecture(), model.graph(), values), steps);
  }

  private static Matrix rounded(Matrix matrix, float step) {
    float[] numbers = matrix.toDense();
    for (int i = 0; i < numbers.length; i++) {
      int level = Math.round(numbers[i] / step);
      numbers[i] = level == 0 ? 0 : level * step;
    }
    return DenseMatrix.of(matrix.rows(), matrix.cols(), numbers);
  }

  /** Mean and scale of the inputs are a few numbers on which all others depend. */
  private static Set<String> inputScaling(Model model) {
    Set<String> names = new HashSet<>();
    for (Node node : model.graph().nodes()) {
      if (node.operator() instanceof Standardize) {
        names.addAll(node.parameters().values());
      }
    }
    return names;
  }
}
