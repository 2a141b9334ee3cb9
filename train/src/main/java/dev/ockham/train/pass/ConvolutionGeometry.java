package dev.ockham.train.pass;

import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Window;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * A convolution's settings as libtorch takes them. Padding that differs from side to side is done
 * before, since libtorch knows one number per axis.
 *
 * @param padding of both sides of each axis; zeros where it is done before
 * @param none as many zeros as axes
 * @param around padding that is done before, last axis first, two numbers each; empty for none
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record ConvolutionGeometry(
    long[] stride, long[] padding, long[] dilation, long[] none, long[] around, int groups) {

  static ConvolutionGeometry of(Convolution convolution) {
    Window window = convolution.window();
    int axes = window.axes();
    boolean even = window.before().equals(window.after());
    return new ConvolutionGeometry(
        longs(window.stride()),
        even ? longs(window.before()) : new long[axes],
        longs(window.dilation()),
        new long[axes],
        even ? new long[0] : around(window),
        convolution.groups());
  }

  private static long[] around(Window window) {
    int axes = window.axes();
    long[] around = new long[2 * axes];
    for (int axis = 0; axis < axes; axis++) {
      int at = 2 * (axes - 1 - axis);
      around[at] = window.before().get(axis);
      around[at + 1] = window.after().get(axis);
    }
    return around;
  }

  private static long[] longs(List<Integer> values) {
    return values.stream().mapToLong(Integer::longValue).toArray();
  }

  /** The input with what padding is done before. */
  Tensor padded(Tensor input) {
    return around.length == 0 ? input : torch.constant_pad_nd(input, around, new Scalar(0f));
  }

  /** A gradient by a padded input without that padding. */
  Tensor unpadded(Tensor gradient) {
    Tensor inner = gradient;
    for (int i = 0; i < around.length; i += 2) {
      long axis = gradient.dim() - 1 - i / 2;
      inner = inner.narrow(axis, around[i], inner.size(axis) - around[i] - around[i + 1]);
    }
    return inner;
  }
}
