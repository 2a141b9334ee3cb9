package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.UnitMap;
import dev.ockham.runtime.model.CsrMatrix;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Model;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the units of a network's values are: the same for all examples or not, read or not, and
 * which of them may leave. The one place where that is worked out: folding, compaction, shrinking,
 * the check for a collapse, and counts of units, inputs and multiply-adds ask here.
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
  private final Graph graph;
  private final @Nullable Model model;
  private final Function<String, BitSet> left;
  private final Absorption.May may;
  private final Map<String, BitSet> needed;
  private @Nullable Facts facts;

  private UnitFlow(
      Graph graph,
      @Nullable Model model,
      Function<String, BitSet> left,
      Absorption.May may,
      Map<String, BitSet> needed) {
    this.graph = graph;
    this.model = model;
    Map<String, BitSet> known = new HashMap<>();
    this.left = name -> known.computeIfAbsent(name, left);
    this.may = may;
    this.needed = needed;
  }

  /** What takes work to find; whoever counts weights alone needs none of it. */
  private record Facts(
      Map<String, WeightReads> reads,
      ConstantUnits constants,
      Absorption absorption,
      Liveness liveness,
      Map<String, BitSet> leaving) {

    static Facts of(UnitFlow flow) {
      Graph graph = flow.graph;
      Map<String, WeightReads> reads = WeightReads.of(graph, flow.left);
      ConstantUnits constants = new ConstantUnits(graph, flow.model, reads);
      Absorption absorption = new Absorption(graph, flow.may);
      Map<String, BitSet> absorbed = UnitFlow.constants(graph, constants);
      while (true) {
        Liveness pass = new Liveness(graph, reads, constants, absorption, absorbed, flow.needed);
        Map<String, BitSet> go = UnitFlow.leaving(graph, pass);
        Map<String, BitSet> taken = new HashMap<>();
        absorbed.forEach((value, units) -> taken.put(value, and(units, go.get(value))));
        if (taken.equals(absorbed)) {
          return new Facts(reads, constants, absorption, pass, go);
        }
        absorbed = taken;
      }
    }
  }

  private Facts facts() {
    if (facts == null) {
      facts = Facts.of(this);
    }
    return facts;
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
    UnitFlow flow = new UnitFlow(model.graph(), model, name -> nonZeros(model, name), may, needed);
    flow.facts = Facts.of(flow); // now: what is needed may change afterwards
    return flow;
  }

  /**
   * The facts that hold whatever a network's numbers are, if some weights are gone. A unit is then
   * the same for all examples only because no weight leads to it from what differs between them;
   * that examples differ in length counts for nothing.
   *
   * @param kept by prunable parameter, which weights stay, row-major in its shape
   */
  public static UnitFlow of(Graph graph, Map<String, Mask> kept) {
    return ofWeights(graph, name -> Objects.requireNonNull(kept.get(name), name).bits());
  }

  /**
   * The flow of units where the weights that are zero are gone; else as {@link #of(Graph, Map)}.
   */
  public static UnitFlow ofZeros(Model model) {
    return ofWeights(model.graph(), name -> nonZeros(model, name));
  }

  /** The flow of units where all weights stay; else as {@link #of(Graph, Map)}. */
  public static UnitFlow whole(Graph graph) {
    return ofWeights(
        graph,
        name -> {
          BitSet all = new BitSet();
          all.set(0, graph.parameter(name).shape().size());
          return all;
        });
  }

  private static UnitFlow ofWeights(Graph graph, Function<String, BitSet> left) {
    return new UnitFlow(graph, null, left, Absorption.May.ADD_PARAMETERS, Map.of());
  }

  private static BitSet nonZeros(Model model, String parameter) {
    BitSet bits = new BitSet();
    switch (model.value(parameter)) {
      case DenseMatrix dense -> {
        float[] numbers = dense.toDense();
        for (int i = 0; i < numbers.length; i++) {
          bits.set(i, numbers[i] != 0);
        }
      }
      case CsrMatrix sparse -> {
        int[] offsets = sparse.rowOffsets();
        int[] columns = sparse.columns();
        float[] numbers = sparse.values();
        for (int row = 0; row < sparse.rows(); row++) {
          for (int i = offsets[row]; i < offsets[row + 1]; i++) {
            bits.set(row * sparse.cols() + columns[i], numbers[i] != 0);
          }
        }
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

  /** The network that this is about. */
  public Graph graph() {
    return graph;
  }

  /** The model that this is about, where its numbers are known. */
  Model model() {
    return Objects.requireNonNull(model, "the facts of a graph without numbers");
  }

  /**
   * The numbers of a unit that is the same for all examples, in the order of the value's other
   * axes; one number where all are equal, NaN where nobody knows it; null where it varies.
   *
   * @param unit along the value's axis of units; 0 for a value that has none
   */
  public float @Nullable [] constant(String value, int unit) {
    float[] numbers = facts().constants().of(value, unit);
    return numbers == null ? null : numbers.clone();
  }

  /** Whether all numbers of a value are the same for all examples. */
  public boolean isConstant(String value) {
    return facts().constants().whole(value);
  }

  /** Units of a value that differ between examples; unit 0 stands for a value without units. */
  public BitSet varying(String value) {
    return facts().constants().varying(value);
  }

  /** Units of a value that something needs; unit 0 stands for a value without units. */
  public BitSet read(String value) {
    return (BitSet) facts().liveness().read(value).clone();
  }

  /** Units of a value that may leave. */
  public BitSet leaving(String value) {
    return (BitSet) facts().leaving().getOrDefault(value, new BitSet()).clone();
  }

  /** Units of a value that stay. */
  public BitSet staying(String value) {
    BitSet units = new BitSet();
    units.set(0, graph.units(value));
    units.andNot(facts().leaving().getOrDefault(value, new BitSet()));
    return units;
  }

  /** Whether a node makes units through weights that pruning may take. */
  public boolean weighted(Node node) {
    return facts().reads().containsKey(node.name());
  }

  /**
   * Units of an input that a node needs for some of its own; unit 0 stands for a value without
   * units.
   *
   * @param input number of the input
   */
  BitSet needed(Node node, int input, BitSet units) {
    return facts().liveness().needed(node, input, facts().reads().get(node.name()), units);
  }

  /**
   * How many units a node's weights work on, as papers count them: of a linear node the inputs that
   * a weight multiplies, of others the outputs that have a weight.
   */
  public int unitsWorkedOn(Node node) {
    return WeightReads.worked(graph, node, left).cardinality();
  }

  /** How many numbers of a prunable parameter are left. */
  public int weightsLeft(String parameter) {
    return left.apply(parameter).cardinality();
  }

  /** Whether a node is needed at all. */
  boolean present(String node) {
    return facts().liveness().present(node);
  }

  /** Whether a node's numbers, which are the same for all examples, take its place. */
  boolean replaced(String node) {
    return facts().liveness().replaced(node);
  }

  /** Constant units of a node's first input that its bias takes over, and that leave. */
  BitSet absorbed(Node node) {
    boolean mixed =
        !node.inputs().isEmpty()
            && graph.unitMap(node).inputs().getFirst() instanceof UnitMap.Mixed;
    return mixed ? facts().liveness().absorbed(node) : new BitSet();
  }

  ConstantUnits constants() {
    return facts().constants();
  }

  Absorption absorption() {
    return facts().absorption();
  }
}
