package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.argument.TransposedArguments;
import dev.ockham.onnx.read.argument.WindowArguments;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.LinearInWeights;
import dev.ockham.runtime.graph.Value;
import java.util.HashMap;
import java.util.Map;

/** Conv and ConvTranspose. */
final class ConvolutionMapping {
  /** Operators of ONNX that are mapped here. */
  static final Map<String, Mapping> OPERATORS =
      Map.ofEntries(
          Map.entry("Conv", ConvolutionMapping::convolution),
          Map.entry("ConvTranspose", ConvolutionMapping::transposed));

  private ConvolutionMapping() {}

  static void convolution(NodeView view, GraphDraft draft) {
    int outputs = view.shape(1).dim(0);
    int groups = view.size(view.attributes().integer("group", 1));
    map(view, draft, new Convolution(outputs, WindowArguments.convolution(view), groups));
  }

  static void transposed(NodeView view, GraphDraft draft) {
    map(view, draft, TransposedArguments.of(view));
  }

  private static void map(NodeView view, GraphDraft draft, LinearInWeights operator) {
    Map<String, float[]> numbers = new HashMap<>();
    numbers.put("weight", view.known(1, "weight").reals());
    if (view.has(2)) {
      numbers.put("bias", view.known(2, "bias").reals());
    }
    Value out = draft.node(operator, numbers, draft.example(view, 0));
    draft.give(view, 0, out, Layout.without(draft.shape(view, 0), 0));
  }
}
