package dev.ockham.onnx.check;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Examples to run a model on.
 *
 * @param inputs raw values by the name of the input, each {@code [count, size]}; shared with the
 *     caller
 * @param count how many examples, ≥ 1
 */
public record Batch(Map<String, float[]> inputs, int count) {
  /** Copies the map and checks the count. */
  public Batch {
    inputs = new LinkedHashMap<>(inputs);
    if (count < 1) {
      throw new IllegalArgumentException("a batch of " + count + " examples; it needs one");
    }
  }
}
