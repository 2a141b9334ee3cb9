package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Turns zeros into smaller layers: removes the units (features, channels) that a model does not
 * need, without changing what it computes.
 *
 * <p>Two kinds of units go, by the facts of {@link UnitFlow}:
 *
 * <ul>
 *   <li>A unit that is the same for all examples, such as one without a non-zero incoming weight.
 *       What it comes to in the nodes that read it through weights goes into their biases, added up
 *       in double; along the border of a padded convolution it differs, and a {@link
 *       dev.ockham.runtime.graph.BiasMap} behind the convolution, {@code NODE.border}, adds it.
 *   <li>A unit that nothing reads.
 * </ul>
 *
 * <p>Units that a sum, a concatenation or a shared parameter couples go together or not at all. A
 * branch that comes to the same for all examples becomes its numbers, and one that comes to zero
 * goes out of the sum. Units of inputs and outputs are never removed. The result equals the
 * original up to the rounding of folded numbers.
 */
public final class Compaction {
  private Compaction() {}

  /**
   * The smallest model of the same function that leaving out units gives. Nodes keep their names; a
   * node that loses all its units, and that something still reads, has parameters without numbers.
   *
   * @param model the model; a weight counts as pruned if it is zero
   * @return a model with dense matrices, those still containing the zeros of surviving units
   * @throws IllegalArgumentException if a folded bias exceeds the range of float
   */
  public static Model compact(Model model) {
    Model before = model;
    Model after = Simplification.simplify(once(before));
    while (!after.graph().equals(before.graph())) {
      before = after;
      after = Simplification.simplify(once(before));
    }
    return after;
  }

  /**
   * What compaction leaves of a model whose nodes and parameters stay.
   *
   * @param flow the facts that this follows from
   * @param units by value, the units that stay; of values that have an axis of units
   * @param biases by parameter, biases that took constants over, in their original size
   */
  public record Remains(UnitFlow flow, Map<String, BitSet> units, Map<String, float[]> biases) {}

  /**
   * What may leave a network that still trains: nodes and parameters stay as they are, but for
   * units that go and biases that change. A node of a model whose output varies keeps at least one
   * unit.
   *
   * @param held of the units that would stay, by value, gives those that must stay beside them; of
   *     values that have some
   * @throws IllegalArgumentException if a folded bias exceeds the range of float
   */
  static Remains remains(Model model, UnaryOperator<Map<String, BitSet>> held) {
    Map<String, BitSet> needed = new HashMap<>();
    UnitFlow flow = UnitFlow.of(model, Absorption.May.CHANGE_BIASES, needed);
    boolean varies = model.graph().outputs().stream().anyMatch(output -> !flow.isConstant(output));
    UnitFlow last = flow;
    while (varies && (keepFirst(last, needed) || keep(held.apply(staying(last)), needed))) {
      last = UnitFlow.of(model, Absorption.May.CHANGE_BIASES, needed);
    }
    return remains(last);
  }

  /** Adds units; whether there are any. */
  private static boolean keep(Map<String, BitSet> units, Map<String, BitSet> needed) {
    units.forEach((value, more) -> needed.computeIfAbsent(value, name -> new BitSet()).or(more));
    return !units.isEmpty();
  }

  /** Units that stay, by value, of values that have an axis of units. */
  private static Map<String, BitSet> staying(UnitFlow flow) {
    Graph graph = flow.graph();
    Map<String, BitSet> units = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (graph.unitAxis(node.name()) >= 0) {
        units.put(node.name(), flow.staying(node.name()));
      }
    }
    return units;
  }

  /** Adds the first unit of each value that would lose all; whether there was one. */
  private static boolean keepFirst(UnitFlow flow, Map<String, BitSet> needed) {
    boolean more = false;
    for (Node node : flow.graph().nodes()) {
      if (flow.graph().units(node.name()) > 0 && flow.staying(node.name()).isEmpty()) {
        needed.computeIfAbsent(node.name(), name -> new BitSet()).set(0);
        more = true;
      }
    }
    return more;
  }

  private static Remains remains(UnitFlow flow) {
    Graph graph = flow.graph();
    Map<String, float[]> biases = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      String slot = Absorption.bias(node);
      if (slot != null && flow.absorption().ownsBias(node) && !flow.absorbed(node).isEmpty()) {
        String name = Objects.requireNonNull(node.parameters().get(slot));
        biases.put(name, Folding.contribution(flow, node).biases());
      }
    }
    return new Remains(flow, staying(flow), biases);
  }

  private static Model once(Model model) {
    UnitFlow flow = UnitFlow.of(model);
    Folding folding = Folding.of(flow);
    Graph folded = folding.graph();
    Map<String, BitSet> kept = new HashMap<>();
    for (Node node : folded.nodes()) {
      if (folded.unitAxis(node.name()) >= 0) {
        kept.put(node.name(), flow.staying(folding.original(node.name())));
      }
    }
    KeptUnits rest = new KeptUnits(folded, kept);
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (Parameter parameter : rest.graph().parameters()) {
      float[] left = rest.left(parameter.name(), folding.numbers(parameter.name()));
      values.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), left));
    }
    return new Model(model.architecture(), rest.graph(), values);
  }
}
