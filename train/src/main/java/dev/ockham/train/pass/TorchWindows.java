package dev.ockham.train.pass;

import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Resize;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Window;
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Operators that slide over positions, in libtorch. */
final class TorchWindows {

  private TorchWindows() {}

  /**
   * A convolution.
   *
   * @param groups how many, which may be more than the operator says
   * @param input {@code [examples, channels, positions…]}
   */
  static Tensor convolution(
      Convolution c, long groups, Tensor input, Tensor weights, TensorOptional bias) {
    Window window = c.window();
    boolean even = window.before().equals(window.after());
    Tensor x = even ? input : padded(input, window.before(), window.after(), 0);
    long[] padding = even ? longs(window.before()) : new long[window.axes()];
    long[] stride = longs(window.stride());
    long[] dilation = longs(window.dilation());
    return window.axes() == 1
        ? torch.conv1d(x, weights, bias, stride, padding, dilation, groups)
        : torch.conv2d(x, weights, bias, stride, padding, dilation, groups);
  }

  /**
   * The transpose of a convolution.
   *
   * @param groups how many, which may be more than the operator says
   * @param input {@code [examples, channels, positions…]}
   */
  static Tensor transposed(
      ConvolutionTransposed c, long groups, Tensor input, Tensor weights, TensorOptional bias) {
    Window window = c.window();
    boolean even = window.before().equals(window.after());
    long[] padding = even ? longs(window.before()) : new long[window.axes()];
    long[] stride = longs(window.stride());
    long[] extra = longs(c.extra());
    long[] dilation = longs(window.dilation());
    Tensor y =
        window.axes() == 1
            ? torch.conv_transpose1d(input, weights, bias, stride, padding, extra, groups, dilation)
            : torch.conv_transpose2d(
                input, weights, bias, stride, padding, extra, groups, dilation);
    for (int axis = 0; !even && axis < window.axes(); axis++) {
      long before = window.before().get(axis);
      y = y.narrow(axis + 2, before, y.size(axis + 2) - before - window.after().get(axis));
    }
    return y;
  }

  /**
   * A pool. Padding is made explicitly, and as much behind the input as windows that only begin
   * within it reach, so that libtorch's own rules for what counts have no part.
   *
   * @param in shape of an example's input
   * @param out shape of its output
   */
  static TorchFunction pool(Pool pool, Shape in, Shape out) {
    return switch (pool.of()) {
      case MAX -> (inputs, _) -> largest(pool, inputs.getFirst(), in, out);
      case AVERAGE -> {
        float[] shares = shares(pool, in, out);
        long[] positions = asPlane(out);
        yield (inputs, _) -> {
          Tensor sums = sums(pool, inputs.getFirst(), in, out);
          Tensor means = sums.mul(Tensor.create(shares, 1, 1, positions[0], positions[1]));
          return means.reshape(out.withBatch(sums.size(0)));
        };
      }
    };
  }

  private static Tensor largest(Pool pool, Tensor input, Shape in, Shape out) {
    Window w = pool.window();
    Tensor x = padded(input, w.before(), reach(w, in, out), Float.NEGATIVE_INFINITY);
    long[] kernel = longs(w.kernel());
    long[] stride = longs(w.stride());
    long[] none = new long[w.axes()];
    long[] dilation = longs(w.dilation());
    return w.axes() == 1
        ? torch.max_pool1d(x, kernel, stride, none, dilation, false)
        : torch.max_pool2d(x, kernel, stride, none, dilation, false);
  }

  /** How much there must be behind the input for the last window. */
  private static List<Integer> reach(Window w, Shape in, Shape out) {
    return IntStream.range(0, w.axes())
        .mapToObj(axis -> {
          int end = (out.dim(axis + 1) - 1) * w.stride().get(axis) + w.span(axis);
          return Math.max(0, end - in.dim(axis + 1) - w.before().get(axis));
        })
        .toList();
  }

