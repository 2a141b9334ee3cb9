package dev.ockham.runtime.plan;

import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.BiasMap;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Composite;
import dev.ockham.runtime.graph.Concat;
import dev.ockham.runtime.graph.Constant;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.MatrixProduct;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.OwnLoop;
import dev.ockham.runtime.graph.PRelu;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Permute;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Resize;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slice;
import dev.ockham.runtime.graph.Softmax;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.kernel.ElementFunction;
import dev.ockham.runtime.kernel.Finish;
import dev.ockham.runtime.kernel.Fixed;
import dev.ockham.runtime.kernel.Form;
import dev.ockham.runtime.kernel.FullyConnected;
import dev.ockham.runtime.kernel.Gates;
import dev.ockham.runtime.kernel.Interpolation;
import dev.ockham.runtime.kernel.Kernel;
import dev.ockham.runtime.kernel.Lookup;
import dev.ockham.runtime.kernel.Move;
import dev.ockham.runtime.kernel.Normalization;
import dev.ockham.runtime.kernel.Pairs;
import dev.ockham.runtime.kernel.Products;
import dev.ockham.runtime.kernel.RecordLoop;
import dev.ockham.runtime.kernel.RecurrentSteps;
import dev.ockham.runtime.kernel.Reduction;
import dev.ockham.runtime.kernel.SlidingWindows;
import dev.ockham.runtime.kernel.Slopes;
import dev.ockham.runtime.kernel.SoftmaxRows;
import dev.ockham.runtime.kernel.UnitLines;
import dev.ockham.runtime.kernel.WindowPool;
import dev.ockham.runtime.model.Matrix;
import java.util.List;
import java.util.Map;

/** The kernel of each operator. */
final class KernelChoice {
  private KernelChoice() {}

  /**
   * The kernel that runs an operator.
   *
   * @param in shapes of its inputs
   * @param numbers its parameters, by the operator's names for them
   * @param finish what is done to the sums of a layer with weights before they are written; {@link
   *     Finish#NONE} for any other operator
   * @param form in which weights are laid out
   * @throws IllegalArgumentException if numbers are missing without which it cannot run
   */
  static Kernel of(
      Operator operator, List<Shape> in, Map<String, Matrix> numbers, Finish finish, Form form) {
    Shape out = operator.output(in);
    var given = new Numbers(numbers);
    // These make up most small networks. A fresh JVM takes 20 ms for the first switch over types.
    if (operator instanceof Linear linear) {
      return linear(linear, in.get(0), given, finish, form);
    }
    if (operator instanceof Convolution convolution) {
      return convolution(convolution, in.get(0), out, given, finish, form);
    }
    if (operator instanceof Pool pool) {
      return new WindowPool(pool, in.get(0), out);
    }
    if (operator instanceof Activation activation) {
      return new ElementFunction(activation, out.size());
    }
    return any(operator, in, out, given, finish, form);
  }

  private static Kernel linear(Linear linear, Shape in, Numbers given, Finish finish, Form form) {
    return new FullyConnected(
        in, given.matrix("weight"), bias(given, linear.outputs()), finish, form);
  }

  private static Kernel convolution(
      Convolution conv, Shape in, Shape out, Numbers given, Finish finish, Form form) {
    return SlidingWindows.of(
        conv, in, out, given.matrix("weight"), bias(given, conv.outputs()), finish, form);
  }

