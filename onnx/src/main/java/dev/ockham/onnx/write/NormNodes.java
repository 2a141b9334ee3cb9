package dev.ockham.onnx.write;

import dev.ockham.runtime.graph.LocalResponse;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Softmax;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Norms, reductions and softmax. */
final class NormNodes {
  private NormNodes() {}

  static String normalize(Normalize normalize, NodeWriter node) {
    return switch (normalize.over()) {
      case BATCH -> batch(normalize, node);
      case LAYER -> layer(normalize, node);
      case GROUP -> group(normalize, node);
      case INSTANCE -> {
        Shape x = node.shape(0);
        int units = x.dim(normalize.axis());
        String front = front(normalize, node);
        String result =
            node.step(
                "InstanceNormalization",
                List.of(front, learnt(node, "scale", units, 1), learnt(node, "shift", units, 0)),
                Attributes.real("epsilon", normalize.epsilon()));
        yield back(normalize, node, result);
      }
    };
  }

  /**
   * ONNX Runtime has images only, odd sizes and β above 0; all else is written as it is defined.
   */
  static String response(LocalResponse response, NodeWriter node) {
    Shape shape = node.shape(0);
    boolean image = shape.rank() == 3;
    int positions = shape.product(1, shape.rank());
    String x = image ? node.in(0) : node.reshape(node.in(0), List.of(shape.dim(0), positions, 1));
    boolean usual = response.size() % 2 == 1 && response.beta() > 0;
    String result =
        usual
            ? node.step(
                "LRN",
                List.of(x),
                Attributes.number("size", response.size()),
                Attributes.real("alpha", response.alpha()),
                Attributes.real("beta", response.beta()),
                Attributes.real("bias", response.bias()))
            : defined(response, node, x);
    return image ? result : node.reshape(result, node.out().dims());
  }

  /** The sum over channels is a convolution of single positions with a band of α/size. */
  private static String defined(LocalResponse response, NodeWriter node, String x) {
    int channels = node.shape(0).dim(0);
    float[] band = new float[Math.multiplyExact(channels, channels)];
    for (int channel = 0; channel < channels; channel++) {
      int first = Math.max(0, channel - (response.size() - 1) / 2);
      int last = Math.min(channels - 1, channel + response.size() / 2);
      for (int other = first; other <= last; other++) {
        band[channel * channels + other] = response.alpha() / response.size();
      }
    }
    String window = node.numbers("window", new long[] {channels, channels, 1, 1}, band);
    String bias = node.repeated("bias", channels, response.bias());
    String square = node.step("Mul", List.of(x, x));
    String sum = node.step("Conv", List.of(square, window, bias));
    String power = node.step("Pow", List.of(sum, node.number("beta", response.beta())));
    return node.step("Div", List.of(x, power));
  }

  private static String batch(Normalize normalize, NodeWriter node) {
    if (!node.has("mean")) {
      throw new IllegalArgumentException(
          "has no statistics yet, so what it gives depends on the batch;"
              + " estimate them, as 'prune' does, before the export");
    }
    int units = node.shape(0).dim(normalize.axis());
    String result =
        node.step(
            "BatchNormalization",
            List.of(
                front(normalize, node),
                learnt(node, "scale", units, 1),
                learnt(node, "shift", units, 0),
                node.parameter("mean"),
                node.parameter("variance")),
            Attributes.real("epsilon", normalize.epsilon()));
    return back(normalize, node, result);
  }

  private static String layer(Normalize normalize, NodeWriter node) {
    Shape x = node.shape(0);
    List<String> inputs = new ArrayList<>(List.of(node.in(0)));
    if (node.has("scale")) {
      inputs.add(node.parameter("scale"));
    } else {
      Shape over = new Shape(x.dims().subList(normalize.axis(), x.rank()));
      float[] ones = new float[over.size()];
      Arrays.fill(ones, 1);
      inputs.add(node.numbers("ones", over.toLongs(), ones));
    }
    if (node.has("shift")) {
      inputs.add(node.parameter("shift"));
    }
    return node.step(
        "LayerNormalization",
        inputs,
        Attributes.number("axis", normalize.axis() + 1),
        Attributes.real("epsilon", normalize.epsilon()));
  }

  /** An instance norm of the groups: opset 18 has scales per group only, and 21 has another. */
  private static String group(Normalize normalize, NodeWriter node) {
    Shape x = node.shape(0);
    int groups = normalize.groups();
    String front = front(normalize, node);
    List<Integer> moved = new ArrayList<>();
    NodeWriter.toFront(normalize.axis(), x.rank()).forEach(axis -> moved.add(x.dim(axis)));
    String blocks = node.reshape(front, List.of(groups, x.size() / groups));
    String normal =
        node.step(
            "InstanceNormalization",
            List.of(blocks, node.repeated("ones", groups, 1), node.repeated("zeros", groups, 0)),
            Attributes.real("epsilon", normalize.epsilon()));
    String result = back(normalize, node, node.reshape(normal, moved));
    return node.plus(node.times(result, "scale", normalize.axis()), "shift", normalize.axis());
  }

  private static String learnt(NodeWriter node, String slot, int units, float otherwise) {
    return node.has(slot)
        ? node.parameter(slot)
        : node.repeated(slot.equals("scale") ? "ones" : "zeros", units, otherwise);
  }

  /** The value with its units behind the batch, where ONNX wants them. */
  private static String front(Normalize normalize, NodeWriter node) {
    return normalize.axis() == 0
        ? node.in(0)
        : node.transpose(node.in(0), NodeWriter.toFront(normalize.axis(), node.shape(0).rank()));
  }

  private static String back(Normalize normalize, NodeWriter node, String value) {
    return normalize.axis() == 0
        ? value
        : node.transpose(value, NodeWriter.fromFront(normalize.axis(), node.shape(0).rank()));
  }

  static String reduce(Reduce reduce, NodeWriter node) {
    if (reduce.axes().isEmpty()) {
      return node.in(0);
    }
    String type =
        switch (reduce.to()) {
          case MEAN -> "ReduceMean";
          case SUM -> "ReduceSum";
          case MAX -> "ReduceMax";
          case MIN -> "ReduceMin";
        };
    List<Integer> axes = reduce.axes().stream().map(axis -> axis + 1).toList();
    return node.step(
        type,
        List.of(node.in(0), node.wholes("axes", axes)),
        Attributes.number("keepdims", reduce.keep() ? 1 : 0));
  }

  static String softmax(Softmax softmax, NodeWriter node) {
    return node.step(
        softmax.log() ? "LogSoftmax" : "Softmax",
        List.of(node.in(0)),
        Attributes.number("axis", softmax.axis() + 1));
  }
}
