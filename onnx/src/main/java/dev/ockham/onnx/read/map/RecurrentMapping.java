package dev.ockham.onnx.read.map;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Concat;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * LSTM, GRU and RNN. ONNX has all directions in one node, ours has one each; ONNX orders gates i,
 * o, f, c and z, r, h, ours i, f, c, o and r, z, h.
 */
final class RecurrentMapping {
  /** Operators of ONNX that are mapped here. */
  static final Map<String, Mapping> OPERATORS =
      Map.ofEntries(
          Map.entry("LSTM", RecurrentMapping::lstm),
          Map.entry("GRU", RecurrentMapping::gru),
          Map.entry("RNN", RecurrentMapping::rnn));

  private RecurrentMapping() {}

  static void lstm(NodeView view, GraphDraft draft) {
    refuse(view.attributes().integer("input_forget", 0) != 0, view, "it couples its gates");
    refuse(!zero(view, 7), view, "it has peepholes");
    functions(view, List.of("sigmoid", "tanh", "tanh"));
    map(view, draft, Recurrent.Cell.LSTM, new int[] {0, 2, 3, 1});
  }

  static void gru(NodeView view, GraphDraft draft) {
    functions(view, List.of("sigmoid", "tanh"));
    boolean after = view.attributes().integer("linear_before_reset", 0) != 0;
    Recurrent.Cell cell = after ? Recurrent.Cell.GRU : Recurrent.Cell.GRU_RESET_FIRST;
    map(view, draft, cell, new int[] {1, 0, 2});
  }

  static void rnn(NodeView view, GraphDraft draft) {
    List<String> named = view.attributes().texts("activations");
    boolean relu = named != null && !named.isEmpty() && named.get(0).equalsIgnoreCase("relu");
    functions(view, List.of(relu ? "relu" : "tanh"));
    map(view, draft, relu ? Recurrent.Cell.RELU : Recurrent.Cell.TANH, new int[] {0});
  }

  private static void refuse(boolean when, NodeView view, String reason) {
    if (when) {
      throw view.node().unsupported(reason + ", which no operator of ours does");
    }
  }

  private static void functions(NodeView view, List<String> ours) {
    List<String> named = view.attributes().texts("activations");
    for (int i = 0; named != null && i < named.size(); i++) {
      String wanted = ours.get(i % ours.size());
      refuse(!named.get(i).equalsIgnoreCase(wanted), view, "its activations are " + named);
    }
    refuse(view.attributes().has("clip"), view, "it clips its cells");
  }

  private static boolean zero(NodeView view, int input) {
    if (!view.has(input)) {
      return true;
    }
    Tensor tensor = view.constant(input);
    return tensor != null && tensor.all(0);
  }

  private static void map(NodeView view, GraphDraft draft, Recurrent.Cell cell, int[] gates) {
    refuse(
        !zero(view, 5) || (cell == Recurrent.Cell.LSTM && !zero(view, 6)),
        view,
        "it starts from a state other than zeros");
    refuse(!view.node().output(2).isEmpty(), view, "its last cells are used");
    boolean batchFirst = view.attributes().integer("layout", 0) != 0;
    Shape x = view.shape(0);
    int batchAxis = batchFirst ? 0 : 1;
    if (x.dim(batchAxis) != 1) {
      throw view.node()
          .unsupported(
              "its input is of %s, with %s examples where one is expected: axis %s is the batch"
                  .formatted(x, x.dim(batchAxis), batchAxis));
    }
    String direction = view.attributes().text("direction", "forward");
    boolean[] reverse =
        switch (direction) {
          case "forward" -> new boolean[] {false};
          case "reverse" -> new boolean[] {true};
          case "bidirectional" -> new boolean[] {false, true};
          default -> throw new MalformedOnnxException(view.node(), "its direction is " + direction);
        };
    if (view.shape(1).dim(0) != reverse.length) {
      throw new MalformedOnnxException(view.node(), "its weights are not of its directions");
    }
    Value steps = draft.value(view, 0, Layout.without(x, batchAxis));
    if (view.node().output(0).isEmpty()) {
      last(view, draft, cell, gates, reverse, steps);
    } else {
      all(view, draft, cell, gates, reverse, steps);
    }
  }

  /** Only the state after the final step is wanted. */
  private static void last(
      NodeView view,
      GraphDraft draft,
      Recurrent.Cell cell,
      int[] gates,
      boolean[] reverse,
      Value steps) {
    List<Value> states = new ArrayList<>();
    for (int d = 0; d < reverse.length; d++) {
      states.add(
          node(view, draft, new Recurrent(cell, hidden(view), reverse[d], true), gates, d, steps));
    }
    giveStates(view, draft, states);
  }

