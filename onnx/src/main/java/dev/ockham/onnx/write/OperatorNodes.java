package dev.ockham.onnx.write;

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
import dev.ockham.runtime.graph.LengthMask;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.LocalResponse;
import dev.ockham.runtime.graph.MatrixProduct;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.PRelu;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Permute;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Resize;
import dev.ockham.runtime.graph.RunningSum;
import dev.ockham.runtime.graph.Slice;
import dev.ockham.runtime.graph.Softmax;
import dev.ockham.runtime.graph.Softsign;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.graph.Triangle;
import java.util.List;

/** Which ONNX operators an operator of a graph is. */
final class OperatorNodes {
  private OperatorNodes() {}

  /**
   * Adds the nodes of an operator.
   *
   * @return the ONNX name of its value
   * @throws IllegalArgumentException saying why it has no ONNX form, without the node's name
   */
  static String write(Operator operator, NodeWriter node) {
    if (node.out().size() == 0) {
      return node.filled(0); // Runtimes differ in what they do to nothing.
    }
    return switch (operator) {
      case Linear linear -> ProductNodes.linear(linear, node);
      case MatrixProduct product -> ProductNodes.product(product, node);
      case Embed embed -> ProductNodes.embed(embed, node);
      case Recurrent recurrent -> RecurrentNodes.write(recurrent, node);
      case Convolution convolution -> WindowNodes.convolution(convolution, node);
      case ConvolutionTransposed transposed -> WindowNodes.transposed(transposed, node);
      case Pool pool -> PoolNodes.write(pool, node);
      case Resize resize -> ResizeNodes.write(resize, node);
      case Activation activation -> ElementNodes.activation(activation, node);
      case PRelu prelu -> ElementNodes.prelu(prelu, node);
      case Combine combine -> ElementNodes.combine(combine, node);
      case LengthMask mask -> ElementNodes.lengthMask(mask, node);
      case Standardize standardize -> UnitNodes.standardize(standardize, node);
      case Affine affine -> UnitNodes.affine(affine, node);
      case BiasMap map -> UnitNodes.biasMap(map, node);
      case DependentGate gate -> UnitNodes.gate(gate, node);
      case Normalize normalize -> NormNodes.normalize(normalize, node);
      case LocalResponse response -> NormNodes.response(response, node);
      case Softsign _ -> node.step("Softsign", List.of(node.in(0)));
      case Composite composite -> node.inOthers(composite);
      case Reduce reduce -> NormNodes.reduce(reduce, node);
      case RunningSum sum ->
          node.step(
              "CumSum",
              List.of(node.in(0), node.whole("axis", sum.axis() + 1)),
              Attributes.number("exclusive", sum.exclusive() ? 1 : 0),
              Attributes.number("reverse", sum.reverse() ? 1 : 0));
      case Triangle triangle ->
          node.step(
              "Trilu",
              List.of(node.in(0), node.whole("k", triangle.diagonal())),
              Attributes.number("upper", triangle.upper() ? 1 : 0));
      case Softmax softmax -> NormNodes.softmax(softmax, node);
      case Concat concat -> MoveNodes.concat(concat, node);
      case Reshape _ -> MoveNodes.reshape(node);
      case Permute permute -> node.transpose(node.in(0), permute.order());
      case Slice slice -> MoveNodes.slice(slice, node);
      case Pad pad -> MoveNodes.pad(pad, node);
      case Constant _ -> node.step("Expand", List.of(node.parameter("value"), node.outShape()));
    };
  }
}
