package dev.ockham.onnx.write;

import ai.onnx.proto.OnnxMl.TensorProto;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.MatrixProduct;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Products of matrices, and rows of tables. */
final class ProductNodes {
  private ProductNodes() {}

  /** A Gemm for vectors; a MatMul with the weights transposed at every position otherwise. */
  static String linear(Linear linear, NodeWriter node) {
    Shape x = node.shape(0);
    int last = x.rank() - 1;
    int features = x.dim(last);
    if (features == 0) {
      return node.plus(node.filled(0), "bias", last);
    }
    if (x.rank() == 1) {
      List<String> inputs = new ArrayList<>(List.of(node.in(0), node.parameter("weight")));
      if (node.has("bias")) {
        inputs.add(node.parameter("bias"));
      }
      return node.step("Gemm", inputs, Attributes.number("transB", 1));
    }
    int outputs = linear.outputs();
    String weight =
        node.changed(
            "weight",
            "transposed",
            new long[] {features, outputs},
            numbers -> transposed(numbers, outputs, features));
    return node.plus(node.step("MatMul", List.of(node.in(0), weight)), "bias", last);
  }

  private static float[] transposed(float[] numbers, int rows, int columns) {
    float[] result = new float[numbers.length];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        result[column * rows + row] = numbers[row * columns + column];
      }
    }
    return result;
  }

  static String product(MatrixProduct product, NodeWriter node) {
    int rank = node.out().rank();
    if (node.shape(0).size() == 0) {
      return node.filled(0);
    }
    String right = node.in(1);
    if (product.transposeRight()) {
      List<Integer> order = new ArrayList<>();
      for (int axis = 0; axis < rank - 2; axis++) {
        order.add(axis);
      }
      order.add(rank - 1);
      order.add(rank - 2);
      right = node.transpose(right, order);
    }
    return node.step("MatMul", List.of(node.in(0), right));
  }

  /**
   * Rows by their numbers. Ockham gives zeros for a number outside of the table, where Gather
   * fails: the table has a row of zeros behind the last, and all such numbers go there; −1 is its
   * last row.
   */
  static String embed(Embed embed, NodeWriter node) {
    int rows = embed.rows();
    String table =
        node.changed(
            "weight",
            "with_zeros",
            new long[] {rows + 1L, embed.width()},
            numbers -> Arrays.copyOf(numbers, (rows + 1) * embed.width()));
    String row =
        node.whole(0)
            ? node.step(
                "Clip", List.of(node.in(0), node.whole("before", -1), node.whole("behind", rows)))
            : cast(
                node,
                node.step(
                    "Clip",
                    List.of(node.in(0), node.number("before", -1), node.number("behind", rows))),
                TensorProto.DataType.INT64_VALUE);
    return node.step("Gather", List.of(table, row), Attributes.number("axis", 0));
  }

  /** A value in another type of ONNX. */
  static String cast(NodeWriter node, String value, int type) {
    return node.step("Cast", List.of(value), Attributes.number("to", type));
  }
}
