package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.argument.PadArguments;
import dev.ockham.onnx.read.argument.ShapeArguments;
import dev.ockham.onnx.read.argument.SliceArguments;
import dev.ockham.onnx.read.fuse.EmbedPattern;
import dev.ockham.onnx.read.fuse.LengthMaskPattern;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Concat;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.LengthMask;
import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slice;
import dev.ockham.runtime.graph.Triangle;
import dev.ockham.runtime.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Slice, Split, Gather, Concat, Pad, Tile and Expand: indices of axes that stay, go, are repeated
 * or joined.
 */
final class SelectMapping {
  private static final int MOST_PIECES = 1024;

  /** Operators of ONNX that are mapped here. */
  static final Map<String, Mapping> OPERATORS =
      Map.ofEntries(
          Map.entry("Slice", SelectMapping::slice),
          Map.entry("Split", SelectMapping::split),
          Map.entry("Gather", SelectMapping::gather),
          Map.entry("Concat", SelectMapping::concat),
          Map.entry("Pad", SelectMapping::pad),
          Map.entry("Tile", SelectMapping::tile),
          Map.entry("Expand", SelectMapping::expand),
          Map.entry("Trilu", Mapping.of(SelectMapping::triangle).along(SelectMapping::matrix)),
          Map.entry(LengthMaskPattern.OPERATOR, SelectMapping::lengthMask));

  private SelectMapping() {}

  static void slice(NodeView view, GraphDraft draft) {
    Layout layout = draft.layout(view, 0);
    List<SliceArguments.Cut> cuts = SliceArguments.of(view);
    for (SliceArguments.Cut cut : cuts) {
      if (cut.count() != 1) {
        layout = layout.keeping(cut.axis());
      }
    }
    Value value = draft.value(view, 0, layout);
    for (SliceArguments.Cut cut : cuts) {
      if (layout.axis(cut.axis()) >= 0) {
        int[] indices = new int[cut.count()];
        for (int i = 0; i < indices.length; i++) {
          indices[i] = cut.start() + i * cut.step();
        }
        value = selected(view, draft, value, layout.axis(cut.axis()), indices);
      }
    }
    draft.give(view, 0, value, layout.like(draft.shape(view, 0)));
  }

  static void split(NodeView view, GraphDraft draft) {
    int axis = view.axis(0, view.rank(0));
    Layout layout = draft.layout(view, 0).keeping(axis);
    Value value = draft.value(view, 0, layout);
    int first = 0;
    int output = 0;
    for (int size : ShapeArguments.split(view)) {
      if (!view.node().output(output).isEmpty()) {
        Value part = selected(view, draft, value, layout.axis(axis), run(first, size));
        draft.give(view, output, part, layout.like(draft.shape(view, output)));
      }
      first += size;
      output++;
    }
  }

  private static int[] run(int first, int count) {
    int[] run = new int[count];
    for (int i = 0; i < count; i++) {
      run[i] = first + i;
    }
    return run;
  }

  /** Rows of a table by the numbers of the example, or fixed indices of a value. */
  static void gather(NodeView view, GraphDraft draft) {
    Tensor indices = view.constant(1);
    int axis = view.axis(0, view.rank(0));
    if (indices == null) {
      embed(view, draft, axis);
      return;
    }
    Shape out = draft.shape(view, 0);
    Layout layout = draft.layout(view, 0).keeping(axis);
    int size = view.shape(0).dim(axis);
    long[] wanted = indices.integers();
    int[] places = new int[wanted.length];
    for (int i = 0; i < places.length; i++) {
      places[i] = view.axis(wanted[i], size);
    }
    Value value = selected(view, draft, draft.value(view, 0, layout), layout.axis(axis), places);
    Layout before = layout.like(view.shape(0).with(axis, places.length));
    Layout after = before.reshaped(out);
    draft.give(view, 0, draft.reshaped(value, after.ours()), after);
  }