  /** States of all steps, and the last of them where they are wanted too. */
  private static void all(
      NodeView view,
      GraphDraft draft,
      Recurrent.Cell cell,
      int[] gates,
      boolean[] reverse,
      Value steps) {
    List<Value> outputs = new ArrayList<>();
    for (int d = 0; d < reverse.length; d++) {
      outputs.add(
          node(view, draft, new Recurrent(cell, hidden(view), reverse[d], false), gates, d, steps));
    }
    int count = steps.shape().dim(0);
    Shape onnx = draft.shape(view, 0);
    boolean batchFirst = view.attributes().integer("layout", 0) != 0;
    int dirs = batchFirst ? 2 : 1;
    int batch = batchFirst ? 0 : 2;
    if (reverse.length == 1) {
      draft.give(view, 0, outputs.get(0), Layout.without(onnx, dirs, batch));
    } else {
      Value joined = draft.node(new Concat(1), outputs.toArray(Value[]::new));
      Layout layout = Layout.without(onnx, batch);
      draft.give(view, 0, draft.reshaped(joined, layout.ours()), layout);
    }
    if (view.node().output(1).isEmpty()) {
      return;
    }
    refuse(view.has(4), view, "both all states and the last are used, of sequences with lengths");
    List<Value> states = new ArrayList<>();
    for (int d = 0; d < reverse.length; d++) {
      int at = reverse[d] ? 0 : count - 1;
      Value state = SelectMapping.selected(view, draft, outputs.get(d), 0, new int[] {at});
      states.add(draft.reshaped(state, Shape.of(hidden(view))));
    }
    giveStates(view, draft, states);
  }

  private static void giveStates(NodeView view, GraphDraft draft, List<Value> states) {
    Shape onnx = draft.shape(view, 1);
    boolean batchFirst = view.attributes().integer("layout", 0) != 0;
    if (states.size() == 1) {
      draft.give(view, 1, states.get(0), Layout.without(onnx, 0, 1));
      return;
    }
    Value joined = draft.node(new Concat(0), states.toArray(Value[]::new));
    Layout layout = Layout.without(onnx, batchFirst ? 0 : 1);
    draft.give(view, 1, draft.reshaped(joined, layout.ours()), layout);
  }

  private static int hidden(NodeView view) {
    return view.shape(2).dim(2);
  }

  private static Value node(
      NodeView view,
      GraphDraft draft,
      Recurrent operator,
      int[] gates,
      int direction,
      Value steps) {
    int hidden = operator.hidden();
    Map<String, float[]> numbers = new HashMap<>();
    numbers.put("weight_ih", rows(view.known(1, "W"), direction, 0, gates, hidden, 1));
    numbers.put("weight_hh", rows(view.known(2, "R"), direction, 0, gates, hidden, 1));
    if (view.has(3) && !view.known(3, "B").all(0)) {
      numbers.put("bias_ih", rows(view.known(3, "B"), direction, 0, gates, hidden, 2));
      numbers.put("bias_hh", rows(view.known(3, "B"), direction, 1, gates, hidden, 2));
    }
    @Nullable Value lengths = view.has(4) ? lengths(view, draft) : null;
    return lengths == null
        ? draft.node(operator, numbers, steps)
        : draft.node(operator, numbers, steps, lengths);
  }

  /** Lengths of sequences; none where they are constant and say that all steps are real. */
  private static @Nullable Value lengths(NodeView view, GraphDraft draft) {
    Tensor known = view.constant(4);
    boolean batchFirst = view.attributes().integer("layout", 0) != 0;
    int steps = view.shape(0).dim(batchFirst ? 1 : 0);
    return known != null && known.all(steps) ? null : draft.value(view, 4);
  }

  /**
   * One direction's part of a tensor, its blocks of gates in our order.
   *
   * @param part which of several parts of a direction: B has those of W and of R
   * @param parts how many there are
   */
  private static float[] rows(
      Tensor tensor, int direction, int part, int[] gates, int hidden, int parts) {
    Shape shape = tensor.shape();
    int width = parts == 2 ? 1 : shape.dim(shape.rank() - 1);
    int block = Math.multiplyExact(hidden, width);
    int each = Math.multiplyExact(block, gates.length);
    if (tensor.size() < (long) each * (direction * parts + part + 1)) {
      throw new IllegalArgumentException(
          "a tensor of " + shape + " has too few numbers for " + hidden + " hidden units");
    }
    float[] from = tensor.reals();
    float[] to = new float[each];
    int first = (direction * parts + part) * each;
    for (int gate = 0; gate < gates.length; gate++) {
      System.arraycopy(from, first + gates[gate] * block, to, gate * block, block);
    }
    return to;
  }
}
