package dev.ockham.onnx.read.fold;

import dev.ockham.onnx.read.argument.NodeView;
import dev.ockham.onnx.read.program.ElementType;
import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.onnx.read.program.Tensor;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Attention as products, a mask that is added, and a softmax (arXiv:1706.03762, section 3.2.1).
 * Query heads that share a key (arXiv:2305.13245) lie behind each other in one product. The cap
 * comes before the mask, as ONNX has said since its version 1.22 for all operator sets, and as ONNX
 * Runtime 1.29 does: {@code softmax(c · tanh(q · kᵀ / c) + mask) · v}.
 */
final class AttentionExpansion {
  /** What stands for −∞ in a mask: far below all scores, and finite. */
  static final float LOWEST = -1e30f;

  private static final Set<String> SETTINGS =
      Set.of(
          "is_causal",
          "kv_num_heads",
          "q_num_heads",
          "qk_matmul_output_mode",
          "scale",
          "softcap",
          "softmax_precision");

  private static final int MASK = 3;
  private static final int PAST_KEY = 4;
  private static final int PAST_VALUE = 5;
  private static final int KEY_LENGTHS = 6;
  private static final int SCORES = 3;

  private final NodeView view;
  private final NodePieces pieces;
  private final Set<String> read;
  private final boolean sideBySide;

  AttentionExpansion(NodeView view, NodePieces pieces, Set<String> read) {
    this.view = view;
    this.pieces = pieces;
    this.read = read;
    sideBySide = view.rank(0) == 3;
  }

  void expand() {
    refuseWhatIsNew();
    String query = heads("query", 0, "q_num_heads");
    String key = joined("key", 1, PAST_KEY);
    String value = joined("value", 2, PAST_VALUE);
    Shape q = pieces.type(query).shape();
    Shape k = pieces.type(key).shape();
    Shape v = pieces.type(value).shape();
    check(q, k, v);
    give(1, key);
    give(2, value);
    float scale = view.attributes().real("scale", (float) (1 / Math.sqrt(q.dim(3))));
    query = pieces.node("scaled", "Mul", query, pieces.number("scale", scale));
    if (q.dim(1) != k.dim(1)) {
      query = pieces.reshape("grouped", query, 0, k.dim(1), -1, q.dim(3));
    }
    String turned = pieces.transpose("key_columns", key, 0, 1, 3, 2);
    String scores = pieces.node("scores", "MatMul", query, turned);
    scores = spread("scores", scores, q, k);
    String weights =
        pieces.node("weights", "Softmax", Map.of("axis", -1L), masked(capped(scores), q, k));
    if (q.dim(1) != k.dim(1)) {
      weights = pieces.reshape("grouped_weights", weights, 0, k.dim(1), -1, k.dim(2));
    }
    result(weights, value, q, v);
  }

  /** The last product, its heads side by side where those of the query were. */
  private void result(String weights, String value, Shape q, Shape v) {
    boolean grouped = q.dim(1) != v.dim(1);
    if (!sideBySide && !grouped) {
      pieces.give(0, "MatMul", Map.of(), weights, value);
      return;
    }
    String product = pieces.node("heads", "MatMul", weights, value);
    long[] apart = {0, q.dim(1), q.dim(2), v.dim(3)};
    if (!sideBySide) {
      pieces.give(0, "Reshape", Map.of(), product, pieces.wholes("sizes", apart));
      return;
    }
    String spread = grouped ? pieces.reshape("spread_heads", product, apart) : product;
    String moved = pieces.transpose("joined_heads", spread, 0, 2, 1, 3);
    String sizes = pieces.wholes("sizes", 0, q.dim(2), (long) q.dim(1) * v.dim(3));
    pieces.give(0, "Reshape", Map.of(), moved, sizes);
  }

  private void refuseWhatIsNew() {
    for (String name : view.attributes().values().keySet()) {
      if (!SETTINGS.contains(name)) {
        throw view.node().unsupported("its setting '" + name + "' is unknown to Ockham");
      }
    }
    if (view.has(KEY_LENGTHS)) {
      throw view.node()
          .unsupported("its nonpad_kv_seqlen says which keys are real; say it by attn_mask");
    }
    if (read.contains(view.node().output(SCORES))) {
      throw view.node()
          .unsupported("its scores, qk_matmul_output, are used; export it decomposed for these");
    }
    if (view.has(PAST_KEY) != view.has(PAST_VALUE)) {
      throw new MalformedOnnxException(view.node(), "it has past keys or past values, not both");
    }
  }

  /** An input as {@code [batch, heads, steps, features]}. */
  private String heads(String label, int input, String setting) {
    Shape shape = view.shape(input);
    if (shape.rank() != (sideBySide ? 3 : 4)) {
      throw new MalformedOnnxException(
          view.node(), "its query is of " + view.shape(0) + ", its " + label + " of " + shape);
    }
    if (!sideBySide) {
      return view.node().input(input);
    }
    long heads = view.attributes().integer(setting, 0);
    if (heads < 1 || shape.dim(2) % heads != 0) {
      throw new MalformedOnnxException(
          view.node(), setting + " is " + heads + ", and its " + label + " is of " + shape);
    }
    String apart =
        pieces.reshape(
            label, view.node().input(input), 0, shape.dim(1), heads, shape.dim(2) / heads);
    return pieces.transpose(label + "_heads", apart, 0, 2, 1, 3);
  }

