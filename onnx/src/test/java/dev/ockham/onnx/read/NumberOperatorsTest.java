package dev.ockham.onnx.read;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Activations, sums and products, norms, reductions and softmax, by version of the operator set.
 */
class NumberOperatorsTest {
  private static void agree(SmallModel model) throws Exception {
    Agreement.check(model.bytes(), ImportOptions.NONE, 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Relu",
        "Sigmoid",
        "Tanh",
        "Softplus",
        "Softsign",
        "Exp",
        "Erf",
        "Abs",
        "Neg",
        "LeakyRelu",
        "Elu",
        "Selu",
        "Celu",
        "HardSigmoid",
        "HardSwish",
        "Reciprocal"
      })
  void activation(String operator) throws Exception {
    agree(new SmallModel(14).input("x", 0, 3, 4).node(operator, "y <- x").output("y"));
  }

  @Test
  void activationsWithSettings() throws Exception {
    agree(
        new SmallModel(18)
            .input("x", 0, 3, 4)
            .node("LeakyRelu", "a <- x", "alpha", 0.3f)
            .node("Elu", "b <- a", "alpha", 0.7f)
            .node("Celu", "c <- b", "alpha", 1.5f)
            .node("Selu", "d <- c", "alpha", 1.1f, "gamma", 1.2f)
            .node("HardSigmoid", "e <- d", "alpha", 0.3f, "beta", 0.4f)
            .node("Mish", "f <- x")
            .node("Sqrt", "g <- e")
            .node("Exp", "h <- g")
            .node("Log", "i <- h")
            .output("i", "f"));
    agree(
        new SmallModel(20)
            .input("x", 0, 8)
            .node("Gelu", "a <- x")
            .node("Gelu", "b <- x", "approximate", "tanh")
            .output("a", "b"));
  }

  @Test
  void clipByAttributesAndInputs() throws Exception {
    agree(
        new SmallModel(6 + 1)
            .input("x", 0, 6)
            .node("Clip", "a <- x", "min", -0.5f, "max", 0.25f)
            .node("Clip", "b <- x", "max", 0.5f)
            .output("a", "b"));
    agree(
        new SmallModel(13)
            .input("x", 0, 6)
            .number("low", 0)
            .number("high", 6)
            .node("Clip", "a <- x low high")
            .node("Clip", "b <- x low")
            .node("Clip", "c <- x _ low")
            .node("Clip", "d <- x")
            .output("a", "b", "c", "d"));
  }

