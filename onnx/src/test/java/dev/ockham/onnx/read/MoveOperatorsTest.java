package dev.ockham.onnx.read;

import ai.onnx.proto.OnnxMl.TensorProto;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Operators that move numbers, and constants that are computed in advance. */
class MoveOperatorsTest {
  private static void agree(SmallModel model) throws Exception {
    Agreement.check(model.bytes(), ImportOptions.NONE, 2);
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 10, 11, 13})
  void slices(int opset) throws Exception {
    var model = new SmallModel(opset).input("x", 0, 5, 6);
    if (opset < 10) {
      model.node(
          "Slice",
          "y <- x",
          "starts",
          new int[] {1, -4},
          "ends",
          new int[] {9, -1},
          "axes",
          new int[] {1, 2});
    } else {
      model.longs("s", 1, -4).longs("e", 1000, -1).longs("a", 1, -1).longs("t", 2, 1);
      model.longs("s2", 4, -1).longs("e2", -100, 0).longs("t2", -1, -2);
      model.node("Slice", "y <- x s e a t").node("Slice", "z <- x s2 e2 a t2").output("z");
    }
    agree(model.output("y"));
  }

  @Test
  void splits() throws Exception {
    agree(
        new SmallModel(11)
            .input("x", 0, 5, 6)
            .node("Split", "a b <- x", "axis", 1, "split", new int[] {2, 3})
            .node("Split", "c d e <- x", "axis", -1)
            .output("a", "b", "d", "e", "c"));
    agree(
        new SmallModel(13)
            .input("x", 0, 5, 6)
            .longs("s", 4, 1)
            .node("Split", "a b <- x s", "axis", 1)
            .output("b", "a"));
    agree(
        new SmallModel(18)
            .input("x", 0, 7, 6)
            .node("Split", "a b c <- x", "axis", 1, "num_outputs", 3)
            .output("b", "a", "c"));
  }

  @ParameterizedTest
  @ValueSource(ints = {11, 13})
  void shapes(int opset) throws Exception {
    boolean input = opset >= 13;
    var model = new SmallModel(opset).input("x", 0, 4, 1, 6).longs("two", 2).longs("three", 3, 1);
    model.longs("to", 0, -1, 3).longs("back", -1, 4, 6);
    if (input) {
      model.node("Squeeze", "a <- x two").node("Unsqueeze", "b <- a three");
    } else {
      model.node("Squeeze", "a <- x", "axes", new int[] {2});
      model.node("Unsqueeze", "b <- a", "axes", new int[] {3, 1});
    }
    agree(
        model
            .node("Reshape", "c <- b to")
            .node("Transpose", "d <- c", "perm", new int[] {0, 2, 1})
            .node("Reshape", "e <- d back")
            .node("Flatten", "f <- b", "axis", 2)
            .node("Flatten", "g <- x", "axis", -2)
            .output("a", "b", "d", "e", "f", "g"));
  }

  @Test
  void stepsFirstAndLast() throws Exception {
    agree(
        new SmallModel(13)
            .input("x", 0, 5, 3)
            .weights("w", 3, 4)
            .weights("p", 5, 1, 4)
            .node("Transpose", "t <- x", "perm", new int[] {1, 0, 2})
            .node("MatMul", "m <- t w")
            .node("Add", "a <- m p")
            .node("Softmax", "s <- a", "axis", 0)
            .node("Transpose", "y <- s", "perm", new int[] {1, 2, 0})
            .output("y"));
  }

  @Test
  void gathers() throws Exception {
    agree(
        new SmallModel(13)
            .input("x", 0, 5, 6)
            .indices("tokens", TensorProto.DataType.INT64, 0, 3)
            .weights("table", 7, 4)
            .longs("some", 3, -1, 0)
            .tensor(
                TensorProto.newBuilder()
                    .setName("one")
                    .setDataType(TensorProto.DataType.INT64.getNumber())
                    .addInt64Data(-2)
                    .build())
            .node("Gather", "a <- x some", "axis", 1)
            .node("Gather", "b <- x one", "axis", 1)
            .node("Gather", "c <- x one", "axis", 2)
            .node("Gather", "d <- table tokens")
            .output("a", "b", "c", "d"));
  }

  @Test
  void joinsAndRepeats() throws Exception {
    agree(
        new SmallModel(13)
            .input("x", 0, 2, 3)
            .weights("w", 1, 2, 3)
            .longs("times", 1, 2, 3)
            .longs("to", 4, 1, 2, 3)
            .node("Concat", "a <- x w x", "axis", -2)
            .node("Tile", "b <- x times")
            .node("Expand", "c <- x to")
            .node("Concat", "d <- w x", "axis", 2)
            .output("a", "b", "c", "d"));
  }

  @ParameterizedTest
  @CsvSource({"DCR, 11", "CRD, 13"})
  void blocks(String mode, int opset) throws Exception {
    agree(
        new SmallModel(opset)
            .input("x", 0, 8, 4, 6)
            .node("DepthToSpace", "a <- x", "blocksize", 2, "mode", mode)
            .node("SpaceToDepth", "b <- x", "blocksize", 2)
            .output("a", "b"));
  }

  @Test
  void constantsAreComputed() throws Exception {
    var one =
        TensorProto.newBuilder()
            .setDataType(TensorProto.DataType.INT64.getNumber())
            .addDims(1)
            .addInt64Data(2)
            .build();
    agree(
        new SmallModel(14)
            .input("x", 0, 6)
            .longs("zero", 0)
            .longs("minus", -1)
            .longs("three", 3)
            .longs("indices", 1)
            .number("start", 0)
            .number("limit", 3)
            .number("step", 0.5f)
            .node("Shape", "s <- x")
            .node("Gather", "n <- s zero")
            .node("ConstantOfShape", "f <- three", "value", one)
            .node("Range", "r <- start limit step")
            .node("Constant", "k", "value_float", 0.25f)
            .node("Mul", "rk <- r k")
            .node("Concat", "shape <- n minus three", "axis", 0)
            .node("Reshape", "y <- x shape")
            .node("Cast", "ff <- f", "to", 1)
            .node("Sqrt", "fs <- ff")
            .node("Add", "a <- y fs")
            .node("Add", "b <- x rk")
            .node("Equal", "e <- f three")
            .node("Not", "ne <- e")
            .node("Cast", "en <- ne", "to", 1)
            .node("Mul", "c <- y en")
            .node("Dropout", "d <- c")
            .node("Identity", "i <- d")
            .output("a", "b", "c", "i"));
  }
}