  private static void embed(NodeView view, GraphDraft draft, int axis) {
    Tensor table = view.known(0, "table");
    if (axis != 0 || table.shape().rank() < 2) {
      throw view.node()
          .unsupported(
              "it looks up along axis %s of %s; a table of ours has its entries on the first"
                  .formatted(axis, table.shape()));
    }
    int all = table.shape().dim(0);
    int rows = Math.clamp(view.attributes().integer(EmbedPattern.ROWS, all), 0, all);
    int width = table.shape().product(1, table.shape().rank());
    float[] numbers = table.reals();
    Layout layout = draft.layout(view, 1);
    Value found =
        draft.node(
            new Embed(rows, width),
            Map.of("weight", rows == all ? numbers : Arrays.copyOf(numbers, rows * width)),
            draft.value(view, 1));
    Shape out = draft.shape(view, 0);
    Layout result = new Layout(out, layout.dropped());
    draft.give(view, 0, draft.reshaped(found, result.ours()), result);
  }

  static void lengthMask(NodeView view, GraphDraft draft) {
    var mask =
        new LengthMask(
            view.size(view.attributes().integer(LengthMaskPattern.STEPS, 0)),
            view.attributes().real(LengthMaskPattern.WITHIN, 0),
            view.attributes().real(LengthMaskPattern.BEYOND, 0));
    Layout length = draft.layout(view, 0);
    Value found = draft.node(mask, draft.reshaped(draft.value(view, 0), Shape.of()));
    Layout result = new Layout(draft.shape(view, 0), length.dropped());
    draft.give(view, 0, draft.reshaped(found, result.ours()), result);
  }

  static void concat(NodeView view, GraphDraft draft) {
    Shape out = draft.shape(view, 0);
    int axis = view.axis(view.attributes().integer("axis", 1), out.rank());
    Layout layout = Layout.usual(out);
    for (int input = view.inputs() - 1; input >= 0; input--) {
      if (!GraphDraft.isConstant(view, input)) {
        layout = draft.layout(view, input).like(out);
      }
    }
    layout = layout.keeping(axis);
    Value[] parts = new Value[view.inputs()];
    for (int input = 0; input < parts.length; input++) {
      parts[input] = draft.value(view, input, new Layout(view.shape(input), layout.dropped()));
    }
    Value joined = parts.length == 1 ? parts[0] : draft.node(new Concat(layout.axis(axis)), parts);
    draft.give(view, 0, joined, layout);
  }

  static void pad(NodeView view, GraphDraft draft) {
    PadArguments pad = PadArguments.of(view);
    Layout layout = draft.layout(view, 0);
    boolean grows = true;
    for (int axis = 0; axis < view.rank(0); axis++) {
      if (pad.before().get(axis) != 0 || pad.after().get(axis) != 0) {
        layout = layout.keeping(axis);
      }
      grows &= pad.before().get(axis) >= 0 && pad.after().get(axis) >= 0;
    }
    Value value = draft.value(view, 0, layout);
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    for (int axis = 0; axis < view.rank(0); axis++) {
      int own = layout.axis(axis);
      if (own < 0) {
        continue;
      }
      int front = Math.max(0, pad.before().get(axis));
      int back = Math.max(0, pad.after().get(axis));
      if (!pad.mode().equals("constant") || !grows) {
        int[] indices = pad.indices(view, axis, view.shape(0).dim(axis));
        int[] inside = Arrays.stream(indices).filter(index -> index >= 0).toArray();
        // What one end takes away may be all of the axis, and some of what the other end adds.
        front = Math.min(front, indices.length - inside.length);
        back = indices.length - inside.length - front;
        value = selected(view, draft, value, own, inside);
      }
      before.add(front);
      after.add(back);
    }
    if (pad.mode().equals("constant")
        && (before.stream().anyMatch(n -> n > 0) || after.stream().anyMatch(n -> n > 0))) {
      value = draft.node(new Pad(before, after, pad.value()), value);
    }
    draft.give(view, 0, value, layout.like(draft.shape(view, 0)));
  }

  static void tile(NodeView view, GraphDraft draft) {
    stretched(view, draft, view.shape(0));
  }

