package dev.ockham.onnx.write;

import ai.onnx.proto.OnnxMl.AttributeProto;
import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.Window;
import java.util.ArrayList;
import java.util.List;

/** Convolutions. */
final class WindowNodes {
  private WindowNodes() {}

  static String convolution(Convolution convolution, NodeWriter node) {
    if (node.shape(0).size() == 0) {
      return node.plus(node.filled(0), "bias", 0);
    }
    Window window = convolution.window();
    return node.step(
        "Conv",
        inputs(node),
        Attributes.numbers("kernel_shape", window.kernel()),
        Attributes.numbers("strides", window.stride()),
        pads(window.before(), window.after()),
        Attributes.numbers("dilations", window.dilation()),
        Attributes.number("group", convolution.groups()));
  }

  static String transposed(ConvolutionTransposed convolution, NodeWriter node) {
    if (node.shape(0).size() == 0) {
      return node.plus(node.filled(0), "bias", 0);
    }
    Window window = convolution.window();
    return node.step(
        "ConvTranspose",
        inputs(node),
        Attributes.numbers("kernel_shape", window.kernel()),
        Attributes.numbers("strides", window.stride()),
        pads(window.before(), window.after()),
        Attributes.numbers("dilations", window.dilation()),
        Attributes.numbers("output_padding", convolution.extra()),
        Attributes.number("group", convolution.groups()));
  }

  private static List<String> inputs(NodeWriter node) {
    List<String> inputs = new ArrayList<>(List.of(node.in(0), node.parameter("weight")));
    if (node.has("bias")) {
      inputs.add(node.parameter("bias"));
    }
    return inputs;
  }

  /** Padding before all axes, then behind all of them. */
  static AttributeProto pads(List<Integer> before, List<Integer> after) {
    List<Integer> all = new ArrayList<>(before);
    all.addAll(after);
    return Attributes.numbers("pads", all);
  }
}
