package dev.ockham.train.pass;

import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.train.engine.OneDnn;
import dev.ockham.train.engine.TensorScope;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.bytedeco.javacpp.BoolPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A convolution by libtorch's own kernels and its gradients, without autograd. Where oneDNN is
 * wrong for some shapes ({@link OneDnn}), the shape is tried as it is and with channels of zeros
 * behind its own, and computed by oneDNN in the first of these that is right; by BLAS, several
 * times as slow, if none is.
 */
final class NativeConvolution {

  /** oneDNN's blocks of channels. */
  private static final int BLOCK = 16;

  /** Examples of a trial: one alone takes another path, and beyond some nothing changes. */
  private static final int LEAST_ROWS = 2;

  private static final int MOST_ROWS = 32;

  /** Numbers of a trial's input or output, where two examples have fewer. */
  private static final int MOST_NUMBERS = 1 << 26;

  /** What the shapes of this process were found to need, which takes some milliseconds each. */
  private static final Map<Key, Way> TRIED = new ConcurrentHashMap<>();

  private record Key(Convolution convolution, Shape in, Shape out, int rows) {}

  /**
   * How it is computed.
   *
   * @param in channels that are convolved, the input's and zeros behind them
   * @param out the same of the output
   */
  private record Way(int in, int out, boolean oneDnn) {}

  /**
   * Gradients of one loss; undefined where they were not wanted.
   *
   * @param byInput {@code [rows, channels, positions…]}
   * @param byWeights {@code [outputs, channels / groups, kernel…]}
   * @param byBias {@code [outputs]}
   */
  record Gradients(Tensor byInput, Tensor byWeights, Tensor byBias) {}

  private final ConvolutionGeometry geometry;
  private final int in;
  private final int out;
  private final Way way;

  private NativeConvolution(ConvolutionGeometry geometry, int in, int out, Way way) {
    this.geometry = geometry;
    this.in = in;
    this.out = out;
    this.way = way;
  }

  /**
   * A convolution of so many examples at once, or fewer.
   *
   * @param in an example's input
   * @param out its output
   */
  static NativeConvolution of(Convolution convolution, Shape in, Shape out, int rows) {
    ConvolutionGeometry geometry = ConvolutionGeometry.of(convolution);
    Way plain = new Way(in.dim(0), out.dim(0), false);
    Way way =
        OneDnn.rightEverywhere()
            ? plain
            : TRIED.computeIfAbsent(
                new Key(convolution, in, out, rowsTried(in, out, rows)),
                key -> right(geometry, key, plain));
    return new NativeConvolution(geometry, in.dim(0), out.dim(0), way);
  }

  private static int rowsTried(Shape in, Shape out, int rows) {
    int room = MOST_NUMBERS / Math.max(1, Math.max(in.size(), out.size()));
    return Math.max(LEAST_ROWS, Math.min(Math.min(rows, MOST_ROWS), room));
  }

  private static Way right(ConvolutionGeometry geometry, Key key, Way plain) {
    int in = plain.in();
    int out = plain.out();
    List<Way> ways =
        key.convolution().groups() > 1
            ? List.of(new Way(in, out, true))
            : List.of(
                new Way(in, out, true),
                new Way(blocks(in), blocks(out), true),
                new Way(powerOfTwo(in), powerOfTwo(out), true));
    List<float[]> expected = new NativeConvolution(geometry, in, out, plain).trial(key);
    for (Way way : ways) {
      List<float[]> found = new NativeConvolution(geometry, in, out, way).trial(key);
      boolean right = true;
      for (int i = 0; i < found.size(); i++) {
        right &= OneDnn.agree(found.get(i), expected.get(i));
      }
      if (right) {
        return way;
      }
    }
    return plain;
  }

  private static int blocks(int channels) {
    return Math.ceilDiv(channels, BLOCK) * BLOCK;
  }

  private static int powerOfTwo(int channels) {
    int blocks = Math.max(1, Math.ceilDiv(channels, BLOCK));
    return BLOCK * (blocks == 1 ? 1 : 2 * Integer.highestOneBit(blocks - 1));
  }

  /** Output and gradients for numbers that are the same each time. */
  private List<float[]> trial(Key key) {
    try (TensorScope _ = new TensorScope()) {
      Tensor input = OneDnn.wave(key.in().withBatch(key.rows()));
      Tensor weights =
          OneDnn.wave(key.convolution().slots(List.of(key.in())).getFirst().shape().toLongs());
      Tensor byOutput = OneDnn.wave(key.out().withBatch(key.rows()));
      Tensor output = apply(input, weights);
      Gradients by = gradients(byOutput, input, weights, true, false);
      return List.of(
          OneDnn.floats(output), OneDnn.floats(by.byInput()), OneDnn.floats(by.byWeights()));
    }
  }

  /**
   * The output, without bias. To be called within a scope.
   *
   * @param input {@code [rows, channels, positions…]}
   * @param weights {@code [outputs, channels / groups, kernel…]}
   */
  Tensor apply(Tensor input, Tensor weights) {
    return computed(() ->
        torch
            .convolution(
                inputs(input),
                weights(weights),
                new TensorOptional(),
                geometry.stride(),
                geometry.padding(),
                geometry.dilation(),
                false,
                geometry.none(),
                geometry.groups())
            .narrow(1, 0, out));
  }

  /**
   * Gradients, that by the weights always. To be called within a scope.
   *
   * @param byOutput {@code [rows, outputs, positions…]}
   * @param input {@code [rows, channels, positions…]}
   * @param weights {@code [outputs, channels / groups, kernel…]}
   */
  Gradients gradients(
      Tensor byOutput, Tensor input, Tensor weights, boolean wantInput, boolean wantBias) {
    T_TensorTensorTensor_T by =
        computed(() -> {
          try (BoolPointer wanted = new BoolPointer(3)) {
            wanted.put(0, wantInput);
            wanted.put(1, true);
            wanted.put(2, wantBias);
            return torch.convolution_backward(
                more(byOutput, 1, way.out() - out),
                inputs(input),
                weights(weights),
                new long[] {way.out()},
                geometry.stride(),
                geometry.padding(),
                geometry.dilation(),
                false,
                geometry.none(),
                geometry.groups(),
                wanted);
          }
        });
    return new Gradients(
        wantInput ? geometry.unpadded(by.get0()).narrow(1, 0, in) : by.get0(),
        by.get1().narrow(0, 0, out).narrow(1, 0, weights.size(1)),
        wantBias ? by.get2().narrow(0, 0, out) : by.get2());
  }

  private <T> T computed(Supplier<T> work) {
    return way.oneDnn() ? OneDnn.with(work) : OneDnn.whereRight(work);
  }

  private Tensor inputs(Tensor input) {
    return more(geometry.padded(input), 1, way.in() - in);
  }

  private Tensor weights(Tensor weights) {
    return more(more(weights, 1, way.in() - in), 0, way.out() - out);
  }

  /** A tensor with zeros behind it along an axis. */
  private static Tensor more(Tensor tensor, int axis, int zeros) {
    if (zeros == 0) {
      return tensor;
    }
    long[] around = new long[2 * Math.toIntExact(tensor.dim() - axis)];
    around[around.length - 1] = zeros;
    return torch.constant_pad_nd(tensor, around, new Scalar(0f));
  }
}
