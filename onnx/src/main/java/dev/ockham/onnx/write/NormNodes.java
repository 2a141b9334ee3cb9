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

  /** ONNX Runtime takes images alone. */
  static String response(LocalResponse response, NodeWriter node) {
    Shape x = node.shape(0);
    boolean image = x.rank() == 3;
    String channels =
        image ? node.in(0) : node.reshape(node.in(0), List.of(x.dim(0), x.product(1, x.rank()), 1));
    String result =
        node.step(
            "LRN",
            List.of(channels),
            Attributes.number("size", response.size()),
            Attributes.real("alpha", response.alpha()),
            Attributes.real("beta", response.beta()),
            Attributes.real("bias", response.bias()));
    return image ? result : node.reshape(result, x.dims());
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