  static void expand(NodeView view, GraphDraft draft) {
    Shape out = draft.shape(view, 0);
    List<Integer> dims = new ArrayList<>(view.shape(0).dims());
    while (dims.size() < out.rank()) {
      dims.add(0, 1);
    }
    stretched(view, draft, new Shape(dims));
  }

  /** The last two axes. */
  static List<Integer> matrix(NodeView view) {
    int rank = view.rank(0);
    return IntStream.range(Math.max(0, rank - 2), rank).boxed().toList();
  }

  static void triangle(NodeView view, GraphDraft draft) {
    long diagonal = 0;
    if (view.has(1)) {
      Tensor given = view.known(1, "diagonal");
      if (given.size() != 1) {
        throw view.node().unsupported("its diagonal has " + given.size() + " numbers");
      }
      diagonal = given.integers()[0];
    }
    Layout layout = draft.layout(view, 0);
    for (int axis : matrix(view)) {
      layout = layout.keeping(axis);
    }
    boolean upper = view.attributes().integer("upper", 1) != 0;
    var triangle = new Triangle(upper, Math.clamp(diagonal, -Integer.MAX_VALUE, Integer.MAX_VALUE));
    draft.give(view, 0, draft.node(triangle, draft.value(view, 0, layout)), layout);
  }

  /** Repeats a value along all axes until it has its output's sizes. */
  private static void stretched(NodeView view, GraphDraft draft, Shape from) {
    Shape out = draft.shape(view, 0);
    Layout layout = draft.layout(view, 0).reshaped(from).like(out);
    Value value = draft.reshaped(draft.value(view, 0), new Layout(from, layout.dropped()).ours());
    for (int axis = 0; axis < out.rank(); axis++) {
      if (layout.axis(axis) >= 0) {
        int size = from.dim(axis);
        int[] indices = new int[out.dim(axis)];
        for (int i = 0; i < indices.length; i++) {
          indices[i] = i % size;
        }
        value = selected(view, draft, value, layout.axis(axis), indices);
      }
    }
    draft.give(view, 0, value, layout);
  }

  /** A value whose axis of size 1 is repeated. */
  static Value repeated(NodeView view, GraphDraft draft, Value value, int axis, int size) {
    return value.shape().dim(axis) == size
        ? value
        : selected(view, draft, value, axis, new int[size]);
  }

  /** Indices of an axis in any order: runs of a fixed step are slices, several are joined. */
  static Value selected(NodeView view, GraphDraft draft, Value value, int axis, int[] indices) {
    if (Arrays.equals(indices, run(0, value.shape().dim(axis)))) {
      return value;
    }
    List<Value> parts = new ArrayList<>();
    int first = 0;
    while (first < indices.length || parts.isEmpty()) {
      Slice cut = longest(axis, indices, first);
      boolean all = cut.start() == 0 && cut.step() == 1 && cut.end() == value.shape().dim(axis);
      parts.add(all ? value : draft.node(cut, value));
      first += Math.ceilDiv(cut.end() - cut.start(), cut.step());
      if (parts.size() > MOST_PIECES) {
        throw view.node()
            .unsupported("it takes an axis apart into more than " + MOST_PIECES + " pieces");
      }
    }
    @Nullable Value joined = parts.size() == 1 ? parts.get(0) : null;
    return joined == null ? draft.node(new Concat(axis), parts.toArray(Value[]::new)) : joined;
  }

  private static Slice longest(int axis, int[] indices, int first) {
    if (indices.length == 0) {
      return new Slice(axis, 0, 0, 1);
    }
    int step = first + 1 < indices.length ? indices[first + 1] - indices[first] : 1;
    int last = first;
    while (step > 0 && last + 1 < indices.length && indices[last + 1] - indices[last] == step) {
      last++;
    }
    return last == first
        ? new Slice(axis, indices[first], indices[first] + 1, 1)
        : new Slice(axis, indices[first], indices[last] + 1, step);
  }
}
