package dev.ockham.onnx.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.runtime.graph.Activation;
import dev.ockham.runtime.graph.Activation.Function;
import dev.ockham.runtime.graph.Node;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms of operators that came after opset 17, where ONNX's tests of Debian end. */
class NewerOpsetsTest {
  private static ImportedNetwork agree(SmallModel model) throws Exception {
    return Agreement.check(model.bytes(), ImportOptions.NONE, 2);
  }

  private static SmallModel picture(int opset) {
    return new SmallModel(opset).input("x", 0, 4, 6, 5);
  }

  private static List<String> kinds(ImportedNetwork network) {
    return network.model().graph().nodes().stream().map(Node::operator).map(o -> o.kind()).toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ReduceMean",
        "ReduceSum",
        "ReduceMax",
        "ReduceMin",
        "ReduceL1",
        "ReduceL2",
        "ReduceSumSquare",
        "ReduceLogSum"
      })
  void reductionsWithAxesAsAnInput(String operator) throws Exception {
    for (int opset : new int[] {18, 20, 21}) {
      agree(
          picture(opset)
              .longs("axes", -1, 2)
              .longs("channels", 1)
              .node("Exp", "e <- x")
              .node(operator, "a <- e axes")
              .node(operator, "b <- e channels", "keepdims", 0)
              .node(operator, "c <- e", "noop_with_empty_axes", 1)
              .output("a", "b", "c"));
    }
  }

  @Test
  void aReductionOverNothingSaidIsOverAll() {
    assertThatThrownBy(
            () -> agree(picture(18).node("ReduceMean", "y <- x", "keepdims", 0).output("y")))
        .isInstanceOf(UnsupportedOnnxException.class)
        .hasMessageContaining("mixes the examples of a batch");
  }

  @ParameterizedTest
  @CsvSource({"18, 3, 2", "18, 3, 3", "21, 2, 3"})
  void splitsInANumberOfParts(int opset, int parts, int axis) throws Exception {
    var model = picture(opset);
    String outputs = parts == 2 ? "a b" : "a b c";
    model.node("Split", outputs + " <- x", "axis", axis, "num_outputs", parts);
    agree(model.output(outputs.split(" ", -1)));
  }

  @ParameterizedTest
  @CsvSource({"constant, 18", "reflect, 18", "edge, 21", "wrap, 19", "wrap, 21"})
  void padsSomeAxes(String mode, int opset) throws Exception {
    agree(
        picture(opset)
            .longs("pads", 1, 2, 0, 1)
            .longs("axes", -1, 2)
            .number("value", 0.5f)
            .node(
                "Pad",
                mode.equals("constant") ? "y <- x pads value axes" : "y <- x pads _ axes",
                "mode",
                mode)
            .output("y"));
  }

  @ParameterizedTest
  @CsvSource({"18, 2", "20, 2", "21, 4"})
  void groupNorms(int opset, int scales) throws Exception {
    agree(
        picture(opset)
            .weights("scale", scales)
            .weights("shift", scales)
            .node("GroupNormalization", "y <- x scale shift", "num_groups", 2, "epsilon", 1e-3f)
            .output("y"));
  }

  @Test
  void activationsThatBecameOperators() throws Exception {
    ImportedNetwork gelu =
        agree(
            picture(20)
                .node("Gelu", "a <- x")
                .node("Gelu", "b <- x", "approximate", "tanh")
                .output("a", "b"));
    assertThat(gelu.model().graph().nodes())
        .extracting(Node::operator)
        .containsExactly(Activation.of(Function.GELU), Activation.of(Function.GELU_TANH));
    ImportedNetwork mish = agree(picture(18).node("Mish", "y <- x").output("y"));
    assertThat(mish.model().graph().nodes())
        .extracting(Node::operator)
        .containsExactly(Activation.of(Function.MISH));
  }

  @ParameterizedTest
  @CsvSource({
    "18, linear, half_pixel",
    "18, cubic, half_pixel",
    "18, cubic, align_corners",
    "19, cubic, asymmetric",
    "19, linear, half_pixel_symmetric",
    "19, nearest, half_pixel_symmetric"
  })
  void resizesSomeAxes(int opset, String mode, String places) throws Exception {
    for (float[] scales : new float[][] {{1.5f, 2}, {0.6f, 0.8f}}) {
      agree(
          picture(opset)
              .floats("scales", scales, 2)
              .node(
                  "Resize",
                  "y <- x _ scales",
                  "mode",
                  mode,
                  "axes",
                  new int[] {2, 3},
                  "coordinate_transformation_mode",
                  places)
              .output("y"));
    }
  }

  @Test
  void resizesThatFilterOrKeepTheAspectAreRefused() {
    SmallModel filters = picture(18).longs("sizes", 3, 2);
    filters.node(
        "Resize", "y <- x _ _ sizes", "mode", "linear", "antialias", 1, "axes", new int[] {2, 3});
    assertThatThrownBy(() -> agree(filters.output("y")))
        .isInstanceOf(UnsupportedOnnxException.class)
        .hasMessageContaining("(Resize): it filters while it shrinks (antialias)");
    SmallModel keeps = picture(19).longs("sizes", 9, 9);
    keeps.node(
        "Resize",
        "y <- x _ _ sizes",
        "axes",
        new int[] {2, 3},
        "keep_aspect_ratio_policy",
        "not_larger");
    assertThatThrownBy(() -> agree(keeps.output("y")))
        .isInstanceOf(UnsupportedOnnxException.class)
        .hasMessageContaining("keeps the aspect ratio");
  }

  @Test
  void dilatedAveragePools() throws Exception {
    agree(
        picture(19)
            .node(
                "AveragePool",
                "y <- x",
                "kernel_shape",
                new int[] {2, 2},
                "dilations",
                new int[] {2, 1},
                "strides",
                new int[] {1, 2})
            .output("y"));
  }

  @ParameterizedTest
  @ValueSource(ints = {18, 19, 20, 21})
  void aSmallNetworkOfEveryOpset(int opset) throws Exception {
    var model = picture(opset);
    model.weights("w", 3, 4, 3, 3).weights("b", 3).weights("d", 2, 3).weights("db", 2);
    model.longs("shape", 0, -1).longs("axes", 2, 3);
    ImportedNetwork network =
        agree(
            model
                .node("Conv", "c <- x w b", "pads", new int[] {1, 1, 1, 1})
                .node("Sigmoid", "s <- c")
                .node("Mul", "m <- c s")
                .node("ReduceMean", "r <- m axes")
                .node("Reshape", "f <- r shape")
                .node("Gemm", "g <- f d db", "transB", 1)
                .node("Softmax", "y <- g")
                .output("y"));
    assertThat(kinds(network)).containsOnlyOnce("convolution");
  }

  @Test
  void castsAndShapesOfTheNewest() throws Exception {
    agree(
        new SmallModel(21)
            .input("x", 0, 4, 6)
            .node("Shape", "n <- x", "start", 0, "end", 1)
            .longs("rest", -1)
            .node("Concat", "to <- n rest", "axis", 0)
            .node("Reshape", "r <- x to")
            .node("Cast", "y <- r", "to", 1)
            .output("y"));
  }
}