  private static Kernel any(
      Operator operator, List<Shape> in, Shape out, Numbers given, Finish finish, Form form) {
    return switch (operator) {
      case Linear linear -> linear(linear, in.get(0), given, finish, form);
      case Convolution conv -> convolution(conv, in.get(0), out, given, finish, form);
      case ConvolutionTransposed conv ->
          SlidingWindows.transposed(
              conv, in.get(0), out, given.matrix("weight"), bias(given, conv.outputs()), form);
      case Embed embed -> new Lookup(given.matrix("weight"), in.get(0).size());
      case Recurrent recurrent -> recurrent(recurrent, in.get(0), given, form);
      case Pool pool -> new WindowPool(pool, in.get(0), out);
      case Activation activation -> new ElementFunction(activation, out.size());
      case PRelu slopes -> new Slopes(units(in.get(0), slopes.axis()), given.array("slope"));
      case Combine combine -> new Pairs(combine, in.get(0), in.get(1), out);
      case Concat concat -> Move.of(concat, in, out);
      case Reshape reshape -> Move.same(out.size());
      case Permute permute -> Move.of(permute, in.get(0), out);
      case Slice slice -> Move.of(slice, in.get(0), out);
      case Pad pad -> Move.of(pad, in.get(0), out);
      case Reduce reduce -> new Reduction(reduce, in.get(0));
      case Normalize normalize -> normalize(normalize, in.get(0), given);
      case Composite nothing -> new Fixed(new float[out.size()]); // any other is expanded
      case OwnLoop loop -> new RecordLoop(loop, in);
      case Softmax softmax -> new SoftmaxRows(softmax, in.get(0));
      case MatrixProduct product -> new Products(product, in.get(0), out);
      case Resize resize ->
          switch (resize.by()) {
            case NEAREST -> Move.of(resize, in.get(0), out);
            case LINEAR -> new Interpolation(resize, in.get(0), out);
          };
      case Constant constant -> new Fixed(given.array("value"));
      case Standardize standardize ->
          UnitLines.centred(
              units(standardize, in.get(0)), given.array("mean"), given.array("scale"));
      case Affine affine ->
          UnitLines.scaled(
              units(in.get(0), affine.axis()), given.array("scale"), given.array("shift"));
      case BiasMap map -> UnitLines.shifted(kinds(map, in.get(0)), given.array("shift"));
      case DependentGate gate ->
          new Gates(
              in.get(0),
              gate.axis(),
              given.array("scale"),
              given.array("shift"),
              given.array("factor"),
              gate.cut());
    };
  }

  /** One number per output; −0 counts as 0, so that a zero added makes no difference to a sum. */
  private static float[] bias(Numbers given, int outputs) {
    float[] bias = given.or("bias", outputs, 0);
    for (int o = 0; o < outputs; o++) {
      bias[o] += 0f;
    }
    return bias;
  }

  private static Kernel recurrent(Recurrent operator, Shape in, Numbers given, Form form) {
    int rows = operator.cell().gates() * operator.hidden();
    return new RecurrentSteps(
        operator,
        in,
        given.matrix("weight_ih"),
        given.matrix("weight_hh"),
        given.or("bias_ih", rows, 0),
        given.or("bias_hh", rows, 0),
        form);
  }

  private static Kernel normalize(Normalize operator, Shape in, Numbers given) {
    int units = in.dim(operator.axis());
    int learnt =
        operator.over() == Normalize.Over.LAYER ? in.product(operator.axis(), in.rank()) : units;
    float[] scale = given.or("scale", learnt, 1);
    float[] shift = given.or("shift", learnt, 0);
    return switch (operator.over()) {
      case BATCH -> batch(operator, in, scale, shift, given);
      case LAYER -> Normalization.layer(operator, in, scale, shift);
      case GROUP -> Normalization.blocks(operator, in, operator.groups(), scale, shift);
      case INSTANCE -> Normalization.blocks(operator, in, units, scale, shift);
    };
  }

  private static Kernel batch(
      Normalize operator, Shape in, float[] scale, float[] shift, Numbers given) {
    if (!given.has("mean") || !given.has("variance")) {
      throw new IllegalArgumentException(
          "its statistics are missing: mean and variance of each unit, estimated from examples");
    }
    float[] variance = given.array("variance");
    for (int u = 0; u < variance.length; u++) {
      scale[u] = (float) (scale[u] / Math.sqrt(variance[u] + Moments.decimal(operator.epsilon())));
    }
    return UnitLines.normalized(units(in, operator.axis()), given.array("mean"), scale, shift);
  }

  static int[] units(Standardize operator, Shape in) {
    return switch (operator.each()) {
      case ALL -> new int[in.size()];
      case UNIT -> units(in, 0);
      case FEATURE -> {
        int[] same = new int[in.size()];
        for (int f = 0; f < same.length; f++) {
          same[f] = f;
        }
        yield same;
      }
    };
  }

  /** For each feature its index along an axis; 0 without an axis. */
  static int[] units(Shape in, int axis) {
    int[] units = new int[in.size()];
    if (axis >= 0) {
      int inner = in.product(axis + 1, in.rank());
      for (int f = 0; f < units.length; f++) {
        units[f] = f / inner % in.dim(axis);
      }
    }
    return units;
  }

  /** For each feature the number of its shift: that of its unit and kind of position. */
  private static int[] kinds(BiasMap operator, Shape in) {
    int[] numbers = units(in, 0);
    for (int axis = 0; axis < operator.kinds().size(); axis++) {
      List<Integer> kinds = operator.kinds().get(axis);
      int count = 0;
      for (int kind : kinds) {
        count = Math.max(count, kind + 1);
      }
      int[] places = units(in, axis + 1);
      for (int f = 0; f < numbers.length; f++) {
        numbers[f] = numbers[f] * count + kinds.get(places[f]);
      }
    }
    return numbers;
  }
}
