package dev.ockham.onnx.read.fuse;

import dev.ockham.onnx.read.program.OnnxNode;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A sum with one number per output behind a product with weights, on either side: MatMul and Add
 * become Linear, which ONNX does not have and which takes x, weights {@code [in, out]} and bias.
 */
final class BiasPattern implements Pattern {
  @Override
  public @Nullable OnnxNode rewritten(OnnxNode last, ProgramIndex index) {
    if (!last.operator().equals("Add")) {
      return null;
    }
    for (int i = 0; i < 2; i++) {
      String product = last.input(i);
      Tensor bias = index.constant(last.input(1 - i));
      if (bias == null || !bias.isReal() || !index.readOnce(product)) {
        continue;
      }
      OnnxNode multiplied = index.giver(product, "MatMul");
      if (multiplied != null && isRow(bias, weights(multiplied, index))) {
        return named(multiplied, last, "Linear", last.input(1 - i));
      }
      OnnxNode convolved = index.giver(product, "Conv");
      if (convolved != null
          && convolved.input(2).isEmpty()
          && isPerChannel(bias, index.shape(product))
          && bias.shape().rank() == 1) {
        return named(convolved, last, "Conv", last.input(1 - i));
      }
    }
    return null;
  }

  /** The earlier node with a bias, giving what the sum gave. */
  private static OnnxNode named(OnnxNode product, OnnxNode sum, String operator, String bias) {
    return new OnnxNode(
        product.name(),
        operator,
        List.of(product.input(0), product.input(1), bias),
        sum.outputs(),
        product.attributes(),
        product.opset());
  }

  /** Outputs of weights {@code [in, out]}; −1 for a product of values. */
  private static int weights(OnnxNode product, ProgramIndex index) {
    Tensor weights = index.constant(product.input(1));
    boolean matrix = weights != null && weights.shape().rank() == 2;
    return weights != null && matrix && index.shape(product.input(0)).rank() > 0
        ? weights.shape().dim(1)
        : -1;
  }

  private static boolean isRow(Tensor bias, int outputs) {
    return bias.shape().rank() == 1 && bias.size() == outputs;
  }

  private static boolean isPerChannel(Tensor bias, Shape out) {
    return out.rank() > 1 && bias.size() == out.dim(1) && out.product(2, out.rank()) == 1;
  }
}
