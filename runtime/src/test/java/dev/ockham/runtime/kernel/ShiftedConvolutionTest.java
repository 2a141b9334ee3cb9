package dev.ockham.runtime.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Draws;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Window;
import dev.ockham.runtime.model.DenseMatrix;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Convolutions that lay one example out once for each column of the kernel. */
class ShiftedConvolutionTest {
  private static final int CHANNELS = 4;
  private static final int OUTPUTS = 6;

  @ParameterizedTest
  @CsvSource({
    // rows, columns, kernel's rows and columns, padding, dilation, groups, share of weights
    "8, 8, 3, 3, 1, 1, 1, 1",
    "8, 8, 3, 3, 1, 1, 1, 0.4",
    "7, 16, 3, 3, 1, 1, 1, 0.7",
    "5, 32, 3, 3, 1, 1, 2, 0.6",
    "12, 12, 5, 5, 0, 1, 1, 0.5",
    "8, 20, 5, 5, 0, 1, 1, 0.7",
    "9, 24, 3, 3, 2, 2, 1, 0.5",
    "3, 8, 1, 3, 1, 1, 2, 1",
    "1, 8, 3, 3, 1, 1, 1, 1",
  })
  void isTheSumOfItsTermsInOrder(
      int rows,
      int columns,
      int down,
      int right,
      int padding,
      int dilation,
      int groups,
      double share) {
    int up = down == 1 ? 0 : padding;
    List<Integer> pads = List.of(up, padding);
    var window =
        new Window(List.of(down, right), List.of(1, 1), pads, pads, List.of(dilation, dilation));
    Draws draws = new Draws(rows + 31L * columns + down);
    float[] weights = numbers(draws, OUTPUTS * (CHANNELS / groups) * down * right, share);
    float[] bias = numbers(draws, OUTPUTS, 1);
    float[] input = numbers(draws, CHANNELS * rows * columns, 1);
    var operator = new Convolution(OUTPUTS, window, groups);
    Shape in = Shape.of(CHANNELS, rows, columns);
    Shape out = operator.output(List.of(in));
    float[] expected = new float[out.size()];
    for (int y = 0; y < expected.length; y++) {
      expected[y] = sum(operator, in, out, weights, bias, input, y);
    }
    var matrix = DenseMatrix.of(OUTPUTS, weights.length / OUTPUTS, weights);
    for (Form form : Form.values()) {
      var kernel = SlidingWindows.of(operator, in, out, matrix, bias, Finish.NONE, form);
      for (Loops loops : Loops.values()) {
        float[] value = Scratch.value(in.size(), 1);
        System.arraycopy(input, 0, value, 0, input.length);
        float[] found = Scratch.value(out.size(), 1);
        kernel.run(new float[][] {value}, found, new Scratch(1, loops));
        for (int y = 0; y < expected.length; y++) {
          assertThat(found[y]).as("%s, %s, place %s", form, loops, y).isEqualTo(expected[y]);
        }
      }
    }
  }

  private static float[] numbers(Draws draws, int count, double share) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = draws.chance(share) ? (float) draws.normal() : 0;
    }
    return numbers;
  }

  private static float sum(
      Convolution operator,
      Shape in,
      Shape out,
      float[] weights,
      float[] bias,
      float[] input,
      int place) {
    Window window = operator.window();
    int x = place % out.dim(2);
    int y = place / out.dim(2) % out.dim(1);
    int o = place / (out.dim(1) * out.dim(2));
    int inGroup = CHANNELS / operator.groups();
    int down = window.kernel().get(0);
    int right = window.kernel().get(1);
    float sum = bias[o];
    for (int c = 0; c < inGroup; c++) {
      int channel = o / (OUTPUTS / operator.groups()) * inGroup + c;
      for (int i = 0; i < down; i++) {
        for (int j = 0; j < right; j++) {
          int row = y + i * window.dilation().get(0) - window.before().get(0);
          int column = x + j * window.dilation().get(1) - window.before().get(1);
          boolean inside = row >= 0 && row < in.dim(1) && column >= 0 && column < in.dim(2);
          float weight = weights[((o * inGroup + c) * down + i) * right + j];
          if (inside && weight != 0) {
            sum = Math.fma(weight, input[(channel * in.dim(1) + row) * in.dim(2) + column], sum);
          }
        }
      }
    }
    return sum;
  }
}