  /** Sums of the windows, as images of one row where there is one axis. */
  private static Tensor sums(Pool pool, Tensor input, Shape in, Shape out) {
    Window w = pool.window();
    Tensor x = padded(input, w.before(), reach(w, in, out), 0);
    Tensor plane = w.axes() == 1 ? x.unsqueeze(2) : x;
    long[] kernel = asPlane(w.kernel());
    long[] stride = asPlane(w.stride());
    long[] none = {0, 0};
    if (w.dilation().stream().allMatch(d -> d == 1)) {
      return torch.avg_pool2d(plane, kernel, stride, none, false, true, new LongOptional(1));
    }
    long channels = in.dim(0);
    Tensor ones = torch.ones(channels, 1, kernel[0], kernel[1]);
    return torch.conv2d(
        plane, ones, new TensorOptional(), stride, none, asPlane(w.dilation()), channels);
  }

  /** What each window's sum is multiplied with for its mean. */
  private static float[] shares(Pool pool, Shape in, Shape out) {
    Window w = pool.window();
    float[] shares = {1};
    for (int axis = 0; axis < w.axes(); axis++) {
      float[] along = new float[out.dim(axis + 1)];
      int before = pool.countPadding() ? w.before().get(axis) : 0;
      int after = pool.countPadding() ? w.after().get(axis) : 0;
      for (int i = 0; i < along.length; i++) {
        int counted = 0;
        for (int tap = 0; tap < w.kernel().get(axis); tap++) {
          int at = i * w.stride().get(axis) - w.before().get(axis) + tap * w.dilation().get(axis);
          counted += at >= -before && at < in.dim(axis + 1) + after ? 1 : 0;
        }
        along[i] = 1f / counted;
      }
      shares = outer(shares, along);
    }
    return shares;
  }

  private static float[] outer(float[] rows, float[] columns) {
    float[] product = new float[rows.length * columns.length];
    for (int i = 0; i < product.length; i++) {
      product[i] = rows[i / columns.length] * columns[i % columns.length];
    }
    return product;
  }

  /** Numbers of two axes; one axis is the second, of an image of one row. */
  private static long[] asPlane(List<Integer> values) {
    return values.size() == 1
        ? new long[] {1, values.getFirst()}
        : new long[] {values.get(0), values.get(1)};
  }

  private static long[] asPlane(Shape shape) {
    return asPlane(shape.dims().subList(1, shape.rank()));
  }

  private static Tensor padded(
      Tensor input, List<Integer> before, List<Integer> after, float value) {
    if (before.stream().allMatch(p -> p == 0) && after.stream().allMatch(p -> p == 0)) {
      return input;
    }
    return torch.constant_pad_nd(input, pairs(before, after), new Scalar(value));
  }

  /** How libtorch wants padding: the last axis first. */
  static long[] pairs(List<Integer> before, List<Integer> after) {
    long[] pairs = new long[2 * before.size()];
    for (int axis = 0; axis < before.size(); axis++) {
      int at = 2 * (before.size() - 1 - axis);
      pairs[at] = before.get(axis);
      pairs[at + 1] = after.get(axis);
    }
    return pairs;
  }

  private static long[] longs(List<Integer> values) {
    return TorchAxes.longs(values);
  }

  /** Interpolation along each axis of positions. */
  static Tensor resized(Resize resize, Tensor input) {
    Tensor x = input;
    for (int axis = 0; axis < resize.sizes().size(); axis++) {
      x = resized(resize, x, axis + 2, resize.sizes().get(axis));
    }
    return x;
  }

  private static Tensor resized(Resize resize, Tensor x, int axis, int to) {
    int from = (int) x.size(axis);
    long[] low = new long[to];
    long[] high = new long[to];
    float[] share = new float[to];
    for (int i = 0; i < to; i++) {
      double place = resize.place(i, from, to);
      low[i] = Math.min(from - 1, (long) place);
      high[i] = Math.min(from - 1, low[i] + 1);
      share[i] = (float) (place - low[i]);
    }
    Tensor before = x.index_select(axis, Tensor.create(low));
    return switch (resize.by()) {
      case NEAREST -> before;
      case LINEAR -> {
        Tensor behind = x.index_select(axis, Tensor.create(high));
        Tensor by = TorchAxes.along(Tensor.create(share), axis, x.dim());
        yield before.add(behind.sub(before).mul(by));
      }
    };
  }
}
