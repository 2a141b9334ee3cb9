package dev.ockham.onnx.read;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OrtException;
import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.onnx.check.Batch;
import dev.ockham.onnx.check.OnnxSession;
import dev.ockham.onnx.check.RandomInputs;
import dev.ockham.onnx.write.OnnxWriter;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Parity;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whole numbers come in and go out as such. */
class InputTypesTest {

  private static ModelProto written(Model model) {
    return OnnxWriter.write(model, OnnxMetadata.NONE, false);
  }

  private static ImportedNetwork again(Model model) throws IOException {
    return OnnxImport.read(written(model).toByteArray(), "again.onnx", ImportOptions.NONE);
  }

  /** What the file makes of random examples, and what the model makes of them. */
  private static void requireSame(Model model) throws OrtException {
    Batch batch = RandomInputs.draw(model, 3, 1);
    try (OnnxSession session = OnnxSession.of(written(model).toByteArray())) {
      Parity.require(
          "ONNX Runtime",
          Parity.plan(model, batch.inputs(), 3),
          Parity.widened(model.graph(), session.run(batch)));
    }
  }

  private static ImportedNetwork masked(DataType type) throws IOException {
    SmallModel small =
        new SmallModel(17)
            .indices("tokens", DataType.INT64, 0, 6)
            .indices("attention_mask", type, 0, 6)
            .weights("table", 20, 4)
            .weights("w", 24, 2)
            .longs("flat", 0, -1)
            .longs("last", 2)
            .node("Gather", "rows <- table tokens")
            .node("Cast", "real <- attention_mask", "to", 1)
            .node("Unsqueeze", "wide <- real last")
            .node("Mul", "kept <- rows wide")
            .node("Reshape", "flattened <- kept flat")
            .node("MatMul", "logits <- flattened w")
            .output("logits");
    return OnnxImport.read(small.bytes(), "masked.onnx", ImportOptions.NONE);
  }

  @Test
  void wholeNumbersThatAreNoTokensStayWhole() throws IOException, OrtException {
    Model model = masked(DataType.INT64).model();
    assertThat(model.graph().inputs())
        .allSatisfy(input -> assertThat(input.numbers()).isEqualTo(Input.Numbers.WHOLE));
    assertThat(types(written(model))).containsOnly(DataType.INT64.getNumber());
    assertThat(again(model).model().graph()).isEqualTo(model.graph());
    requireSame(model);
  }

  @Test
  void anotherTypeOfInputIsSaid() throws IOException {
    assertThat(masked(DataType.INT64).notes()).isEmpty();
    assertThat(masked(DataType.INT32).notes())
        .containsExactly(
            "input 'attention_mask' is INT32 in the file; in an export of it it will be INT64");
  }

  private static List<Integer> types(ModelProto model) {
    return model.getGraph().getInputList().stream()
        .map(ValueInfoProto::getType)
        .map(type -> type.getTensorType().getElemType())
        .toList();
  }
}
