package dev.ockham.onnx.read.fold;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.argument.ShapeArguments;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Constants reduced along axes, summed up on the way, or multiplied as matrices. */
final class SumEvaluation {
  private SumEvaluation() {}

  /** Output of a node of which all inputs are known; null if it is none of these. */
  static @Nullable Tensor of(NodeView view, Room room) {
    return switch (view.node().operator()) {
      case "ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd" -> reduced(view, room);
      case "CumSum" -> cumulated(view, room);
      case "MatMul" -> product(view, room);
      default -> null;
    };
  }

  private static Tensor reduced(NodeView view, Room room) {
    Tensor x = view.known(0, "input");
    List<Integer> axes = ShapeArguments.reduced(view);
    Shape kept = ShapeArguments.reduce(x.shape(), axes, true);
    room.take(view, 2L * x.size() + kept.size());
    int[] target = Places.stretched(kept, x.shape());
    double[] sums = new double[kept.size()];
    boolean[] seen = new boolean[sums.length];
    float[] from = x.reals();
    for (int i = 0; i < target.length; i++) {
      int to = target[i];
      sums[to] = seen[to] ? joined(view.node().operator(), sums[to], from[i]) : from[i];
      seen[to] = true;
    }
    Shape out = ShapeArguments.reduce(view);
    double count = sums.length == 0 ? 1 : (double) x.size() / sums.length;
    boolean mean = view.node().operator().equals("ReduceMean");
    float[] result = new float[sums.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = (float) (mean ? sums[i] / count : sums[i]);
    }
    Tensor reals = Tensor.reals(out, result);
    return x.isReal() ? reals : x.withType(out, reals.integers());
  }

  private static double joined(String operator, double x, double y) {
    return switch (operator) {
      case "ReduceMax" -> Math.max(x, y);
      case "ReduceMin" -> Math.min(x, y);
      case "ReduceProd" -> x * y;
      default -> x + y;
    };
  }

  private static Tensor cumulated(NodeView view, Room room) {
    Tensor x = view.known(0, "input");
    Tensor along = view.known(1, "axis");
    if (along.size() != 1
        || view.attributes().integer("exclusive", 0) != 0
        || view.attributes().integer("reverse", 0) != 0) {
      throw view.node().unsupported("it sums up exclusively or from behind");
    }
    int axis = view.axis(along.integers()[0], x.shape().rank());
    room.take(view, x.size());
    int inner = x.shape().product(axis + 1, x.shape().rank());
    int size = x.shape().dim(axis);
    if (x.isReal()) {
      float[] sums = x.reals().clone();
      for (int i = 0; i < sums.length; i++) {
        if (i / inner % size > 0) {
          sums[i] += sums[i - inner];
        }
      }
      return Tensor.reals(x.shape(), sums);
    }
    long[] sums = x.integers().clone();
    for (int i = 0; i < sums.length; i++) {
      if (i / inner % size > 0) {
        sums[i] += sums[i - inner];
      }
    }
    return x.withType(x.shape(), sums);
  }

  /** A product of two matrices; of more axes only where one of them is a matrix on the right. */
  private static @Nullable Tensor product(NodeView view, Room room) {
    Tensor x = view.known(0, "input");
    Tensor y = view.known(1, "input");
    Shape out = ProductShapes.product(view);
    if (x.shape().rank() < 2 || y.shape().rank() != 2 || !x.isReal()) {
      return null;
    }
    int inner = y.shape().dim(0);
    int columns = y.shape().dim(1);
    room.take(view, out.size() + (long) out.size() * inner / 64);
    if (inner == 0) {
      throw new MalformedOnnxException(view.node(), "it multiplies matrices without a number");
    }
    float[] a = x.reals();
    float[] b = y.reals();
    float[] result = new float[out.size()];
    for (int i = 0; i < result.length; i++) {
      int row = i / columns * inner;
      int column = i % columns;
      double sum = 0;
      for (int k = 0; k < inner; k++) {
        sum += (double) a[row + k] * b[k * columns + column];
      }
      result[i] = (float) sum;
    }
    return Tensor.reals(out, result);
  }
}
