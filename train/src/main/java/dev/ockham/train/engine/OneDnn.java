package dev.ockham.train.engine;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Has libtorch compute without oneDNN where oneDNN is wrong. On a virtual AMD EPYC (family 26) that
 * hides the sizes of its caches, oneDNN 3.7.1 gives gradients of convolutions that are wrong by as
 * much as they are large, unless channels are a multiple of 16; nothing says so.
 */
final class OneDnn {

  /** Right products differ by about 1e-6 of the largest. */
  private static final double TOLERANCE = 1e-3;

  /** Examples, channels of the gradient, its side, channels of the input, side of the window. */
  private static final long[][] SHAPES = {{2, 4, 6, 3, 3}, {4, 8, 8, 8, 3}, {2, 17, 8, 20, 5}};

  private OneDnn() {}

  /**
   * Compares gradients of convolutions with and without it, and leaves it on if they agree. Takes
   * some 20 ms the first time.
   *
   * @return whether they agree
   */
  static boolean onWhereRight() {
    Context context = torch.globalContext();
    boolean right = true;
    for (long[] shape : SHAPES) {
      context.setUserEnabledMkldnn(true);
      float[] with = gradient(shape);
      context.setUserEnabledMkldnn(false);
      right &= agree(with, gradient(shape));
    }
    context.setUserEnabledMkldnn(right);
    return right;
  }

  /** By the input of a convolution: its gradient, transposed back through the window. */
  private static float[] gradient(long[] shape) {
    try (TensorScope _ = new TensorScope()) {
      Tensor byOutput = wave(shape[0], shape[1], shape[2], shape[2]);
      Tensor weights = wave(shape[1], shape[3], shape[4], shape[4]);
      Tensor byInput = torch.conv_transpose2d(byOutput, weights).contiguous();
      float[] values = new float[Math.toIntExact(byInput.numel())];
      new FloatPointer(byInput.data_ptr()).get(values);
      return values;
    }
  }

  private static Tensor wave(long... shape) {
    long numbers = 1;
    for (long side : shape) {
      numbers *= side;
    }
    return torch.arange(new Scalar(numbers)).mul(new Scalar(0.7f)).sin().reshape(shape);
  }

  /** Whether two results are the same but for rounding; a NaN is no result. */
  static boolean agree(float[] values, float[] expected) {
    double largest = 0;
    for (float value : expected) {
      largest = Math.max(largest, Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(values[i] - expected[i]) <= TOLERANCE * largest)) {
        return false;
      }
    }
    return true;
  }
}
