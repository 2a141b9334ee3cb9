package dev.ockham.runtime.graph;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node computes, without any numbers but its settings. Every method is a pure function of
 * shapes.
 *
 * <p>A new operator is a record here with a sample in the contract; the compiler then names the
 * switches that need a case.
 */
public sealed interface Operator
    permits LinearInWeights,
        Recurrent,
        Pool,
        Activation,
        PRelu,
        Combine,
        Concat,
        Reshape,
        Permute,
        Slice,
        Pad,
        Reduce,
        Normalize,
        Composite,
        OwnLoop,
        Softmax,
        MatrixProduct,
        Resize,
        Constant,
        Standardize,
        Affine,
        BiasMap,
        DependentGate {

  /**
   * Shape of one example's output.
   *
   * @param in shapes of the inputs, in order
   * @throws IllegalArgumentException saying why there is none, without the node's name
   */
  Shape output(List<Shape> in);

  /**
   * The parameters that it takes for inputs of such shapes, for which {@link #output} must have an
   * answer.
   */
  default List<Slot> slots(List<Shape> in) {
    return List.of();
  }

  /**
   * How units go through.
   *
   * @param in shapes of the inputs
   * @param axes axis of each input's units; −1 where it has none
   */
  UnitMap units(List<Shape> in, List<Integer> axes);

  /** Multiply-adds for one example if nothing is pruned; elementwise work is not counted. */
  default long multiplyAdds(List<Shape> in) {
    return 0;
  }

  /**
   * The operator where only some units are left.
   *
   * @param in shapes of the inputs, with all units
   * @param axes axis of each input's units; −1 where it has none
   * @param inputs units that stay of each input; all where it has none
   * @param output units that stay of the output; only asked where {@link #units} gives it an axis
   */
  default Operator keeping(List<Shape> in, List<Integer> axes, List<BitSet> inputs, BitSet output) {
    return this;
  }

  /** Whether an output unit is 0 wherever one of the input units it is made of is 0. */
  default boolean zeroFromAnyZero() {
    return false;
  }

  /**
   * The parameter whose 0 makes an output unit the same for all examples, by the operator's name
   * for it; null if there is none.
   */
  default @Nullable String silencing() {
    return null;
  }

  /** What messages and files call it: its class in lower case, words joined by {@code _}. */
  default String kind() {
    return kind(getClass());
  }

  /** What files call a class of operators. */
  static String kind(Class<?> type) {
    StringBuilder kind = new StringBuilder();
    for (char c : type.getSimpleName().toCharArray()) {
      if (Character.isUpperCase(c) && !kind.isEmpty()) {
        kind.append('_');
      }
      kind.append(Character.toLowerCase(c));
    }
    return kind.toString();
  }
}
