package dev.ockham.core.evaluate;

import dev.ockham.core.data.Examples;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.BatchStatistics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How many units a gate that looks at the example lets through. The gate alone decides, example by
 * example; {@link dev.ockham.core.prune.UnitFlow} knows what holds for all of them.
 *
 * @param gate its name
 * @param units how many it stands at
 * @param stored how many of them are open for some input; the others are shut for good
 * @param meanActive how many are open for an example, in the mean over the examples; what the
 *     authors of dependent Beta-Bernoulli dropout count as neurons left (arXiv:1805.10896, table 1)
 */
public record ActiveUnits(String gate, int units, int stored, double meanActive) {

  private static final int CHUNK = 500;

  /** The numbers by name, for programs. */
  public Map<String, Object> toMap() {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("name", gate);
    row.put("units", units);
    row.put("stored", stored);
    row.put("mean_active", meanActive);
    return row;
  }

  /**
   * Counts for every such gate of a model, in order.
   *
   * @param examples raw values; labels do not matter; at least one
   * @throws IllegalArgumentException if there are no examples, or they are not of the model's size
   */
  public static List<ActiveUnits> of(Model model, Examples examples) {
    if (examples.count() == 0 || examples.shape().size() != ModelInputs.size(model)) {
      throw new IllegalArgumentException(
          "units are counted on examples of %s, not on %s of %s"
              .formatted(ModelInputs.described(model), examples.count(), examples.shape()));
    }
    Map<String, Long> active = new LinkedHashMap<>();
    for (Node node : model.graph().nodes()) {
      if (node.operator() instanceof DependentGate) {
        active.put(node.name(), 0L);
      }
    }
    for (int from = 0; from < examples.count() && !active.isEmpty(); from += CHUNK) {
      int count = Math.min(CHUNK, examples.count() - from);
      var _ =
          BatchStatistics.of(
              model,
              ModelInputs.split(model, examples.values(from, from + count), count),
              count,
              (node, input, _) -> {
                active.merge(node.name(), open(model, node, input), Long::sum);
                return null;
              });
    }
    List<ActiveUnits> counts = new ArrayList<>();
    active.forEach((name, open) -> counts.add(of(model, name, open, examples.count())));
    return counts;
  }

  private static ActiveUnits of(Model model, String name, long open, int examples) {
    Node node = Objects.requireNonNull(model.graph().node(name), name);
    float[] factor = numbers(model, node, "factor");
    float cut = ((DependentGate) node.operator()).cut();
    int stored = 0;
    for (float each : factor) {
      stored += each > cut ? 1 : 0;
    }
    return new ActiveUnits(name, factor.length, stored, (double) open / examples);
  }

  /** How many units are open, over all examples. */
  private static long open(Model model, Node node, float[] input) {
    DependentGate gate = (DependentGate) node.operator();
    Graph graph = model.graph();
    Shape shape = graph.shape(node.inputs().getFirst());
    int units = shape.dim(gate.axis());
    if (units == 0) {
      return 0;
    }
    int run = shape.product(gate.axis() + 1, shape.rank());
    int positions = shape.size() / units;
    float[] sums = new float[units];
    float[] scale = numbers(model, node, "scale");
    float[] shift = numbers(model, node, "shift");
    float[] factor = numbers(model, node, "factor");
    long open = 0;
    for (int first = 0; first < input.length; first += shape.size()) {
      Arrays.fill(sums, 0);
      for (int i = 0; i < shape.size(); i++) {
        sums[i / run % units] += input[first + i];
      }
      for (int unit = 0; unit < units; unit++) {
        float through = Math.clamp(scale[unit] * (sums[unit] / positions) + shift[unit], 0f, 1f);
        open += factor[unit] * through > gate.cut() ? 1 : 0;
      }
    }
    return open;
  }

  private static float[] numbers(Model model, Node node, String slot) {
    Matrix matrix = model.value(Objects.requireNonNull(node.parameters().get(slot), slot));
    return matrix.toDense();
  }
}
