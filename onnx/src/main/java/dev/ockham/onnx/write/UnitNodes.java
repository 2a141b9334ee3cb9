package dev.ockham.onnx.write;

import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.BiasMap;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Standardize;
import java.util.ArrayList;
import java.util.List;

/** What units are shifted, scaled and kept by. */
final class UnitNodes {
  private UnitNodes() {}

  static String standardize(Standardize standardize, NodeWriter node) {
    Shape x = node.shape(0);
    long[] dims =
        switch (standardize.each()) {
          case ALL -> new long[0];
          case UNIT -> NodeWriter.axisDims(0, x);
          case FEATURE -> x.toLongs();
        };
    String centred = node.step("Sub", List.of(node.in(0), node.parameter("mean", dims)));
    return node.step("Mul", List.of(centred, node.parameter("scale", dims)));
  }

  static String affine(Affine affine, NodeWriter node) {
    return node.plus(node.times(node.in(0), "scale", affine.axis()), "shift", affine.axis());
  }

  /** The kinds are spread over the positions, axis by axis. */
  static String biasMap(BiasMap map, NodeWriter node) {
    String shift = node.parameter("shift");
    for (int axis = 0; axis < map.kinds().size(); axis++) {
      String kinds = node.wholes("kinds", map.kinds().get(axis));
      shift = node.step("Gather", List.of(shift, kinds), Attributes.number("axis", axis + 1));
    }
    return node.step("Add", List.of(node.in(0), shift));
  }

  static String gate(DependentGate gate, NodeWriter node) {
    String x = node.in(0);
    List<Integer> positions = new ArrayList<>();
    for (int axis = 0; axis < node.shape(0).rank(); axis++) {
      if (axis != gate.axis()) {
        positions.add(axis + 1);
      }
    }
    String mean =
        positions.isEmpty()
            ? x
            : node.step(
                "ReduceMean",
                List.of(x, node.wholes("positions", positions)),
                Attributes.number("keepdims", 1));
    String line = node.plus(node.times(mean, "scale", gate.axis()), "shift", gate.axis());
    String open = node.step("Clip", List.of(line, node.number("shut", 0), node.number("open", 1)));
    String factor = node.times(open, "factor", gate.axis());
    if (gate.cut() > 0) {
      factor = node.step("ThresholdedRelu", List.of(factor), Attributes.real("alpha", gate.cut()));
    }
    return node.step("Mul", List.of(x, factor));
  }
}