  @Test
  void slopes() throws Exception {
    agree(
        new SmallModel(13)
            .input("x", 0, 3, 4, 2)
            .weights("one", 1)
            .weights("each", 3, 1, 1)
            .weights("last", 2)
            .node("PRelu", "a <- x one")
            .node("PRelu", "b <- x each")
            .weights("all", 3, 4, 2)
            .node("PRelu", "c <- x last")
            .node("PRelu", "d <- x all")
            .output("a", "b", "c", "d"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Add", "Sub", "Mul", "Div", "Min", "Max"})
  void pairs(String operator) throws Exception {
    agree(
        new SmallModel(13)
            .input("x", 0, 3, 4)
            .input("z", 0, 1, 4)
            .positive("row", 4)
            .positive("column", 3, 1)
            .positive("all", 1, 3, 4)
            .number("number", 1.5f)
            .node("Exp", "e <- z")
            .node(operator, "a <- x e")
            .node(operator, "b <- e x")
            .node(operator, "c <- x row")
            .node(operator, "d <- column e")
            .node(operator, "f <- x all")
            .node(operator, "g <- x number")
            .node(operator, "h <- number e")
            .output("a", "c", "d", "f", "g", "h"));
  }

  @Test
  void severalAtOnceAndPowers() throws Exception {
    agree(
        new SmallModel(13)
            .input("x", 0, 3, 4)
            .input("z", 0, 4)
            .weights("w", 4)
            .number("two", 2)
            .number("half", 0.5f)
            .number("one", 1)
            .number("three", 3)
            .node("Sum", "a <- x z w")
            .node("Mean", "b <- x w x")
            .node("Max", "c <- x z w")
            .node("Min", "d <- x z w")
            .node("Pow", "e <- x two")
            .node("Pow", "f <- e half")
            .node("Pow", "g <- x one")
            .node("Pow", "h <- x three")
            .node("Sum", "i <- x")
            .output("a", "b", "c", "d", "e", "f", "g", "h", "i"));
  }

  @Test
  void masks() throws Exception {
    agree(
        new SmallModel(13)
            .input("x", 0, 2, 3)
            .longs("mask", 1, 0, 1)
            .number("low", Float.NEGATIVE_INFINITY)
            .number("zero", 0)
            .weights("w", 1)
            .node("Cast", "m <- mask", "to", 9)
            .node("Where", "a <- m x w")
            .node("Where", "n <- m zero low")
            .node("Add", "s <- x n")
            .node("Softmax", "b <- s", "axis", -1)
            .output("a", "b"));
  }

  @ParameterizedTest
  @CsvSource({"0, 1, 1, 1", "1, 1, 0.5, 2", "1, 0, 1, 1", "0, 0, 2, 0"})
  void gemm(int transB, int bias, float alpha, float beta) throws Exception {
    agree(
        new SmallModel(13)
            .input("x", 0, 5)
            .weights("w", transB == 1 ? new int[] {3, 5} : new int[] {5, 3})
            .weights("b", bias == 1 ? new int[] {3} : new int[] {1})
            .node("Gemm", "y <- x w b", "transB", transB, "alpha", alpha, "beta", beta)
            .node("Gemm", "z <- x w", "transB", transB)
            .output("y", "z"));
  }

  @Test
  void gemmOfValues() throws Exception {
    agree(
        new SmallModel(13)
            .input("x", 0, 5)
            .weights("v", 4, 5)
            .weights("c", 4, 4)
            .node("Mul", "m <- x v")
            .node("Gemm", "y <- m m c", "transB", 1, "alpha", 0.5f, "beta", 2f)
            .node("Gemm", "z <- m v", "transA", 1)
            .node("Gemm", "u <- m v c", "transB", 1)
            .output("y", "z", "u"));
  }

  @Test
  void products() throws Exception {
    agree(
        new SmallModel(13)
            .input("x", 0, 3, 4)
            .input("z", 0, 2, 4, 3)
            .weights("w", 4, 5)
            .weights("b", 5)
            .weights("left", 6, 3)
            .weights("v", 4)
            .weights("many", 2, 4, 5)
            .node("MatMul", "m <- x w")
            .node("Add", "a <- b m")
            .node("MatMul", "c <- x z")
            .node("MatMul", "d <- left x")
            .node("MatMul", "e <- x v")
            .node("MatMul", "f <- x many")
            .output("a", "c", "d", "e", "f"));
  }

  @Test
  void norms() throws Exception {
    var model =
        new SmallModel(17)
            .input("x", 0, 4, 3, 2)
            .weights("s", 4)
            .weights("b", 4)
            .weights("m", 4)
            .positive("v", 4)
            .weights("t", 3, 2)
            .node("BatchNormalization", "a <- x s b m v", "epsilon", 0.01f)
            .node("InstanceNormalization", "c <- x s b", "epsilon", 0.001f)
            .node("LayerNormalization", "d <- x t _", "axis", 2, "epsilon", 0.01f)
            .node("LayerNormalization", "e <- x t t", "axis", -2)
            .node("LRN", "f <- x", "size", 3, "alpha", 0.5f, "beta", 0.6f, "bias", 1.5f);
    agree(model.output("a", "c", "d", "e", "f"));
  }

  @Test
  void layerNormWithItsMoments() throws Exception {
    agree(
        new SmallModel(17)
            .input("x", 0, 4, 3)
            .weights("t", 3)
            .node("LayerNormalization", "y m d <- x t", "epsilon", 0.1f)
            .output("y", "m", "d"));
  }

  @Test
  void groupNormsOfBothKinds() throws Exception {
    agree(
        new SmallModel(21)
            .input("x", 0, 4, 3, 2)
            .weights("s", 4)
            .weights("b", 4)
            .node("GroupNormalization", "y <- x s b", "num_groups", 2)
            .output("y"));
    agree(
        new SmallModel(18)
            .input("x", 0, 4, 3, 2)
            .weights("s", 2)
            .weights("b", 2)
            .node("GroupNormalization", "y <- x s b", "num_groups", 2)
            .output("y"));
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
        "ReduceSumSquare"
      })
  void reductions(String operator) throws Exception {
    for (int opset : new int[] {11, 13, 18}) {
      boolean input = opset >= 18 || (opset >= 13 && operator.equals("ReduceSum"));
      var model = new SmallModel(opset).input("x", 0, 3, 4, 2).longs("axes", 2, -1).longs("one", 1);
      model.node(operator, input ? "a <- x axes" : "a <- x", axes(input, 0, 2, 3));
      model.node(operator, input ? "b <- x one" : "b <- x", axes(input, 1, -3));
      agree(model.output("a", "b"));
    }
  }

  private static Object[] axes(boolean input, int keep, int... axes) {
    return input ? new Object[] {"keepdims", keep} : new Object[] {"axes", axes, "keepdims", keep};
  }

  @ParameterizedTest
  @CsvSource({
    "Softmax, 11, 1",
    "Softmax, 11, 2",
    "LogSoftmax, 12, -1",
    "Softmax, 13, 1",
    "LogSoftmax, 13, -2",
    "Softmax, 9, -1"
  })
  void softmax(String operator, int opset, int axis) throws Exception {
    agree(
        new SmallModel(opset)
            .input("x", 0, 3, 4)
            .node(operator, "y <- x", "axis", axis)
            .node(operator, "z <- x")
            .output("y", "z"));
  }

  @ParameterizedTest
  @CsvSource({
    "LSTM, 4, forward, 0",
    "LSTM, 4, bidirectional, 0",
    "GRU, 3, reverse, 1",
    "GRU, 3, bidirectional, 1",
    "GRU, 3, forward, 0",
    "GRU, 3, reverse, 0",
    "GRU, 3, bidirectional, 0",
    "RNN, 1, bidirectional, 0",
    "RNN, 1, reverse, 0"
  })
  void recurrent(String operator, int gates, String direction, int after) throws Exception {
    int dirs = direction.equals("bidirectional") ? 2 : 1;
    var model =
        new SmallModel(14)
            .input("x", 6, 0, 3)
            .weights("w", dirs, gates * 4, 3)
            .weights("r", dirs, gates * 4, 4)
            .weights("b", dirs, gates * 8)
            .floats("h", new float[dirs * 4], dirs, 1, 4);
    Object[] more =
        operator.equals("GRU")
            ? new Object[] {"hidden_size", 4, "direction", direction, "linear_before_reset", after}
            : new Object[] {"hidden_size", 4, "direction", direction};
    model.node(operator, "y yh <- x w r b _ h", more);
    model.node(operator, "_ zh <- x w r", more);
    agree(model.output("y", "yh", "zh"));
  }

  @Test
  void recurrentWithRelu() throws Exception {
    agree(
        new SmallModel(14)
            .input("x", 6, 0, 3)
            .weights("w", 1, 4, 3)
            .weights("r", 1, 4, 4)
            .node("RNN", "y <- x w r", "hidden_size", 4, "activations", List.of("Relu"))
            .output("y"));
  }
}