  /** Keys or values behind those of the past. */
  private String joined(String label, int input, int past) {
    String now = heads(label, input, "kv_num_heads");
    if (!view.has(past)) {
      return now;
    }
    Shape before = view.shape(past);
    Shape own = pieces.type(now).shape();
    if (before.rank() != 4 || !before.with(2, 1).equals(own.with(2, 1))) {
      throw new MalformedOnnxException(
          view.node(), "its past " + label + " is of " + before + ", its " + label + " of " + own);
    }
    return pieces.node(
        "all_" + label + "s", "Concat", Map.of("axis", 2L), view.node().input(past), now);
  }

  private void check(Shape q, Shape k, Shape v) {
    boolean fits = q.dim(0) == k.dim(0) && k.with(3, 1).equals(v.with(3, 1));
    fits &= q.dim(3) == k.dim(3) && q.size() > 0 && k.size() > 0 && v.size() > 0;
    if (!fits || q.dim(1) % k.dim(1) != 0) {
      throw new MalformedOnnxException(
          view.node(), "it does not attend from " + q + " to keys of " + k + ", values of " + v);
    }
  }

  /** All keys or values, where they are wanted for the next steps. */
  private void give(int output, String value) {
    if (read.contains(view.node().output(output))) {
      Shape shape = pieces.type(value).shape();
      String sizes = pieces.wholes("present_sizes", 0, shape.dim(1), shape.dim(2), shape.dim(3));
      pieces.give(output, "Reshape", Map.of(), value, sizes);
    }
  }

  /** Scores of heads that share a key, each on its own. */
  private String spread(String label, String scores, Shape q, Shape k) {
    return q.dim(1) == k.dim(1)
        ? scores
        : pieces.reshape(label + "_spread", scores, 0, q.dim(1), q.dim(2), k.dim(2));
  }

  private String capped(String scores) {
    float cap = view.attributes().real("softcap", 0);
    if (!(cap > 0)) {
      return scores;
    }
    String number = pieces.number("cap", cap);
    String bent = pieces.node("bent", "Tanh", pieces.node("uncapped", "Div", scores, number));
    return pieces.node("capped", "Mul", bent, number);
  }

  private String masked(String scores, Shape q, Shape k) {
    String mask = view.has(MASK) ? given(k.dim(2)) : null;
    String later = view.attributes().integer("is_causal", 0) != 0 ? causal(q, k) : null;
    @Nullable String both = mask == null ? later : mask;
    if (mask != null && later != null) {
      both = pieces.node("masks", "Add", mask, later);
    }
    return both == null ? scores : pieces.node("masked", "Add", scores, both);
  }

  /** The mask that is given, of as many keys as there are: what it lacks is masked. */
  private String given(int keys) {
    String mask = view.node().input(MASK);
    Shape shape = view.shape(MASK);
    if (shape.rank() < 2 || shape.rank() > 4 || shape.dim(shape.rank() - 1) > keys) {
      throw new MalformedOnnxException(
          view.node(), "its mask is of " + shape + ", and there are " + keys + " keys");
    }
    if (view.element(MASK) == ElementType.BOOLEAN) {
      String number = pieces.node("mask", "Cast", Map.of("to", 1L), mask);
      String shifted = pieces.node("mask_below", "Sub", number, pieces.number("one", 1));
      mask = pieces.node("mask_added", "Mul", shifted, pieces.number("masking", -LOWEST));
    }
    int lacks = keys - shape.dim(shape.rank() - 1);
    // One key stands for all: ONNX stretches it.
    if (lacks == 0 || shape.dim(shape.rank() - 1) == 1) {
      return mask;
    }
    List<Long> pads = new ArrayList<>();
    for (int i = 0; i < 2 * shape.rank(); i++) {
      pads.add(i == 2 * shape.rank() - 1 ? (long) lacks : 0L);
    }
    String sizes = pieces.wholes("mask_pads", pads.stream().mapToLong(Long::longValue).toArray());
    return pieces.node("mask_of_all", "Pad", mask, sizes, pieces.number("lowest", LOWEST));
  }

  /** A mask of what comes later than each query, which is behind the keys of the past. */
  private String causal(Shape q, Shape k) {
    int queries = q.dim(2);
    int keys = k.dim(2);
    int past = view.has(PAST_KEY) ? view.shape(PAST_KEY).dim(2) : 0;
    pieces.take((long) queries * keys);
    float[] mask = new float[Math.multiplyExact(queries, keys)];
    for (int query = 0; query < queries; query++) {
      for (int key = past + query + 1; key < keys; key++) {
        mask[query * keys + key] = LOWEST;
      }
    }
    return pieces.constant("causal", Tensor.reals(Shape.of(queries, keys), mask));
  }
}
