package dev.ockham.onnx.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.ByteString;
import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.runtime.file.MalformedFileException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that are well formed or not, and cannot come in: one line that says what to do. */
class RefusedModelsTest {
  private static void unsupported(byte[] model, String... said) {
    assertThatThrownBy(() -> OnnxImport.read(model, "x.onnx", ImportOptions.NONE))
        .isInstanceOf(UnsupportedOnnxException.class)
        .hasMessageContainingAll(said)
        .message()
        .doesNotContain("\n");
  }

  private static void malformed(byte[] model, String... said) {
    assertThatThrownBy(() -> OnnxImport.read(model, "x.onnx", ImportOptions.NONE))
        .isInstanceOf(MalformedFileException.class)
        .hasMessageContainingAll(said)
        .message()
        .doesNotContain("\n");
  }

  private static SmallModel vector() {
    return new SmallModel(13).input("x", 0, 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"If", "Loop", "Scan"})
  void controlFlow(String operator) {
    byte[] model =
        vector()
            .node(operator, "y <- x", "body", GraphProto.getDefaultInstance())
            .output("y")
            .bytes();
    unsupported(model, "node 'node1' (" + operator + ")", "no control flow", "export");
  }

  @ParameterizedTest
  @ValueSource(strings = {"QuantizeLinear", "DequantizeLinear", "QLinearConv", "MatMulInteger"})
  void quantized(String operator) {
    unsupported(vector().node(operator, "y <- x").output("y").bytes(), operator, "int8", "float32");
  }

  @ParameterizedTest
  @CsvSource({
    "ai.onnx.ml, neural network",
    "com.microsoft, without its optimisations",
    "my.own, own operators only"
  })
  void otherDomains(String domain, String advice) {
    ModelProto.Builder model = vector().node("Relu", "y <- x").output("y").proto();
    model.getGraphBuilder().getNodeBuilder(0).setDomain(domain);
    unsupported(model.build().toByteArray(), "'" + domain + "'", advice);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 99})
  void otherOpsets(int opset) {
    unsupported(
        new SmallModel(opset).input("x", 0, 4).node("Relu", "y <- x").output("y").bytes(),
        "operator set " + opset,
        "opset 18");
  }

  @ParameterizedTest
  @CsvSource({
    "ArgMax, it counts or finds",
    "Equal, it compares",
    "Det, knows no such operator",
    "Round, knows no such operator"
  })
  void operatorsThatAreNotMapped(String operator, String said) {
    unsupported(vector().node(operator, "y <- x").output("y").bytes(), operator, said);
  }

  @Test
  void shapesThatDependOnTheExample() {
    byte[] model =
        vector()
            .indices("n", TensorProto.DataType.INT64, 2)
            .node("Reshape", "y <- x n")
            .output("y")
            .bytes();
    unsupported(model, "(Reshape)", "computed from the example");
  }

  @Test
  void cellsThatLookAtMoreThanTheirState() {
    SmallModel model = new SmallModel(14).input("x", 5, 0, 2).weights("w", 1, 16, 2);
    model.weights("r", 1, 16, 4).weights("p", 1, 12);
    model.node("LSTM", "y <- x w r _ _ _ _ p", "hidden_size", 4);
    unsupported(model.output("y").bytes(), "(LSTM)", "it has peepholes");
  }

  @Test
  void windowsOverThreeAxes() {
    SmallModel model = new SmallModel(14).input("x", 0, 2, 5, 5, 5).weights("w", 3, 2, 2, 2, 2);
    unsupported(model.node("Conv", "y <- x w").output("y").bytes(), "(Conv)", "one or two axes");
  }

  @Test
  void cyclesAndUnknownValues() {
    malformed(
        vector().node("Relu", "a <- b").node("Relu", "b <- a").output("b").bytes(),
        "'node1' (Relu)",
        "in a cycle");
    malformed(vector().node("Relu", "y <- x").output("z").bytes(), "output 'z'");
    malformed(vector().node("Relu", "y <- x").node("Relu", "y <- x").output("y").bytes(), "'y'");
  }

  @Test
  void tensorsThatDoNotMatchTheirShape() {
    malformed(
        vector().floats("w", new float[3], 4).node("Add", "y <- x w").output("y").bytes(),
        "tensor 'w'",
        "3 numbers, its shape needs 4");
    TensorProto raw =
        TensorProto.newBuilder()
            .setName("w")
            .setDataType(1)
            .addDims(1L << 31)
            .addDims(1L << 31)
            .setRawData(ByteString.copyFrom(new byte[8]))
            .build();
    malformed(
        vector().tensor(raw).node("Add", "y <- x w").output("y").bytes(), "tensor 'w'", "shape");
    malformed(
        vector()
            .tensor(raw.toBuilder().clearDims().addDims(1 << 30).build())
            .node("Add", "y <- x w")
            .output("y")
            .bytes(),
        "it has 8 bytes, its shape needs 4294967296");
  }

  @Test
  void constantsThatWouldBeTooLarge() {
    var model = new SmallModel(13).input("x", 0, 1).longs("to", 1 << 14, 1 << 13);
    byte[] bytes =
        model.node("ConstantOfShape", "c <- to").node("Add", "y <- x c").output("y").bytes();
    unsupported(bytes, "'node1' (ConstantOfShape)", "more constants");
    unsupported(
        new SmallModel(13).input("x", 0, 1 << 29).node("Relu", "y <- x").output("y").bytes(),
        "'x'",
        "numbers for one example");
  }

  @Test
  void numbersThatAreNotFinite() {
    unsupported(
        vector()
            .floats("w", new float[] {1, 2, Float.NaN, 4}, 4)
            .node("Mul", "y <- x w")
            .output("y")
            .bytes(),
        "not finite");
  }

  @Test
  void filesOfAMillionMessages() {
    GraphProto.Builder graph = vector().output("x").proto().getGraphBuilder();
    for (int i = 0; i < 200_000; i++) {
      graph.addNode(NodeProto.getDefaultInstance());
    }
    byte[] bytes = ModelProto.newBuilder().setGraph(graph).build().toByteArray();
    assertThat(bytes.length).isLessThan(500_000);
    malformed(bytes, "more than 100000 nodes");
  }

  @Test
  void functionsThatCallThemselves() {
    ModelProto.Builder model = vector().node("F", "y <- x").output("y").proto();
    model.getGraphBuilder().getNodeBuilder(0).setDomain("f");
    model
        .addFunctionsBuilder()
        .setName("F")
        .setDomain("f")
        .addInput("a")
        .addOutput("b")
        .addNode(NodeProto.newBuilder().setOpType("F").setDomain("f").addInput("a").addOutput("b"));
    malformed(model.build().toByteArray(), "function 'F'", "calls itself");
  }
}
