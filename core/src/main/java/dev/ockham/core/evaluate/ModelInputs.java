package dev.ockham.core.evaluate;

import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Examples as rows of numbers, for models of one input or several: an example of several is their
 * numbers one input after another.
 */
public final class ModelInputs {

  private ModelInputs() {}

  /** Numbers of one example. */
  public static int size(Model model) {
    return model.graph().inputs().stream().mapToInt(input -> input.shape().size()).sum();
  }

  /** Shapes of the inputs, for messages. */
  public static String described(Model model) {
    List<String> shapes =
        model.graph().inputs().stream().map(input -> input.shape().toString()).toList();
    return String.join(" and ", shapes);
  }

  /**
   * Runs a model of one output.
   *
   * @param rows raw values, {@code [count, size]}
   * @return {@code [count, size of the output]}
   */
  public static float[] run(Plan plan, Model model, float[] rows, int count, int threads) {
    if (model.graph().inputs().size() == 1) {
      return plan.run(rows, count, threads);
    }
    return plan.run(split(model, rows, count), count, threads).values().iterator().next();
  }

  /**
   * Deals rows out to the inputs.
   *
   * @param rows raw values, {@code [count, size]}
   * @return by the name of the input, each {@code [count, size of the input]}; the rows themselves
   *     where there is one input and nothing else in the array
   */
  public static Map<String, float[]> split(Model model, float[] rows, int count) {
    int size = size(model);
    if (model.graph().inputs().size() == 1 && rows.length == count * size) {
      return Map.of(model.graph().inputs().getFirst().name(), rows);
    }
    Map<String, float[]> inputs = new LinkedHashMap<>();
    int from = 0;
    for (Input input : model.graph().inputs()) {
      int width = input.shape().size();
      float[] values = new float[count * width];
      for (int i = 0; i < count; i++) {
        System.arraycopy(rows, i * size + from, values, i * width, width);
      }
      inputs.put(input.name(), values);
      from += width;
    }
    return inputs;
  }
}
