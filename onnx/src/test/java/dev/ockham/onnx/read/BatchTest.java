package dev.ockham.onnx.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.runtime.graph.Shape;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Which axis is the batch, and that examples do not meet. */
class BatchTest {
  private static ImportedNetwork agree(SmallModel model) throws Exception {
    return Agreement.check(model.bytes(), ImportOptions.NONE, 2);
  }

  private static void refused(SmallModel model, String... said) {
    assertThatThrownBy(() -> OnnxImport.read(model.bytes(), "x.onnx", ImportOptions.NONE))
        .isInstanceOf(UnsupportedOnnxException.class)
        .hasMessageContainingAll(said);
  }

  @Test
  void aBatchThatTheFileFixesBecomesFree() throws Exception {
    ImportedNetwork network =
        agree(
            new SmallModel(13)
                .input("x", 4, 2, 5, 5)
                .weights("w", 3, 2, 3, 3)
                .longs("to", 4, -1)
                .weights("v", 27, 2)
                .node("Conv", "c <- x w")
                .node("Reshape", "r <- c to")
                .node("MatMul", "y <- r v")
                .output("y"));
    assertThat(network.model().input()).isEqualTo(Shape.of(2, 5, 5));
    assertThat(network.inputs()).containsExactly(new ImportedValue("x", Shape.of(1, 2, 5, 5), 0));
    assertThat(network.outputs()).containsExactly(new ImportedValue("y", Shape.of(1, 2), 0));
  }

  @Test
  void aRecurrentLayerHasItsBatchSecond() throws Exception {
    ImportedNetwork network =
        agree(
            new SmallModel(14)
                .input("x", 5, 3, 2)
                .weights("w", 1, 16, 2)
                .weights("r", 1, 16, 4)
                .node("LSTM", "y h <- x w r", "hidden_size", 4)
                .output("y", "h"));
    assertThat(network.model().input()).isEqualTo(Shape.of(5, 2));
    assertThat(network.outputs()).extracting(ImportedValue::batchAxis).containsExactly(2, 1);
  }

  @Test
  void anExampleWithoutABatchStaysWhole() throws Exception {
    ImportedNetwork network =
        agree(
            new SmallModel(13)
                .input("x", 2, 5, 5)
                .longs("zero", 0)
                .weights("w", 3, 2, 3, 3)
                .node("Unsqueeze", "u <- x zero")
                .node("Conv", "c <- u w")
                .node("Squeeze", "y <- c zero")
                .output("y"));
    assertThat(network.model().input()).isEqualTo(Shape.of(2, 5, 5));
    assertThat(network.inputs().get(0).batchAxis()).isEqualTo(-1);
  }

  @Test
  void inputsOfDifferentSizesHaveNoBatch() throws Exception {
    ImportedNetwork network =
        agree(
            new SmallModel(13).input("x", 3, 4).input("z", 4).node("Add", "y <- x z").output("y"));
    assertThat(network.model().graph().shape("y")).isEqualTo(Shape.of(3, 4));
  }

  @Test
  void slicesOfABatchAreRefused() {
    refused(
        new SmallModel(9)
            .input("x", 0, 4)
            .node("Slice", "y <- x", "starts", new int[] {0}, "ends", new int[] {1})
            .output("y"),
        "(Slice)",
        "mixes the examples");
  }

  @Test
  void unbatchedInputsMayMixAllAxes() throws Exception {
    byte[] model =
        new SmallModel(13)
            .input("x", 1, 4)
            .node("Softmax", "y <- x", "axis", 0)
            .output("y")
            .bytes();
    ImportedNetwork network = Agreement.check(model, ImportOptions.unbatched(), 1);
    assertThat(network.model().input()).isEqualTo(Shape.of(1, 4));
  }

  @Test
  void anOperatorThatSaysItsAxesIsRefusedAlongTheBatch() throws Exception {
    refused(
        new SmallModel(14).input("x", 0, 4).node("Trilu", "y <- x").output("y"),
        "'node1' (Trilu)",
        "mixes the examples of a batch, along axis 0");
    refused(
        new SmallModel(14)
            .input("x", 0, 4)
            .longs("axis", 0)
            .node("CumSum", "y <- x axis")
            .output("y"),
        "'node1' (CumSum)",
        "mixes the examples of a batch, along axis 0");
    agree(new SmallModel(14).input("x", 0, 4, 4).node("Trilu", "y <- x", "upper", 0).output("y"));
  }

  @Test
  void operatorsThatMixExamplesAreRefused() {
    refused(
        new SmallModel(13).input("x", 0, 4).node("Softmax", "y <- x", "axis", 0).output("y"),
        "'node1' (Softmax)",
        "mixes the examples");
    refused(
        new SmallModel(13)
            .input("x", 0, 4)
            .node("ReduceMean", "y <- x", "axes", new int[] {0})
            .output("y"),
        "'node1' (ReduceMean)",
        "axis 0");
    refused(
        new SmallModel(13)
            .input("x", 0, 4)
            .node("Transpose", "t <- x")
            .node("MatMul", "y <- t x")
            .output("y"),
        "(MatMul)",
        "mixes the examples");
    refused(
        new SmallModel(14)
            .input("x", 0, 6, 2)
            .weights("w", 1, 16, 2)
            .weights("r", 1, 16, 4)
            .node("LSTM", "y <- x w r", "hidden_size", 4)
            .output("y"),
        "(LSTM)",
        "export with the batch on another axis");
  }

  @Test
  void sizesThatAreOpenAreSaidByTheCaller() throws Exception {
    var model =
        new SmallModel(13)
            .input("x", 0, 2, 0, 0)
            .weights("w", 3, 2, 3, 3)
            .node("Conv", "c <- x w")
            .node("GlobalAveragePool", "y <- c")
            .output("y");
    refused(model, "input 'x' leaves axis 2 ('N') of Nx2xNxN open", "--shape x=1x2x224x224");
    var said = ImportOptions.shapes(Map.of("x", List.of(1, 2, 6, 7)));
    assertThat(Agreement.check(model.bytes(), said, 1).model().input())
        .isEqualTo(Shape.of(2, 6, 7));
    assertThatThrownBy(() ->
            OnnxImport.read(
                model.bytes(), "x.onnx", ImportOptions.shapes(Map.of("x", List.of(1, 3, 6, 7)))))
        .hasMessageContaining("declared as Nx2xNxN, which [1, 3, 6, 7] does not fit");
  }
}
