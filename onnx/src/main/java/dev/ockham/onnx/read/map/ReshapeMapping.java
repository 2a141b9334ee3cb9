package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.argument.ShapeArguments;
import dev.ockham.onnx.read.program.ElementType;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.runtime.graph.Permute;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reshape, Flatten, Squeeze, Unsqueeze, Transpose, DepthToSpace, SpaceToDepth and Cast. */
final class ReshapeMapping {
  /** Operators of ONNX that are mapped here. */
  static final Map<String, Mapping> OPERATORS =
      Map.ofEntries(
          Map.entry("Reshape", ReshapeMapping::reshape),
          Map.entry("Flatten", ReshapeMapping::reshape),
          Map.entry("Squeeze", ReshapeMapping::reshape),
          Map.entry("Unsqueeze", ReshapeMapping::reshape),
          Map.entry("Transpose", ReshapeMapping::transpose),
          Map.entry(
              "DepthToSpace",
              Mapping.of(ReshapeMapping::depthToSpace).giving(ReshapeMapping::blocks)),
          Map.entry(
              "SpaceToDepth",
              Mapping.of(ReshapeMapping::spaceToDepth).giving(ReshapeMapping::blocks)),
          Map.entry("Cast", ReshapeMapping::cast));

  private ReshapeMapping() {}

  /** Other sizes for the same numbers in the same order. */
  static void reshape(NodeView view, GraphDraft draft) {
    Layout layout = draft.layout(view, 0).reshaped(draft.shape(view, 0));
    draft.give(view, 0, draft.reshape(draft.value(view, 0), layout.ours()), layout);
  }

  private static Shape blocks(NodeView view) {
    Shape from = view.shape(0);
    int block = view.size(view.attributes().integer("blocksize", 0));
    boolean deep = view.node().operator().equals("SpaceToDepth");
    long area = (long) block * block;
    boolean fits = from.rank() == 4 && block > 0 && area < Integer.MAX_VALUE;
    if (fits) {
      fits = deep ? from.dim(2) % block == 0 && from.dim(3) % block == 0 : from.dim(1) % area == 0;
    }
    if (!fits) {
      throw new MalformedOnnxException(
          view.node(), String.format(Locale.ROOT, "blocks of %s do not fit %s", block, from));
    }
    int channels = deep ? Math.multiplyExact(from.dim(1), (int) area) : from.dim(1) / (int) area;
    return deep
        ? Shape.of(from.dim(0), channels, from.dim(2) / block, from.dim(3) / block)
        : Shape.of(
            from.dim(0),
            channels,
            Math.multiplyExact(from.dim(2), block),
            Math.multiplyExact(from.dim(3), block));
  }

  static void transpose(NodeView view, GraphDraft draft) {
    List<Integer> order = ShapeArguments.order(view);
    Layout from = draft.layout(view, 0);
    Layout to = from.permuted(draft.shape(view, 0), order);
    List<Integer> ours = from.axes(order);
    draft.give(view, 0, permuted(draft, draft.value(view, 0), ours), to);
  }

  private static Value permuted(GraphDraft draft, Value value, List<Integer> order) {
    boolean moves = false;
    int last = -1;
    List<Integer> dims = new ArrayList<>();
    for (int axis : order) {
      dims.add(value.shape().dim(axis));
      if (value.shape().dim(axis) != 1) {
        moves |= axis < last;
        last = axis;
      }
    }
    return moves ? draft.node(new Permute(order), value) : draft.reshaped(value, new Shape(dims));
  }

  static void depthToSpace(NodeView view, GraphDraft draft) {
    Shape out = draft.shape(view, 0);
    Shape in = view.shape(0);
    int block = view.size(view.attributes().integer("blocksize", 1));
    boolean columnsFirst = view.attributes().text("mode", "DCR").equals("CRD");
    Value x = draft.example(view, 0);
    int channels = out.dim(1);
    Value cut =
        draft.reshaped(
            x,
            columnsFirst
                ? Shape.of(channels, block, block, in.dim(2), in.dim(3))
                : Shape.of(block, block, channels, in.dim(2), in.dim(3)));
    Value moved =
        draft.node(
            new Permute(columnsFirst ? List.of(0, 3, 1, 4, 2) : List.of(2, 3, 0, 4, 1)), cut);
    Layout layout = Layout.without(out, 0);
    draft.give(view, 0, draft.reshaped(moved, layout.ours()), layout);
  }

  static void spaceToDepth(NodeView view, GraphDraft draft) {
    Shape out = draft.shape(view, 0);
    int block = view.size(view.attributes().integer("blocksize", 1));
    Value x = draft.example(view, 0);
    Value cut =
        draft.reshaped(x, Shape.of(view.shape(0).dim(1), out.dim(2), block, out.dim(3), block));
    Value moved = draft.node(new Permute(List.of(2, 4, 0, 1, 3)), cut);
    Layout layout = Layout.without(out, 0);
    draft.give(view, 0, draft.reshaped(moved, layout.ours()), layout);
  }

  /** A cast from whole numbers to floats, which ours are already. */
  static void cast(NodeView view, GraphDraft draft) {
    var from = view.element(0);
    var to = view.types().get(view.node().output(0));
    if (to == null || (to.type() != from && to.type() != ElementType.REAL)) {
      throw view.node()
          .unsupported("it rounds numbers of an example; a graph of ours computes with floats");
    }
    draft.give(view, 0, draft.value(view, 0), draft.layout(view, 0));
  }
}
