package dev.ockham.onnx.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.FunctionProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.runtime.file.MalformedFileException;
import dev.ockham.runtime.file.ModelFile;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Small files that ask for much work: it is refused, or grows no faster than the file. */
class HugeModelsTest {
  private static final int MANY = 50_000;

  private static ImportedNetwork read(byte[] model) throws IOException {
    return OnnxImport.read(model, "x.onnx", ImportOptions.NONE);
  }

  /** Each call of a few bytes would copy a setting of a megabyte. */
  @Test
  void callsThatCopyFarMoreThanTheFileHasAreRefused() {
    var setting = SmallModel.attribute("mode", "m".repeat(1 << 20));
    NodeProto inner =
        NodeProto.newBuilder()
            .setOpType("Relu")
            .addInput("a")
            .addOutput("b")
            .addAttribute(setting)
            .build();
    FunctionProto function =
        FunctionProto.newBuilder()
            .setDomain("d")
            .setName("F")
            .addInput("a")
            .addOutput("b")
            .addNode(inner)
            .build();
    byte[] small = new SmallModel(13).input("x", 0, 1).node("Relu", "y <- x").output("y").bytes();
    assertThatThrownBy(() -> read(withCalls(small, function, 500)))
        .isInstanceOf(MalformedFileException.class)
        .hasMessage(
            "x.onnx: function 'F': its calls copy far more names and settings than the file has");
  }

  private static byte[] withCalls(byte[] model, FunctionProto function, int calls)
      throws IOException {
    ModelProto.Builder builder = ModelProto.parseFrom(model).toBuilder().addFunctions(function);
    builder.addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("d").setVersion(1));
    GraphProto.Builder graph = builder.getGraphBuilder();
    for (int i = 0; i < calls; i++) {
      graph.addNode(
          NodeProto.newBuilder().setDomain("d").setOpType("F").addInput("x").addOutput("c" + i));
    }
    return builder.build().toByteArray();
  }

  /** Looking at each number of it, once for each of many nodes, took as long as one liked. */
  @Test
  void aDropoutWhoseModeIsNoSingleNumberIsRefused() {
    byte[] model =
        new SmallModel(13)
            .input("x", 0, 1)
            .number("ratio", 0.5f)
            .floats("training", new float[3], 3)
            .node("Dropout", "y <- x ratio training")
            .output("y")
            .bytes();
    assertThatThrownBy(() -> read(model))
        .isInstanceOf(UnsupportedOnnxException.class)
        .hasMessageContaining("training mode");
  }

  /** Each of them has weights of its own with us: arrays just larger than a region of G1. */
  @Tag("long")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  @Test
  void weightsThatMoreNodesShareThanMemoryHasRoomForAreRefused() {
    int width = 1 << 10;
    long most = Runtime.getRuntime().maxMemory() / (4 * Float.BYTES);
    long nodes = Math.min(most, ModelFile.MOST_NUMBERS) / ((long) width * width) + 1;
    var model = new SmallModel(13).input("x0", 0, width).weights("shared", width, width);
    for (int i = 0; i < nodes; i++) {
      model.node("MatMul", "x" + (i + 1) + " <- x" + i + " shared");
    }
    byte[] bytes = model.output("x" + nodes).bytes();
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(UnsupportedOnnxException.class)
        .hasMessageContaining("weights, those counted twice that two of them share");
  }

  /** 30,000 nodes of the file, which are several with us. */
  @Tag("long")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  @Test
  void whatIsWrittenAsOthersIsCountedAsThese() {
    int nodes = 30_000;
    var model = new SmallModel(23).input("x0", 0, 2).floats("scale", new float[] {1, 1}, 2);
    for (int i = 0; i < nodes; i++) {
      model.node("RMSNormalization", "x" + (i + 1) + " <- x" + i + " scale");
    }
    byte[] bytes = model.output("x" + nodes).bytes();
    assertThatThrownBy(() -> read(bytes))
        .isInstanceOf(UnsupportedOnnxException.class)
        .hasMessageContaining("more than 100000");
  }

  @Tag("long")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  @Test
  void manyOutputsAreRead() throws IOException {
    var model = new SmallModel(13).input("x", 0, 1);
    for (int i = 0; i < MANY; i++) {
      model.node("Relu", "y" + i + " <- x").output("y" + i);
    }
    assertThat(read(model.bytes()).outputs()).hasSize(MANY);
  }

  @Tag("long")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  @Test
  void manyInputsOfThreeAxesAreRead() throws IOException {
    var model = new SmallModel(13);
    for (int i = 0; i < MANY; i++) {
      model.input("x" + i, 1, 1, 1).node("Relu", "y" + i + " <- x" + i);
    }
    assertThat(read(model.output("y0").bytes()).inputs()).hasSize(MANY);
  }

  @Tag("long")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  @Test
  void aLongChainOfWhatIsWrittenAsOthersIsRead() throws IOException {
    int nodes = 10_000;
    var model = new SmallModel(23).input("x0", 0, 2).floats("scale", new float[] {1, 1}, 2);
    for (int i = 0; i < nodes; i++) {
      model.node("RMSNormalization", "x" + (i + 1) + " <- x" + i + " scale");
    }
    assertThat(read(model.output("x" + nodes).bytes()).model().graph().nodes())
        .hasSizeGreaterThan(nodes);
  }
}
