package dev.ockham.onnx.write;

import dev.ockham.runtime.graph.Concat;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Slice;
import java.util.ArrayList;
import java.util.List;

/** Operators that move numbers and change none. */
final class MoveNodes {
  private MoveNodes() {}

  static String concat(Concat concat, NodeWriter node) {
    List<String> parts = new ArrayList<>();
    for (int input = 0; input < node.inputs(); input++) {
      if (node.shape(input).size() > 0) {
        parts.add(node.in(input));
      }
    }
    return parts.size() == 1
        ? parts.getFirst()
        : node.step("Concat", parts, Attributes.number("axis", concat.axis() + 1));
  }

  static String reshape(NodeWriter node) {
    return node.out().rank() == 1
        ? node.step("Flatten", List.of(node.in(0)), Attributes.number("axis", 1))
        : node.reshape(node.in(0), node.out().dims());
  }

  static String slice(Slice slice, NodeWriter node) {
    return node.step(
        "Slice",
        List.of(
            node.in(0),
            node.wholes("starts", List.of(slice.start())),
            node.wholes("ends", List.of(slice.end())),
            node.wholes("axes", List.of(slice.axis() + 1)),
            node.wholes("steps", List.of(slice.step()))));
  }

  static String pad(Pad pad, NodeWriter node) {
    if (node.shape(0).size() == 0) {
      return node.filled(pad.value());
    }
    List<Integer> pads = new ArrayList<>(List.of(0));
    pads.addAll(pad.before());
    pads.add(0);
    pads.addAll(pad.after());
    return node.step(
        "Pad", List.of(node.in(0), node.wholes("pads", pads), node.number("value", pad.value())));
  }
}
