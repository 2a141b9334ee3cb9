package dev.ockham.onnx.check;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Concat;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.LengthMask;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Permute;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Slice;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.model.Model;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

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
    int[] bounds = bounds(input);
    for (int i = 0; i < values.length; i++) {
      values[i] =
          bounds.length == 0
              ? (float) normal()
              : bounds[0] + (float) Math.floorMod(bits(), (long) bounds[1] - bounds[0] + 1);
    }
    for (Node node : readers) {
      if (node.operator() instanceof Standardize standardize) {
        spread(values, input, node, standardize.each());
        break;
      }
    }
    return values;
  }

  /** Least and most of whole numbers; empty for an input of any numbers. */
  private int[] bounds(Input input) {
    Graph graph = model.graph();
    int least = 1;
    int most = Integer.MAX_VALUE;
    for (Reading reading : readings(input)) {
      Node node = reading.node();
      if (node.operator() instanceof Embed embed) {
        least = 0;
        most = Math.min(most, embed.rows() - 1);
      } else if (node.operator() instanceof LengthMask mask) {
        most = Math.min(most, mask.steps());
      } else if (node.operator() instanceof Recurrent
          && node.inputs().indexOf(reading.value()) == 1) {
        most = Math.min(most, graph.shape(node.inputs().get(0)).dim(0));
      }
    }
    if (most < Integer.MAX_VALUE) {
      return new int[] {Math.min(least, most), most};
    }
    return input.numbers() == Input.Numbers.WHOLE ? new int[] {0, 1} : new int[0];
  }

  /** All nodes that read an input, as it is or after what keeps its numbers apart. */
  private List<Reading> readings(Input input) {
    Map<String, List<Node>> readers = model.graph().readers();
    List<Reading> found = new ArrayList<>();
    Deque<String> values = new ArrayDeque<>(List.of(input.name()));
    Set<String> seen = new HashSet<>(values);
    while (!values.isEmpty()) {
      String value = values.remove();
      for (Node node : readers.getOrDefault(value, List.of())) {
        found.add(new Reading(value, node));
        if (keepsNumbers(node.operator()) && seen.add(node.name())) {
          values.add(node.name());
        }
      }
    }
    return found;
  }

  private static boolean keepsNumbers(Operator operator) {
    return operator instanceof Activation
        || operator instanceof Affine
        || operator instanceof Combine
        || operator instanceof Concat
        || operator instanceof Pad
        || operator instanceof Permute
        || operator instanceof Reshape
        || operator instanceof Slice;
  }

  /** A node that reads a value. */
  private record Reading(String value, Node node) {}

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
