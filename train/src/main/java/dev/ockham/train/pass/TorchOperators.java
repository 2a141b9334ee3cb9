package dev.ockham.train.pass;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.BiasMap;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Composite;
import dev.ockham.runtime.graph.Concat;
import dev.ockham.runtime.graph.Constant;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.LengthMask;
import dev.ockham.runtime.graph.LinearInWeights;
import dev.ockham.runtime.graph.MatrixProduct;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.PRelu;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Permute;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Resize;
import dev.ockham.runtime.graph.RunningSum;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slice;
import dev.ockham.runtime.graph.Softmax;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.graph.Triangle;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Operators of a graph in libtorch: the one switch that says what each of them computes there. */
final class TorchOperators {

  private TorchOperators() {}

  /**
   * What a node computes.
   *
   * @param leaves of its parameters
   * @param kernels draw noise
   * @throws IllegalArgumentException for gated weights under local reparameterisation
   */
  static TorchFunction function(Graph graph, Node node, PassLeaves leaves, Kernels kernels) {
    TorchParameters parameters = new TorchParameters(graph, node, leaves, kernels);
    List<Shape> in = graph.inputShapes(node);
    Shape out = graph.shape(node.name());
    if (out.size() == 0) {
      return (_, share) -> torch.zeros(out.withBatch(share.rows()));
    }
    if (node.operator() instanceof LinearInWeights && in.getFirst().size() == 0) {
      return nothingIn(parameters.find("bias"), graph.unitAxis(node.name()), out);
    }
    return function(parameters, in, out);
  }

  /** Nothing to add up, but a bias. */
  private static TorchFunction nothingIn(@Nullable Tensor bias, int axis, Shape out) {
    return (_, share) -> {
      Tensor zeros = torch.zeros(out.withBatch(share.rows()));
      return bias == null ? zeros : zeros.add(TorchAxes.along(bias, axis, out));
    };
  }

  private static TorchFunction function(TorchParameters parameters, List<Shape> in, Shape out) {
    return switch (parameters.node().operator()) {
      case LinearInWeights linear -> TorchLinear.of(linear, parameters);
      case Recurrent recurrent -> new TorchRecurrent(recurrent, parameters);
      case Pool pool -> TorchWindows.pool(pool, in.getFirst(), out);
      case Activation a -> (inputs, _) -> TorchElements.activation(a, inputs.getFirst());
      case PRelu prelu -> sloped(prelu, parameters.of("slope"), out);
      case Combine c -> (inputs, _) -> TorchElements.combined(c, inputs.get(0), inputs.get(1));
      case Concat concat -> (inputs, _) -> TorchElements.joined(inputs, concat.axis());
      case Reshape _ -> (inputs, share) -> inputs.getFirst().reshape(out.withBatch(share.rows()));
      case Permute permute -> permuted(permute);
      case Slice slice -> (inputs, _) -> sliced(slice, inputs.getFirst());
      case Pad pad -> padded(pad);
      case Reduce reduce -> reduced(reduce);
      case Normalize norm -> TorchNorms.of(norm, parameters, in.getFirst());
      case Composite composite -> inOthers(composite.inOthers(in), parameters);
      case RunningSum sum -> (inputs, _) -> runningSum(sum, inputs.getFirst());
      case Triangle triangle -> (inputs, _) -> kept(triangle, inputs.getFirst());
      case Softmax softmax -> probabilities(softmax);
      case MatrixProduct product -> product(product);
      case Resize resize -> (inputs, _) -> TorchWindows.resized(resize, inputs.getFirst());
      case LengthMask mask -> (inputs, _) -> TorchElements.mask(mask, inputs.getFirst());
      case Constant _ -> constant(parameters.of("value"), out);
      case Standardize s -> TorchElements.standardized(s, parameters, in.getFirst());
      case Affine affine -> affine(affine, parameters, out);
      case BiasMap map -> TorchElements.biased(map, parameters);
      case DependentGate gate -> TorchElements.gated(gate, parameters, in.getFirst());
    };
  }

