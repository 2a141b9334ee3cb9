package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonMembers;
import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.ArrayList;
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

  /** Puts its settings into an object, {@code countPadding} as {@code count_padding}. */
  void write(JsonObjectBuilder out);

  /**
   * An operator of an object: its {@link #kind}, and what it wrote.
   *
   * @throws IllegalArgumentException naming the place and the value
   */
  static Operator read(JsonMembers in) {
    String kind = in.kind();
    @Nullable Operator of = LinearInWeights.read(kind, in);
    of = of == null ? Composite.read(kind, in) : of;
    of = of == null ? OwnLoop.read(kind, in) : of;
    return of == null ? other(kind, in) : of;
  }

  private static Operator other(String kind, JsonMembers in) {
    return switch (kind) {
      case "activation" ->
          new Activation(
              in.constant("function", Activation.Function.values()),
              in.number("first"),
              in.number("second"));
      case "affine" -> new Affine(in.whole("axis"));
      case "bias_map" -> new BiasMap(in.lists("kinds"));
      case "combine" -> new Combine(in.constant("by", Combine.By.values()));
      case "concat" -> new Concat(in.whole("axis"));
      case "constant" ->
          new Constant(
              in.sizes("shape", Shape.MOST_AXES, Shape::new),
              in.constant("role", Role.values()),
              in.whole("axis"));
      case "dependent_gate" -> new DependentGate(in.whole("axis"), in.number("cut"));
      case "matrix_product" -> new MatrixProduct(in.flag("transpose_right"));
      case "normalize" ->
          new Normalize(
              in.constant("over", Normalize.Over.values()),
              in.whole("axis"),
              in.whole("groups"),
              in.number("epsilon"));
      case "p_relu" -> new PRelu(in.whole("axis"));
      case "pad" -> new Pad(in.wholes("before"), in.wholes("after"), in.number("value"));
      case "permute" -> new Permute(in.wholes("order"));
      case "pool" ->
          new Pool(
              in.constant("of", Pool.Of.values()),
              Window.read(in),
              in.flag("ceil"),
              in.flag("count_padding"));
      case "recurrent" ->
          new Recurrent(
              in.constant("cell", Recurrent.Cell.values()),
              in.whole("hidden"),
              in.flag("reverse"),
              in.flag("last"));
      case "reduce" ->
          new Reduce(in.constant("to", Reduce.To.values()), in.wholes("axes"), in.flag("keep"));
      case "reshape" -> new Reshape(in.wholes("dims"));
      case "resize" ->
          new Resize(
              in.constant("by", Resize.By.values()),
              in.constant("align", Resize.Align.values()),
              in.wholes("sizes"));
      case "slice" ->
          new Slice(in.whole("axis"), in.whole("start"), in.whole("end"), in.whole("step"));
      case "softmax" -> new Softmax(in.whole("axis"), in.flag("log"));
      case "standardize" -> new Standardize(in.constant("each", Standardize.Each.values()));
      default -> throw in.unknown(kind, kinds());
    };
  }

  /** What files call operators of any class. */
  static List<String> kinds() {
    List<String> kinds =
        new ArrayList<>(
            List.of(
                "activation",
                "affine",
                "bias_map",
                "combine",
                "concat",
                "constant",
                "dependent_gate",
                "matrix_product",
                "normalize",
                "p_relu",
                "pad",
                "permute",
                "pool",
                "recurrent",
                "reduce",
                "reshape",
                "resize",
                "slice",
                "softmax",
                "standardize"));
    kinds.addAll(LinearInWeights.kinds());
    kinds.addAll(Composite.kinds());
    kinds.addAll(OwnLoop.kinds());
    kinds.sort(null);
    return kinds;
  }
}
