package dev.ockham.onnx.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnxruntime.OrtException;
import dev.ockham.onnx.check.Batch;
import dev.ockham.onnx.check.OnnxSession;
import dev.ockham.onnx.read.ImportOptions;
import dev.ockham.onnx.read.ImportedNetwork;
import dev.ockham.onnx.read.ImportedValue;
import dev.ockham.onnx.read.OnnxImport;
import dev.ockham.onnx.read.SmallModel;
import dev.ockham.runtime.graph.Draws;
import dev.ockham.runtime.plan.Plan;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A test of an operator that has none of ONNX's own for float32: what comes in, and what goes out
 * again, compute what ONNX Runtime computes of the model.
 *
 * @param operator the operator whose test it is
 * @param opset version of the operator set
 * @param model the model, of that operator
 */
record OwnTest(String operator, int opset, SmallModel model) {
  private static final int EXAMPLES = 3;

  private static List<OwnTest> all() {
    return List.of(
        attention(23, 4, 4),
        attention(23, 4, 2, "is_causal", 1, "scale", 0.4f),
        attention(24, 4, 1, "softcap", 1.5f, "is_causal", 1),
        picture("LpNormalization", 1, "axis", 1, "p", 1),
        picture("LpNormalization", 22, "axis", 3),
        scaled(23, 2, "epsilon", 1e-3f),
        scaled(23, -1),
        picture("Cast", 6, "to", 1),
        picture("Cast", 13, "to", 1),
        tokens(9),
        tokens(21),
        sums(11, 3),
        sums(14, -2, "exclusive", 1),
        sums(14, 1, "reverse", 1, "exclusive", 1),
        triangle(0),
        triangle(-2, "upper", 0),
        picture("Gelu", 20),
        picture("Gelu", 20, "approximate", "tanh"),
        groups(18, 2),
        groups(21, 4),
        picture("ReduceLogSumExp", 13, "axes", new int[] {2, -1}),
        picture("ReduceLogSumExp", 11, "axes", new int[] {1}, "keepdims", 0),
        picture("Mish", 18),
        picture("Mish", 22),
        picture("Swish", 24),
        picture("Swish", 24, "alpha", 1.7f),
        picture("Swish", 24, "alpha", -0.5f));
  }

  private static OwnTest picture(String operator, int opset, Object... attributes) {
    SmallModel model = new SmallModel(opset).input("x", 0, 4, 6, 5);
    return new OwnTest(operator, opset, model.node(operator, "y <- x", attributes).output("y"));
  }

  private static OwnTest attention(int opset, int heads, int shared, Object... settings) {
    SmallModel model =
        new SmallModel(opset).input("q", 0, 5, 3 * heads).input("k", 0, 6, 3 * shared);
    Object[] all = Arrays.copyOf(settings, settings.length + 4);
    System.arraycopy(
        new Object[] {"q_num_heads", heads, "kv_num_heads", shared}, 0, all, settings.length, 4);
    return new OwnTest("Attention", opset, model.node("Attention", "y <- q k k", all).output("y"));
  }

  private static OwnTest scaled(int opset, int axis, Object... settings) {
    Object[] all = Arrays.copyOf(settings, settings.length + 2);
    all[settings.length] = "axis";
    all[settings.length + 1] = axis;
    SmallModel model = new SmallModel(opset).input("x", 0, 4, 6, 5);
    model.weights("scale", axis == -1 ? new int[] {5} : new int[] {6, 5});
    return new OwnTest(
        "RMSNormalization", opset, model.node("RMSNormalization", "y <- x scale", all).output("y"));
  }

  private static OwnTest sums(int opset, int axis, Object... settings) {
    SmallModel model = new SmallModel(opset).input("x", 0, 4, 6, 5).longs("axis", axis);
    return new OwnTest("CumSum", opset, model.node("CumSum", "y <- x axis", settings).output("y"));
  }

  private static OwnTest triangle(int diagonal, Object... settings) {
    SmallModel model = new SmallModel(14).input("x", 0, 4, 6, 5).longs("k", diagonal);
    return new OwnTest("Trilu", 14, model.node("Trilu", "y <- x k", settings).output("y"));
  }

  private static OwnTest tokens(int opset) {
    SmallModel model = new SmallModel(opset).indices("x", DataType.INT64, 0, 5);
    return new OwnTest(
        "Cast", opset, model.node("Cast", "f <- x", "to", 1).node("Exp", "y <- f").output("y"));
  }

  private static OwnTest groups(int opset, int scales) {
    SmallModel model = new SmallModel(opset).input("x", 0, 4, 6, 5);
    model.weights("scale", scales).weights("shift", scales);
    model.node("GroupNormalization", "y <- x scale shift", "num_groups", 2, "epsilon", 1e-3f);
    return new OwnTest("GroupNormalization", opset, model.output("y"));
  }

  /** Runs all of them, which must pass, and gives the rows of the table. */
  static SortedMap<String, OperatorResult> results() throws IOException, OrtException {
    SortedMap<String, OperatorResult> results = new TreeMap<>();
    for (OwnTest test : all()) {
      OperatorResult before =
          results.getOrDefault(test.operator, OperatorResult.none(test.operator));
      results.put(test.operator, before.withOwn(test.opset, test.exported()));
    }
    return results;
  }

  /** The operators that the model goes out as, after all numbers were compared. */
  private SortedSet<String> exported() throws IOException, OrtException {
    byte[] bytes = model.bytes();
    ImportedNetwork network = OnnxImport.read(bytes, operator, ImportOptions.NONE);
    boolean whole =
        model.proto().getGraph().getInput(0).getType().getTensorType().getElemType()
            == DataType.INT64.getNumber();
    Map<String, float[]> inputs = new HashMap<>();
    for (ImportedValue input : network.inputs()) {
      float[] values = new float[EXAMPLES * input.shape().size()];
      var draws = Draws.of(values.length, operator);
      for (int i = 0; i < values.length; i++) {
        values[i] = whole ? draws.below(4) : 3 * (float) draws.normal();
      }
      inputs.put(input.name(), values);
    }
    Batch batch = new Batch(inputs, EXAMPLES);
    SortedSet<String> exported = new TreeSet<>();
    try (OnnxSession session = OnnxSession.of(bytes)) {
      Map<String, float[]> wanted = session.run(batch);
      Map<String, float[]> found = Plan.of(network.model()).run(inputs, EXAMPLES, 1);
      assertThat(NodeTestRun.difference(wanted, found)).as("%s", this).isNull();
      assertThat(NodeTestRun.again(network, batch, wanted, exported)).as("%s", this).isNull();
    }
    return exported;
  }
}
