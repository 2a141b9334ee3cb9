package dev.ockham.onnx.read;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.SparseTensorProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import com.google.protobuf.ByteString;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/** The forms in which a file may hold tensors, inputs and functions. */
class FileFormsTest {
  private static final float[] NUMBERS = {0.5f, -1.25f, 3, 0};

  private static ImportedNetwork read(ModelProto.Builder model) throws IOException {
    return OnnxImport.read(model.build().toByteArray(), "x.onnx", ImportOptions.NONE);
  }

  /** A model that multiplies by a tensor. */
  private static Model product(TensorProto.Builder tensor, String... notes) throws IOException {
    var model = new SmallModel(13).input("x", 0, 4);
    model.tensor(tensor.setName("w").addDims(4).build()).node("Mul", "y <- x w").output("y");
    ImportedNetwork network = read(model.proto());
    assertThat(network.notes()).containsExactly(notes);
    return network.model();
  }

  private static void multiplies(Model model) {
    assertThat(Plan.of(model).run(new float[] {1, 1, 1, 1}, 1, 1)).containsExactly(NUMBERS);
  }

  @Test
  void floatsOfEveryWidth() throws IOException {
    TensorProto.Builder floats = TensorProto.newBuilder().setDataType(DataType.FLOAT.getNumber());
    TensorProto.Builder doubles = TensorProto.newBuilder().setDataType(DataType.DOUBLE.getNumber());
    TensorProto.Builder halves = TensorProto.newBuilder().setDataType(DataType.FLOAT16.getNumber());
    TensorProto.Builder brains =
        TensorProto.newBuilder().setDataType(DataType.BFLOAT16.getNumber());
    ByteBuffer raw = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    for (float number : NUMBERS) {
      floats.addFloatData(number);
      doubles.addDoubleData(number);
      halves.addInt32Data(Float.floatToFloat16(number) & 0xffff);
      brains.addInt32Data(Float.floatToIntBits(number) >>> 16);
      raw.putShort(Float.floatToFloat16(number));
    }
    multiplies(product(floats));
    multiplies(product(doubles, "weights of type DOUBLE became float32"));
    multiplies(product(halves.clone(), "weights of type FLOAT16 became float32"));
    multiplies(product(brains, "weights of type BFLOAT16 became float32"));
    multiplies(
        product(
            TensorProto.newBuilder()
                .setDataType(DataType.FLOAT16.getNumber())
                .setRawData(ByteString.copyFrom(raw.array())),
            "weights of type FLOAT16 became float32"));
  }

  @Test
  void sparseInitializers() throws IOException {
    ModelProto.Builder model =
        new SmallModel(13).input("x", 0, 4).node("Mul", "y <- x w").output("y").proto();
    model
        .getGraphBuilder()
        .addSparseInitializer(
            SparseTensorProto.newBuilder()
                .addDims(4)
                .setValues(
                    TensorProto.newBuilder()
                        .setName("w")
                        .setDataType(1)
                        .addDims(3)
                        .addFloatData(0.5f)
                        .addFloatData(-1.25f)
                        .addFloatData(3))
                .setIndices(
                    TensorProto.newBuilder()
                        .setDataType(7)
                        .addDims(3)
                        .addInt64Data(0)
                        .addInt64Data(1)
                        .addInt64Data(2)));
    multiplies(read(model).model());
  }

  @Test
  void initializersThatAreListedAsInputs() throws IOException {
    ModelProto.Builder model =
        new SmallModel(9)
            .input("x", 0, 4)
            .input("w", 4)
            .floats("w", NUMBERS, 4)
            .node("Mul", "y <- x w")
            .output("y")
            .proto();
    multiplies(read(model).model());
  }

  @Test
  void functionsOfTheModel() throws IOException {
    ModelProto.Builder model =
        new SmallModel(13)
            .input("x", 0, 4)
            .floats("w", NUMBERS, 4)
            .node("Scaled", "a <- x w", "by", 2f)
            .node("Scaled", "y <- a half", "by", 1f)
            .number("half", 0.5f)
            .output("y")
            .proto();
    model.getGraphBuilder().getNodeBuilder(0).setDomain("f");
    model.getGraphBuilder().getNodeBuilder(1).setDomain("f");
    var by = SmallModel.attribute("value_float", 0f).toBuilder().clearF().setRefAttrName("by");
    model
        .addFunctionsBuilder()
        .setName("Scaled")
        .setDomain("f")
        .addInput("a")
        .addInput("b")
        .addOutput("c")
        .addAttribute("by")
        .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(14))
        .addNode(NodeProto.newBuilder().setOpType("Constant").addOutput("k").addAttribute(by))
        .addNode(NodeProto.newBuilder().setOpType("Mul").addInput("a").addInput("b").addOutput("t"))
        .addNode(
            NodeProto.newBuilder().setOpType("Mul").addInput("t").addInput("k").addOutput("c"));
    multiplies(read(model).model());
  }

  @Test
  void metadataAreHandedOn() throws IOException {
    ModelProto.Builder model =
        new SmallModel(13).input("x", 0, 4).node("Relu", "y <- x").output("y").proto();
    model.addMetadataProps(StringStringEntryProto.newBuilder().setKey("author").setValue("me"));
    assertThat(read(model).metadata()).containsEntry("author", "me");
  }

  @Test
  void outputsThatAreInputsConstantsOrTwiceTheSame() throws IOException {
    ModelProto.Builder model =
        new SmallModel(13)
            .input("x", 0, 4)
            .floats("w", NUMBERS, 4)
            .node("Relu", "r <- x")
            .node("Identity", "a <- x")
            .node("Identity", "b <- r")
            .output("a", "b", "r", "w")
            .proto();
    Model network = read(model).model();
    assertThat(network.graph().outputs()).containsExactly("a", "b", "r", "w");
  }
}
