package dev.ockham.onnx.read;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions, pools and resizing, every attribute that occurs. */
class WindowOperatorsTest {
  private static int[] ints(String text) {
    return text == null
        ? new int[0]
        : Arrays.stream(text.strip().split(" ", -1)).mapToInt(Integer::parseInt).toArray();
  }

  private static void agree(SmallModel model) throws Exception {
    Agreement.check(model.bytes(), ImportOptions.NONE, 2);
  }

  @ParameterizedTest
  @CsvSource({
    "3, 1 1, 1 1 1 1, 1 1, 1, NOTSET, true",
    "3, 2 1, 0 2 1 0, 1 1, 1, NOTSET, false",
    "2, 1 2, 0 0 0 0, 2 1, 2, NOTSET, true",
    "3, 2 2, 0 0 0 0, 1 1, 4, SAME_UPPER, true",
    "4, 3 2, 0 0 0 0, 1 1, 1, SAME_LOWER, true",
    "2, 2 2, 0 0 0 0, 2 2, 1, VALID, false"
  })
  void convolution(
      int kernel,
      String strides,
      String pads,
      String dilations,
      int groups,
      String auto,
      boolean bias)
      throws Exception {
    var model =
        new SmallModel(13).input("x", 0, 4, 9, 8).weights("w", 8, 4 / groups, kernel, kernel);
    model.weights("b", 8);
    Object[] attributes =
        auto.equals("NOTSET")
            ? new Object[] {
              "strides",
              ints(strides),
              "pads",
              ints(pads),
              "dilations",
              ints(dilations),
              "group",
              groups
            }
            : new Object[] {
              "strides",
              ints(strides),
              "auto_pad",
              auto,
              "dilations",
              ints(dilations),
              "group",
              groups
            };
    agree(model.node("Conv", bias ? "y <- x w b" : "y <- x w", attributes).output("y"));
  }

  @ParameterizedTest
  @CsvSource({"16, 16, 0 0", "8, 4, 2 3", "1, 1, 0 0", "3, 1, 4 4"})
  void convolutionOverOneAxis(int kernel, int stride, String pads) throws Exception {
    agree(
        new SmallModel(11)
            .input("x", 0, 2, 33)
            .weights("w", 3, 2, kernel)
            .node("Conv", "y <- x w", "strides", new int[] {stride}, "pads", ints(pads))
            .output("y"));
  }

  @ParameterizedTest
  @CsvSource({
    "2 2, 0 0 0 0, 0 0, 1 1, 1",
    "2 1, 1 0 0 1, 1 0, 1 1, 2",
    "3 2, 1 1 1 1, 2 1, 2 1, 1",
    "1 1, 2 2 2 2, 0 0, 1 2, 4"
  })
  void transposed(String strides, String pads, String extra, String dilations, int groups)
      throws Exception {
    agree(
        new SmallModel(11)
            .input("x", 0, 4, 5, 4)
            .weights("w", 4, 3, 3, 3)
            .weights("b", 3 * groups)
            .node(
                "ConvTranspose",
                "y <- x w b",
                "strides",
                ints(strides),
                "pads",
                ints(pads),
                "output_padding",
                ints(extra),
                "dilations",
                ints(dilations),
                "group",
                groups)
            .output("y"));
  }

  @ParameterizedTest
  @CsvSource({"output_shape, 10 8", "SAME_UPPER, 0", "SAME_LOWER, 0", "VALID, 0"})
  void transposedToAShape(String how, String shape) throws Exception {
    var model = new SmallModel(11).input("x", 0, 2, 5, 4).weights("w", 2, 3, 3, 3);
    Object[] attributes =
        how.equals("output_shape")
            ? new Object[] {"strides", new int[] {2, 2}, "output_shape", ints(shape)}
            : new Object[] {"strides", new int[] {2, 2}, "auto_pad", how};
    agree(model.node("ConvTranspose", "y <- x w", attributes).output("y"));
  }

  @ParameterizedTest
  @CsvSource({
    "MaxPool, 2 2, 2 2, 0 0 0 0, 0, 0",
    "MaxPool, 3 3, 2 2, 1 1 1 1, 1, 0",
    "MaxPool, 3 2, 2 3, 0 1 1 0, 1, 0",
    "MaxPool, 3 3, 1 1, 0 0 2 2, 0, 0",
    "AveragePool, 2 2, 2 2, 0 0 0 0, 1, 0",
    "AveragePool, 3 3, 2 2, 1 1 1 1, 0, 1",
    "AveragePool, 3 3, 2 2, 1 1 1 1, 1, 0",
    "AveragePool, 3 2, 1 2, 1 0 0 1, 0, 0"
  })
  void pool(String operator, String kernel, String strides, String pads, int ceil, int counted)
      throws Exception {
    var model = new SmallModel(12).input("x", 0, 3, 9, 10);
    var attributes =
        new ArrayList<Object>(
            List.of(
                "kernel_shape",
                ints(kernel),
                "strides",
                ints(strides),
                "pads",
                ints(pads),
                "ceil_mode",
                ceil));
    if (operator.equals("AveragePool")) {
      attributes.addAll(List.of("count_include_pad", counted));
    }
    agree(model.node(operator, "y <- x", attributes.toArray()).output("y"));
  }

  @ParameterizedTest
  @CsvSource({
    "MaxPool, SAME_UPPER",
    "MaxPool, SAME_LOWER",
    "AveragePool, SAME_UPPER",
    "AveragePool, VALID"
  })
  void poolThatPadsItself(String operator, String auto) throws Exception {
    agree(
        new SmallModel(11)
            .input("x", 0, 3, 9, 10)
            .node(
                operator,
                "y <- x",
                "kernel_shape",
                new int[] {3, 2},
                "strides",
                new int[] {2, 2},
                "auto_pad",
                auto)
            .output("y"));
  }

