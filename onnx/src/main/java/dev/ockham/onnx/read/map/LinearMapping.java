package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Combine;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.MatrixProduct;
import dev.ockham.runtime.graph.Permute;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Gemm, MatMul, and Linear, which MatMul with a bias became. */
final class LinearMapping {
  /** Operators of ONNX that are mapped here. */
  static final Map<String, Mapping> OPERATORS =
      Map.ofEntries(
          Map.entry("Gemm", LinearMapping::gemm),
          Map.entry("MatMul", LinearMapping::matMul),
          Map.entry("Linear", LinearMapping::matMul));

  private LinearMapping() {}

  static void gemm(NodeView view, GraphDraft draft) {
    float alpha = view.attributes().real("alpha", 1);
    float beta = view.attributes().real("beta", 1);
    boolean left = view.attributes().integer("transA", 0) != 0;
    boolean right = view.attributes().integer("transB", 0) != 0;
    Tensor weight = view.constant(1);
    Shape out = draft.shape(view, 0);
    if (weight == null || left) {
      products(view, draft, alpha, beta);
      return;
    }
    float[] rows = right ? weight.reals() : transposed(weight);
    if (alpha != 1) {
      rows = scaled(rows, alpha);
    }
    Tensor bias = view.constant(2);
    float[] added = bias == null ? null : row(bias, out.dim(1), beta);
    Value x = draft.value(view, 0);
    Layout layout = draft.layout(view, 0);
    if (!layout.dropped().isEmpty() && layout.axis(1) < 0) {
      layout = layout.keeping(1);
      x = draft.value(view, 0, layout);
    }
    Value y = linear(draft, x, out.dim(1), rows, added);
    if (view.has(2) && added == null && beta != 0) {
      Value c = draft.value(view, 2, layout.like(out).aligned(view.shape(2)));
      y = draft.node(new Combine(Combine.By.ADD), y, scaled(draft, c, beta));
    }
    draft.give(view, 0, y, layout.like(out));
  }

  /** A product of values with the operator's own settings. */
  private static void products(NodeView view, GraphDraft draft, float alpha, float beta) {
    boolean left = view.attributes().integer("transA", 0) != 0;
    boolean right = view.attributes().integer("transB", 0) != 0;
    Value a = draft.whole(view, 0);
    if (left) {
      a = draft.node(new Permute(List.of(1, 0)), a);
    }
    Value y = scaled(draft, draft.node(new MatrixProduct(right), a, draft.whole(view, 1)), alpha);
    if (view.has(2) && beta != 0) {
      y = draft.node(new Combine(Combine.By.ADD), y, scaled(draft, draft.whole(view, 2), beta));
    }
    draft.give(view, 0, y, Layout.without(draft.shape(view, 0)));
  }

  private static Value scaled(GraphDraft draft, Value value, float factor) {
    return factor == 1
        ? value
        : draft.node(new Activation(Activation.Function.SCALE, factor, 0), value);
  }

  static void matMul(NodeView view, GraphDraft draft) {
    Tensor weight = view.constant(1);
    if (weight == null || weight.shape().rank() > 2 || view.rank(0) < 1) {
      product(view, draft);
      return;
    }
    Tensor bias = view.constant(2);
    Shape out = draft.shape(view, 0);
    Layout layout = draft.layout(view, 0);
    int last = view.rank(0) - 1;
    if (layout.axis(last) < 0) {
      layout = layout.keeping(last);
    }
    boolean column = weight.shape().rank() == 1;
    int outputs = column ? 1 : weight.shape().dim(1);
    Value x = draft.value(view, 0, layout);
    Value y =
        linear(draft, x, outputs, transposed(weight), bias == null ? null : row(bias, outputs, 1));
    if (column) {
      Layout gone = Layout.without(out);
      draft.give(view, 0, draft.reshaped(y, out), gone);
      return;
    }
    draft.give(view, 0, y, layout.like(out));
  }

  /** A product of two values, or with a constant on the left. */
  private static void product(NodeView view, GraphDraft draft) {
    Shape out = draft.shape(view, 0);
    int rank = Math.max(2, Math.max(view.rank(0), view.rank(1)));
    Value x = operand(view, draft, 0, rank);
    Value y = operand(view, draft, 1, rank);
    for (int axis = 0; axis < rank - 2; axis++) {
      int size = Math.max(x.shape().dim(axis), y.shape().dim(axis));
      x = SelectMapping.repeated(view, draft, x, axis, size);
      y = SelectMapping.repeated(view, draft, y, axis, size);
    }
    boolean first = rank > 2 && x.shape().dim(0) == 1;
    if (first) {
      x = draft.reshaped(x, tail(x.shape()));
      y = draft.reshaped(y, tail(y.shape()));
    }
    Value product = draft.node(new MatrixProduct(false), x, y);
    boolean lacks = view.rank(0) < 2 || view.rank(1) < 2;
    Layout layout = first && !lacks ? Layout.without(out, 0) : Layout.without(out);
    draft.give(view, 0, draft.reshaped(product, layout.ours()), layout);
  }

  private static Shape tail(Shape shape) {
    return new Shape(shape.dims().subList(1, shape.rank()));
  }

  /** A vector is a row on the left and a column on the right; leading axes of size 1 are added. */
  private static Value operand(NodeView view, GraphDraft draft, int input, int rank) {
    List<Integer> dims = new ArrayList<>(view.shape(input).dims());
    if (dims.size() == 1) {
      dims.add(input == 0 ? 0 : 1, 1);
    }
    while (dims.size() < rank) {
      dims.add(0, 1);
    }
    return draft.reshaped(draft.value(view, input), new Shape(dims));
  }

  private static Value linear(
      GraphDraft draft, Value x, int outputs, float[] rows, float @Nullable [] bias) {
    Map<String, float[]> numbers = new HashMap<>();
    numbers.put("weight", rows);
    if (bias != null) {
      numbers.put("bias", bias);
    }
    return draft.node(new Linear(outputs), numbers, x);
  }

  /** A bias of one number per output, or null if it differs between rows. */
  private static float @Nullable [] row(Tensor bias, int outputs, float beta) {
    int last = bias.shape().rank() == 0 ? 1 : bias.shape().dim(bias.shape().rank() - 1);
    if (bias.size() != last || (last != outputs && last != 1)) {
      return null;
    }
    float[] own = bias.reals();
    float[] row = new float[outputs];
    for (int i = 0; i < outputs; i++) {
      row[i] = beta * own[last == 1 ? 0 : i];
    }
    return row;
  }

  private static float[] scaled(float[] values, float factor) {
    float[] scaled = Arrays.copyOf(values, values.length);
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] *= factor;
    }
    return scaled;
  }

  /** {@code [in, out]} as our {@code [out, in]}; a vector is one output. */
  static float[] transposed(Tensor weight) {
    float[] from = weight.reals();
    if (weight.shape().rank() == 1) {
      return from;
    }
    int inputs = weight.shape().dim(0);
    int outputs = weight.shape().dim(1);
    float[] to = new float[from.length];
    int tile = 32;
    for (int first = 0; first < inputs; first += tile) {
      int end = Math.min(inputs, first + tile);
      for (int o = 0; o < outputs; o++) {
        for (int i = first; i < end; i++) {
          to[o * inputs + i] = from[i * outputs + o];
        }
      }
    }
    return to;
  }
}