  private static TorchFunction sloped(PRelu prelu, Tensor slope, Shape out) {
    return (inputs, _) ->
        TorchElements.sloped(
            inputs.getFirst(),
            prelu.axis() < 0 ? slope : TorchAxes.along(slope, prelu.axis(), out));
  }

  private static TorchFunction permuted(Permute permute) {
    long[] order = new long[permute.order().size() + 1];
    System.arraycopy(TorchAxes.behindBatch(permute.order()), 0, order, 1, order.length - 1);
    return (inputs, _) -> inputs.getFirst().permute(order);
  }

  private static Tensor sliced(Slice slice, Tensor x) {
    return x.slice(
        slice.axis() + 1L,
        new LongOptional(slice.start()),
        new LongOptional(slice.end()),
        slice.step());
  }

  private static TorchFunction padded(Pad pad) {
    long[] pairs = TorchWindows.pairs(pad.before(), pad.after());
    return (inputs, _) -> torch.constant_pad_nd(inputs.getFirst(), pairs, new Scalar(pad.value()));
  }

  private static TorchFunction reduced(Reduce reduce) {
    if (reduce.axes().isEmpty()) {
      return (inputs, _) -> inputs.getFirst();
    }
    long[] axes = TorchAxes.behindBatch(reduce.axes());
    boolean keep = reduce.keep();
    return switch (reduce.to()) {
      case MEAN -> (inputs, _) -> inputs.getFirst().mean(axes, keep, new ScalarTypeOptional());
      case SUM -> (inputs, _) -> inputs.getFirst().sum(axes, keep, new ScalarTypeOptional());
      case MAX -> (inputs, _) -> inputs.getFirst().amax(axes, keep);
      case MIN -> (inputs, _) -> inputs.getFirst().amin(axes, keep);
    };
  }

  /** The nodes of a graph without parameters, one behind the other. */
  private static TorchFunction inOthers(Graph graph, TorchParameters outer) {
    Map<Node, TorchFunction> functions = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      functions.put(node, function(graph, node, outer.leaves(), outer.kernels()));
    }
    return (inputs, share) -> {
      Map<String, Tensor> values = new HashMap<>();
      for (int i = 0; i < inputs.size(); i++) {
        values.put(graph.inputs().get(i).name(), inputs.get(i));
      }
      functions.forEach((node, function) -> {
        List<Tensor> read = node.inputs().stream().map(name -> found(values, name)).toList();
        values.put(node.name(), function.of(read, share));
      });
      return found(values, graph.outputs().getFirst());
    };
  }

  private static Tensor found(Map<String, Tensor> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  private static Tensor runningSum(RunningSum sum, Tensor x) {
    long axis = sum.axis() + 1L;
    Tensor ordered = sum.reverse() ? x.flip(axis) : x;
    Tensor sums = ordered.cumsum(axis);
    Tensor wanted = sum.exclusive() ? sums.sub(ordered) : sums;
    return sum.reverse() ? wanted.flip(axis) : wanted;
  }

  private static Tensor kept(Triangle triangle, Tensor x) {
    return triangle.upper() ? x.triu(triangle.diagonal()) : x.tril(triangle.diagonal());
  }

  private static TorchFunction probabilities(Softmax softmax) {
    long axis = softmax.axis() + 1L;
    return softmax.log()
        ? (inputs, _) -> inputs.getFirst().log_softmax(axis)
        : (inputs, _) -> inputs.getFirst().softmax(axis);
  }

  private static TorchFunction product(MatrixProduct product) {
    return product.transposeRight()
        ? (inputs, _) -> inputs.get(0).matmul(inputs.get(1).transpose(-1, -2))
        : (inputs, _) -> inputs.get(0).matmul(inputs.get(1));
  }

  private static TorchFunction constant(Tensor value, Shape out) {
    return (_, share) -> value.reshape(out.withBatch(1)).expand(out.withBatch(share.rows()));
  }

  private static TorchFunction affine(Affine affine, TorchParameters parameters, Shape out) {
    Tensor scale = parameters.of("scale");
    Tensor shift = parameters.of("shift");
    return (inputs, _) ->
        inputs
            .getFirst()
            .mul(TorchAxes.along(scale, affine.axis(), out))
            .add(TorchAxes.along(shift, affine.axis(), out));
  }
}
