package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.LinearInWeights;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.UnitMap;
import dev.ockham.runtime.graph.UnitMap.Tie;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which units of each value are the same for all examples, and what they are: one pass from the
 * inputs to the outputs. A value without an axis of units is one unit here.
 *
 * <p>Where no numbers are known but only which weights are left, a constant is {@link
 * ConstantMap#UNKNOWN}, and nothing is constant because a factor happens to be zero.
 */
final class ConstantUnits {
  private final @Nullable Model numbers;
  private final Graph graph;
  private final Map<String, WeightReads> reads;
  private final UnitClasses classes;
  private final Map<String, List<float @Nullable []>> units = new HashMap<>();

  /**
   * Goes through a graph.
   *
   * @param numbers its numbers; null where only the reads are known
   */
  ConstantUnits(Graph graph, @Nullable Model numbers, Map<String, WeightReads> reads) {
    this.graph = graph;
    this.numbers = numbers;
    this.reads = reads;
    this.classes = UnitClasses.of(graph);
    for (Input input : graph.inputs()) {
      units.put(input.name(), allVary(input.name()));
    }
    for (Node node : graph.nodes()) {
      units.put(node.name(), unitsOf(node));
    }
  }

  /** Numbers of a unit that is the same for all examples: one if equal at all positions. */
  float @Nullable [] of(String value, int unit) {
    return of(value).get(unit);
  }

  /** By unit of a value, as {@link #of(String, int)}. */
  List<float @Nullable []> of(String value) {
    return Objects.requireNonNull(units.get(value), value);
  }

  /** Whether all of a value is the same for all examples; also where it has no units left. */
  boolean whole(String value) {
    return of(value).stream().allMatch(Objects::nonNull);
  }

  /** Units of a value that differ between examples. */
  BitSet varying(String value) {
    List<float @Nullable []> all = of(value);
    BitSet varying = new BitSet();
    for (int unit = 0; unit < all.size(); unit++) {
      varying.set(unit, all.get(unit) == null);
    }
    return varying;
  }

  private List<float @Nullable []> allVary(String value) {
    return new ArrayList<>(
        Collections.<float @Nullable []>nCopies(UnitLayout.of(graph, value).units(), null));
  }

  private List<float @Nullable []> unitsOf(Node node) {
    UnitMap map = graph.unitMap(node);
    boolean mixed = !map.inputs().isEmpty() && map.inputs().getFirst() instanceof UnitMap.Mixed;
    List<float @Nullable []> found = allVary(node.name());
    if (mixed && node.operator() instanceof LinearInWeights operator) {
      mixed(node, operator, found);
    } else if (node.operator() instanceof Recurrent) {
      recurrent(node, mixed, found);
    } else {
      BitSet constant = new BitSet();
      BitSet silenced = silenced(node, map);
      for (int unit = 0; unit < found.size(); unit++) {
        constant.set(unit, isConstant(node, map, silenced, unit));
      }
      fill(node, constant, found);
    }
    return found;
  }

  /** Units of a node that read nothing that varies; they are their bias and the constants. */
  private void mixed(Node node, LinearInWeights operator, List<float @Nullable []> found) {
    String x = node.inputs().getFirst();
    BitSet varies = varying(x);
    BitSet rows = new BitSet();
    WeightReads read = Objects.requireNonNull(reads.get(node.name()));
    for (int row = 0; row < found.size(); row++) {
      rows.set(row, !read.inputs().get(row).intersects(varies));
    }
    if (rows.isEmpty() || numbers == null) {
      rows.stream().forEach(row -> found.set(row, ConstantMap.UNKNOWN));
      return;
    }
    Contribution sum = contribution(node, operator.weight(), "bias", rows, unit -> true);
    for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
      found.set(row, ConstantMap.of(sum.constant(row)));
    }
  }

  /**
   * What the constant units that a node reads come to.
   *
   * @param weight the operator's name for the weights
   * @param bias the operator's name for what they are added to
   * @param rows rows that are wanted
   * @param counts which units of the first input count, if they are constant
   */
  Contribution contribution(
      Node node, String weight, String bias, BitSet rows, IntPredicate counts) {
    String x = node.inputs().getFirst();
    Model model = Objects.requireNonNull(numbers);
    Matrix weights = model.value(Objects.requireNonNull(node.parameters().get(weight)));
    List<float @Nullable []> constants = new ArrayList<>(of(x));
    for (int unit = 0; unit < constants.size(); unit++) {
      if (!counts.test(unit)) {
        constants.set(unit, null);
      }
    }
    String name = node.parameters().get(bias);
    int count = node.operator() instanceof Recurrent ? weights.rows() : graph.units(node.name());
    double[] start = new double[count];
    if (name != null) {
      float[] given = model.value(name).toDense();
      for (int i = 0; i < start.length; i++) {
        start[i] = given[i];
      }
    }
    IntUnaryOperator classOf = unit -> classes.of(x, unit);
    return Contribution.of(graph, node, weights.toDense(), constants, classOf, rows, start);
  }

  /**
   * Hidden units that read nothing that varies, neither inputs nor hidden units; where the length
   * of a sequence comes from outside, only those that are 0 at every step, if numbers are known:
   * otherwise a length alone counts for nothing.
   */
  private void recurrent(Node node, boolean mixed, List<float @Nullable []> found) {
    WeightReads read = Objects.requireNonNull(reads.get(node.name()));
    boolean ends = numbers != null && node.inputs().size() > 1 && !whole(node.inputs().get(1));
    List<float @Nullable []> given = of(node.inputs().getFirst());
    BitSet varies = new BitSet();
    for (int unit = 0; unit < given.size(); unit++) {
      float[] constant = given.get(unit);
      varies.set(unit, constant == null || (ends && !ConstantMap.isZero(constant)));
    }
    BitSet moving = new BitSet();
    for (int unit = 0; unit < found.size(); unit++) {
      moving.set(
          unit,
          mixed
              ? read.inputs().get(unit).intersects(varies)
              : read.any().get(unit) && !varies.isEmpty());
    }
    // Where lengths vary, that of all steps: a unit that is 0 at each is so at any length.
    Node full =
        ends
            ? new Node(node.name(), node.operator(), node.inputs().subList(0, 1), node.parameters())
            : node;
    boolean more = true;
    while (more) {
      spread(read, moving);
      BitSet still = new BitSet();
      still.set(0, found.size());
      still.andNot(moving);
      Collections.fill(found, null);
      fill(full, still, found);
      more = false;
      for (int unit = 0; ends && unit < found.size(); unit++) {
        float[] constant = found.get(unit);
        if (constant != null && !ConstantMap.isZero(constant)) {
          moving.set(unit);
          more = true;
        }
      }
    }
  }

  private static void spread(WeightReads read, BitSet moving) {
    int before;
    do {
      before = moving.cardinality();
      for (int unit = 0; unit < read.self().size(); unit++) {
        if (read.self().get(unit).intersects(moving)) {
          moving.set(unit);
        }
      }
    } while (moving.cardinality() > before);
  }

  private boolean isConstant(Node node, UnitMap map, BitSet silenced, int unit) {
    WeightReads read = reads.get(node.name());
    if (node.operator() instanceof LinearInWeights && read != null && !read.any().get(unit)) {
      return true;
    }
    return silenced.get(unit) || zeroed(node, map, unit) || partsAreConstant(node, map, unit);
  }

  /** Units whose silencing parameter is 0. */
  private BitSet silenced(Node node, UnitMap map) {
    String slot = node.operator().silencing();
    String name = slot == null ? null : node.parameters().get(slot);
    BitSet zero = new BitSet();
    if (slot == null || name == null || numbers == null) {
      return zero;
    }
    float[] factors = numbers.value(name).toDense();
    int units = graph.units(node.name());
    BitSet others = new BitSet();
    for (Tie tie : map.ties().getOrDefault(slot, List.of())) {
      for (int i = 0; tie.input() == Tie.OUTPUT && i < factors.length; i++) {
        int unit = tie.index().unit(i, units);
        if (unit >= 0) {
          (factors[i] == 0 ? zero : others).set(unit);
        }
      }
    }
    zero.andNot(others);
    return zero;
  }

  private boolean zeroed(Node node, UnitMap map, int unit) {
    if (!node.operator().zeroFromAnyZero()) {
      return false;
    }
    for (int i = 0; i < node.inputs().size(); i++) {
      String x = node.inputs().get(i);
      boolean zero =
          switch (map.inputs().get(i)) {
            case UnitMap.Carried(var index) -> {
              int from = index.unit(unit, graph.units(x));
              yield from >= 0 && isZero(of(x, from));
            }
            case UnitMap.Whole _ -> of(x).stream().allMatch(ConstantUnits::isZero);
            case UnitMap.Merged _, UnitMap.Mixed _ -> false;
          };
      if (zero) {
        return true;
      }
    }
    return false;
  }

  private static boolean isZero(float @Nullable [] constant) {
    return constant != null && ConstantMap.isZero(constant);
  }

  private boolean partsAreConstant(Node node, UnitMap map, int unit) {
    for (int i = 0; i < node.inputs().size(); i++) {
      String x = node.inputs().get(i);
      boolean constant =
          switch (map.inputs().get(i)) {
            case UnitMap.Carried(var index) -> {
              int from = index.unit(unit, graph.units(x));
              yield from < 0 || of(x, from) != null;
            }
            case UnitMap.Merged(int block) ->
                of(x).subList(unit * block, (unit + 1) * block).stream().allMatch(Objects::nonNull);
            case UnitMap.Mixed _, UnitMap.Whole _ -> whole(x);
          };
      if (!constant) {
        return false;
      }
    }
    return true;
  }

  private void fill(Node node, BitSet constant, List<float @Nullable []> found) {
    if (constant.isEmpty() || numbers == null) {
      constant.stream().forEach(unit -> found.set(unit, ConstantMap.UNKNOWN));
      return;
    }
    List<List<float @Nullable []>> inputs = node.inputs().stream().map(this::of).toList();
    List<float @Nullable []> given = NodeOnConstants.of(numbers, node, inputs);
    constant.stream().forEach(unit -> found.set(unit, given.get(unit)));
  }
}
