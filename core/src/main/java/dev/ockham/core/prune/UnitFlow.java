package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.UnitMap;
import dev.ockham.runtime.model.Model;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the units of a model's values are: the same for all examples or not, read or not, and which
 * of them may leave.
 *
 * <p>A unit is the same for all examples if it is made of such units alone, or of weights that are
 * all zero, or of a factor that is zero; what it is then is found by running its node on constants.
 * It is read if a non-zero weight leads from it to an output, or an operator that does not say
 * which units it needs. Units that a node carries through, and those that share a row or column of
 * a parameter, are of one class. A class leaves if none of its units is read, where constants that
 * the next weights take into their bias do not count as read; units of inputs and outputs never
 * leave.
 *
 * <p>Knows how units correspond ({@link UnitMap}) and what zeros do ({@link
 * Operator#zeroFromAnyZero}, {@link Operator#silencing}); knows single operators only where they
 * have weights.
 */
public final class UnitFlow {
  private final Model model;
  private final ConstantUnits constants;
  private final Absorption absorption;
  private final Liveness liveness;
  private final Map<String, BitSet> leaving;

  private UnitFlow(
      Model model,
      ConstantUnits constants,
      Absorption absorption,
      Liveness liveness,
      Map<String, BitSet> leaving) {
    this.model = model;
    this.constants = constants;
    this.absorption = absorption;
    this.liveness = liveness;
    this.leaving = leaving;
  }

  /** The facts of a model, of which anything may be changed that keeps its function. */
  public static UnitFlow of(Model model) {
    return of(model, Absorption.May.ADD_PARAMETERS, Map.of());
  }

  /**
   * The facts of a model.
   *
   * @param needed by value, units that must stay
   */
  static UnitFlow of(Model model, Absorption.May may, Map<String, BitSet> needed) {
    Graph graph = model.graph();
    Map<String, WeightReads> reads = WeightReads.of(graph, name -> nonZeros(model, name));
    ConstantUnits constants = ConstantUnits.of(model, reads);
    Absorption absorption = new Absorption(graph, may);
    Map<String, BitSet> absorbed = constants(graph, constants);
    while (true) {
      Liveness liveness = new Liveness(graph, reads, constants, absorption, absorbed, needed);
      Map<String, BitSet> leaving = leaving(graph, liveness);
      Map<String, BitSet> left = new HashMap<>();
      absorbed.forEach((value, units) -> left.put(value, and(units, leaving.get(value))));
      if (left.equals(absorbed)) {
        return new UnitFlow(model, constants, absorption, liveness, leaving);
      }
      absorbed = left;
    }
  }

  private static BitSet nonZeros(Model model, String parameter) {
    float[] numbers = model.value(parameter).toDense();
    BitSet bits = new BitSet(numbers.length);
    for (int i = 0; i < numbers.length; i++) {
      if (numbers[i] != 0) {
        bits.set(i);
      }
    }
    return bits;
  }

  private static Map<String, BitSet> constants(Graph graph, ConstantUnits constants) {
    Map<String, BitSet> all = new HashMap<>();
    for (Node node : graph.nodes()) {
      BitSet units = new BitSet();
      for (int unit = 0; unit < graph.units(node.name()); unit++) {
        units.set(unit, constants.of(node.name(), unit) != null);
      }
      all.put(node.name(), units);
    }
    return all;
  }

  private static BitSet and(BitSet units, @Nullable BitSet others) {
    BitSet both = (BitSet) units.clone();
    both.and(others == null ? new BitSet() : others);
    return both;
  }

  /** Units whose class has no unit that must stay. */
  private static Map<String, BitSet> leaving(Graph graph, Liveness liveness) {
    UnitClasses classes =
        UnitClasses.of(
            graph, node -> liveness.present(node.name()) && !liveness.replaced(node.name()));
    BitSet staying = classes.pinned();
    for (Input input : graph.inputs()) {
      for (int unit = 0; unit < graph.units(input.name()); unit++) {
        staying.set(classes.of(input.name(), unit));
      }
    }
    for (Node node : graph.nodes()) {
      if (graph.unitAxis(node.name()) >= 0 && liveness.present(node.name())) {
        liveness.read(node.name()).stream()
            .forEach(unit -> staying.set(classes.of(node.name(), unit)));
      }
    }
    Map<String, BitSet> leaving = new HashMap<>();
    for (Node node : graph.nodes()) {
      BitSet units = new BitSet();
      for (int unit = 0; unit < graph.units(node.name()); unit++) {
        units.set(unit, !staying.get(classes.of(node.name(), unit)));
      }
      leaving.put(node.name(), units);
    }
    return leaving;
  }

  /** The model that this is about. */
  public Model model() {
    return model;
  }

  /**
   * The numbers of a unit that is the same for all examples, in the order of the value's other
   * axes; one number where all are equal; null where it varies.
   *
   * @param unit along the value's axis of units; 0 for a value that has none
   */
  public float @Nullable [] constant(String value, int unit) {
    float[] numbers = constants.of(value, unit);
    return numbers == null ? null : numbers.clone();
  }

  /** Whether all numbers of a value are the same for all examples. */
  public boolean isConstant(String value) {
    return constants.whole(value);
  }

  /** Units of a value that something needs; unit 0 stands for a value without units. */
  public BitSet read(String value) {
    return (BitSet) liveness.read(value).clone();
  }

  /** Units of a value that may leave. */
  public BitSet leaving(String value) {
    return (BitSet) leaving.getOrDefault(value, new BitSet()).clone();
  }

  /** Units of a value that stay. */
  public BitSet staying(String value) {
    BitSet units = new BitSet();
    units.set(0, model.graph().units(value));
    units.andNot(leaving.getOrDefault(value, new BitSet()));
    return units;
  }

  /** Whether a node is needed at all. */
  boolean present(String node) {
    return liveness.present(node);
  }

  /** Whether a node's numbers, which are the same for all examples, take its place. */
  boolean replaced(String node) {
    return liveness.replaced(node);
  }

  /** Constant units of a node's first input that its bias takes over, and that leave. */
  BitSet absorbed(Node node) {
    boolean mixed =
        !node.inputs().isEmpty()
            && model.graph().unitMap(node).inputs().getFirst() instanceof UnitMap.Mixed;
    return mixed ? liveness.absorbed(node) : new BitSet();
  }

  ConstantUnits constants() {
    return constants;
  }

  Absorption absorption() {
    return absorption;
  }
}
