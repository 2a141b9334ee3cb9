package dev.ockham.onnx.check;

import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.graph.WholeRange;
import dev.ockham.runtime.model.Model;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Examples drawn from a seed, such as a model may get: values that standardise to normal numbers
 * where it standardises them, tokens of its vocabulary, lengths within its steps, 0 and 1 for other
 * whole numbers; normal numbers otherwise.
 */
public final class RandomInputs {
  private final Model model;
  private long state;

  private RandomInputs(Model model, long seed) {
    this.model = model;
    this.state = seed;
  }

  /**
   * A batch of examples.
   *
   * @param count how many, ≥ 1
   */
  public static Batch draw(Model model, int count, long seed) {
    RandomInputs draws = new RandomInputs(model, seed * 0x9E3779B97F4A7C15L + 1);
    Map<String, List<Node>> readers = model.graph().readers();
    Map<String, float[]> inputs = new LinkedHashMap<>();
    for (Input input : model.graph().inputs()) {
      List<Node> nodes = readers.getOrDefault(input.name(), List.of());
      inputs.put(input.name(), draws.values(input, nodes, count));
    }
    return new Batch(inputs, count);
  }

  private float[] values(Input input, List<Node> readers, int count) {
    float[] values = new float[count * input.shape().size()];
    WholeRange whole = WholeRange.of(model.graph(), input).orElse(null);
    for (int i = 0; i < values.length; i++) {
      values[i] = whole == null ? (float) normal() : whole(whole);
    }
    for (Node node : readers) {
      if (node.operator() instanceof Standardize standardize) {
        spread(values, input, node, standardize.each());
        break;
      }
    }
    return values;
  }

  /** From standardised numbers to raw ones. */
  private void spread(float[] values, Input input, Node node, Standardize.Each each) {
    float[] mean = numbers(node, "mean");
    float[] scale = numbers(node, "scale");
    int size = input.shape().size();
    int perUnit =
        switch (each) {
          case ALL -> size;
          case UNIT -> size / Math.max(1, input.shape().dim(0));
          case FEATURE -> 1;
        };
    for (int i = 0; i < values.length; i++) {
      int at = i % size / perUnit;
      values[i] = scale[at] == 0 ? mean[at] : mean[at] + values[i] / scale[at];
    }
  }

  private float[] numbers(Node node, String slot) {
    return model.value(Objects.requireNonNull(node.parameters().get(slot))).toDense();
  }

  private float whole(WholeRange range) {
    return range.least() + (float) Math.floorMod(bits(), (long) range.most() - range.least() + 1);
  }

  /** The next 64 bits (SplitMix64). */
  private long bits() {
    state += 0x9E3779B97F4A7C15L;
    long z = (state ^ (state >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  private double uniform() {
    return (bits() >>> 11) * 0x1p-53;
  }

  /** A standard normal number (Box and Muller). */
  private double normal() {
    return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  }
}
