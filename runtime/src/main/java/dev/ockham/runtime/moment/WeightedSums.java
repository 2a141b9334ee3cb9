package dev.ockham.runtime.moment;

import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Window;

/**
 * Moments of sums of uncertain numbers weighed by uncertain weights, all independent: mean Σ w·x,
 * variance Σ (w²·v + s·x² + s·v) with v and s the variances of number and weight.
 *
 * @param weight row-major
 * @param spread variances of the weights, as many
 * @param bias one for each output
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record WeightedSums(float[] weight, float[] spread, float[] bias) {

  /**
   * Of a linear map over the last axis.
   *
   * @param width numbers that it takes at once
   * @param outputs numbers that it gives for them
   */
  Moments linear(Moments x, int width, int outputs) {
    int rows = width == 0 ? 1 : x.size() / width;
    double[] means = new double[rows * outputs];
    double[] variances = new double[means.length];
    for (int row = 0; row < rows; row++) {
      for (int o = 0; o < outputs; o++) {
        int to = row * outputs + o;
        means[to] = bias[o];
        for (int i = 0; i < width; i++) {
          add(x, row * width + i, o * width + i, means, variances, to);
        }
      }
    }
    return new Moments(means, variances);
  }

  private void add(Moments x, int from, int number, double[] means, double[] variances, int to) {
    double w = weight[number];
    double s = spread[number];
    double mean = x.mean(from);
    double variance = x.variance(from);
    means[to] += w * mean;
    variances[to] += w * w * variance + s * (mean * mean + variance);
  }

  /** Of a convolution over one or two axes. */
  Moments convolution(Moments x, Convolution operator, Shape in, Shape out) {
    Window window = operator.window();
    int last = window.axes() - 1;
    int rows = window.axes() == 2 ? in.dim(1) : 1;
    int columns = in.dim(in.rank() - 1);
    int outRows = window.axes() == 2 ? out.dim(1) : 1;
    int outColumns = out.dim(out.rank() - 1);
    int kernelRows = window.axes() == 2 ? window.kernel().get(0) : 1;
    int kernelColumns = window.kernel().get(last);
    int channels = in.dim(0) / operator.groups();
    int perGroup = Math.max(1, operator.outputs() / operator.groups());
    double[] means = new double[out.size()];
    double[] variances = new double[means.length];
    for (int to = 0; to < means.length; to++) {
      int column = to % outColumns;
      int row = to / outColumns % outRows;
      int o = to / outColumns / outRows;
      means[to] = bias[o];
      int firstChannel = o / perGroup * channels;
      for (int c = 0; c < channels; c++) {
        for (int i = 0; i < kernelRows; i++) {
          int r = window.axes() == 2 ? at(window, 0, row, i) : 0;
          for (int j = 0; j < kernelColumns; j++) {
            int k = at(window, last, column, j);
            if (r >= 0 && r < rows && k >= 0 && k < columns) {
              int from = ((firstChannel + c) * rows + r) * columns + k;
              int number = ((o * channels + c) * kernelRows + i) * kernelColumns + j;
              add(x, from, number, means, variances, to);
            }
          }
        }
      }
    }
    return new Moments(means, variances);
  }

  /** The position that a window's element looks at; it may be in the padding. */
  static int at(Window window, int axis, int output, int element) {
    return output * window.stride().get(axis)
        - window.before().get(axis)
        + element * window.dilation().get(axis);
  }
}