  @org.junit.jupiter.api.Test
  void dilatedAndGlobalPools() throws Exception {
    agree(
        new SmallModel(12)
            .input("x", 0, 3, 9, 10)
            .node(
                "MaxPool",
                "y <- x",
                "kernel_shape",
                new int[] {3, 2},
                "dilations",
                new int[] {2, 3})
            .node("GlobalAveragePool", "a <- y")
            .node("GlobalMaxPool", "b <- y")
            .node("Flatten", "c <- a")
            .node("Add", "d <- b y")
            .output("c", "d"));
    agree(
        new SmallModel(19)
            .input("x", 0, 3, 20)
            .node(
                "AveragePool", "y <- x", "kernel_shape", new int[] {3}, "dilations", new int[] {2})
            .output("y"));
  }

  @ParameterizedTest
  @CsvSource({
    "nearest, asymmetric, floor, 2 3",
    "nearest, half_pixel, round_prefer_floor, 2 2",
    "nearest, half_pixel, round_prefer_ceil, 2 2.5",
    "nearest, align_corners, floor, 2 2",
    "nearest, asymmetric, ceil, 1.5 0.6",
    "nearest, pytorch_half_pixel, floor, 0.5 2",
    "linear, half_pixel, floor, 2 3",
    "linear, asymmetric, floor, 2 2",
    "linear, align_corners, floor, 2 2",
    "linear, pytorch_half_pixel, floor, 0.5 2",
    "linear, pytorch_half_pixel, floor, 0.5 0.25"
  })
  void resize(String mode, String coordinates, String rounding, String scales) throws Exception {
    String[] each = scales.split(" ", -1);
    float[] factors = {1, 1, Float.parseFloat(each[0]), Float.parseFloat(each[1])};
    for (int opset : new int[] {11, 13, 18}) {
      agree(
          new SmallModel(opset)
              .input("x", 0, 2, 6, 4)
              .floats("scales", factors, 4)
              .node(
                  "Resize",
                  "y <- x _ scales".replace("_", opset < 13 ? "none" : "_"),
                  "mode",
                  mode,
                  "coordinate_transformation_mode",
                  coordinates,
                  "nearest_mode",
                  rounding)
              .floats("none", new float[0], 0)
              .output("y"));
    }
  }

  @ParameterizedTest
  @CsvSource({"nearest, half_pixel", "linear, half_pixel", "linear, align_corners"})
  void resizeToSizes(String mode, String coordinates) throws Exception {
    agree(
        new SmallModel(13)
            .input("x", 0, 2, 6, 4)
            .longs("sizes", 1, 2, 9, 5)
            .node(
                "Resize",
                "y <- x _ _ sizes",
                "mode",
                mode,
                "coordinate_transformation_mode",
                coordinates)
            .output("y"));
  }

  @ParameterizedTest
  @CsvSource({
    "Upsample, 9, nearest",
    "Upsample, 9, linear",
    "Resize, 10, nearest",
    "Resize, 10, linear"
  })
  void upsample(String operator, int opset, String mode) throws Exception {
    agree(
        new SmallModel(opset)
            .input("x", 0, 2, 3, 4)
            .floats("scales", new float[] {1, 1, 2, 2}, 4)
            .node(operator, "y <- x scales", "mode", mode)
            .output("y"));
  }

  @ParameterizedTest
  @CsvSource({"constant, 2", "constant, 10", "constant, 13", "edge, 13", "reflect, 13", "wrap, 19"})
  void pad(String mode, int opset) throws Exception {
    var model = new SmallModel(Math.max(7, opset)).input("x", 0, 3, 5, 4);
    int[] pads = {0, 0, 1, 2, 0, 0, 2, 0};
    if (opset < 11) {
      model.node("Pad", "y <- x", "pads", pads, "mode", mode, "value", 0.5f);
    } else {
      model.longs("pads", 0, 0, 1, 2, 0, 0, 2, 0).number("value", -1);
      model.node(
          "Pad", mode.equals("constant") ? "y <- x pads value" : "y <- x pads", "mode", mode);
    }
    agree(model.output("y"));
  }

  @org.junit.jupiter.api.Test
  void padInFrontOfWindowsAndPadThatTakesAway() throws Exception {
    agree(
        new SmallModel(13)
            .input("x", 0, 3, 6, 5)
            .weights("w", 4, 3, 3, 3)
            .longs("pads", 0, 0, 1, 0, 0, 0, 0, 2)
            .longs("less", 0, 1, -1, 0, 0, 0, 2, -1)
            .node("Pad", "p <- x pads")
            .node("Conv", "y <- p w", "pads", new int[] {1, 1, 1, 1})
            .node("Pad", "q <- y pads")
            .node("AveragePool", "z <- q", "kernel_shape", new int[] {3, 3})
            .node("Pad", "r <- x less")
            .output("y", "z", "r"));
  }

  @org.junit.jupiter.api.Test
  void padOfWhichOneEndTakesAwayAllAndMore() throws Exception {
    agree(
        new SmallModel(13)
            .input("x", 0, 3, 6, 5)
            .longs("front", 0, 0, 0, -8, 0, 0, 0, 9)
            .longs("back", 0, 0, 9, 0, 0, 0, -8, 0)
            .node("Pad", "y <- x front")
            .node("Pad", "z <- x back")
            .output("y", "z"));
  }
}
