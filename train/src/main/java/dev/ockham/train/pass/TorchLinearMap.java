package dev.ockham.train.pass;

import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.LinearInWeights;
import java.util.Arrays;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * Operators that are linear in their weights as functions of input and weights, in whatever
 * floating-point type these have.
 */
public final class TorchLinearMap {

  /** √δ has an infinite derivative at 0, and some convolutions give δ slightly below it. */
  public static final float LEAST_VARIANCE = 1e-8f;

  private TorchLinearMap() {}

  /**
   * Applies weights to inputs.
   *
   * @param input {@code [examples, shape…]}
   * @param weights in the parameter's shape
   * @param bias one per output unit, if any
   * @return {@code [examples, output's shape…]}
   */
  public static Tensor apply(
      LinearInWeights operator, Tensor input, Tensor weights, @Nullable Tensor bias) {
    TensorOptional added = bias == null ? new TensorOptional() : new TensorOptional(bias);
    return switch (operator) {
      case Linear _ -> torch.linear(input, weights, added);
      case Convolution c -> TorchWindows.convolution(c, c.groups(), input, weights, added);
      case ConvolutionTransposed c -> TorchWindows.transposed(c, c.groups(), input, weights, added);
      case Embed embed -> lookedUp(embed, input, weights);
    };
  }

  /**
   * The local reparameterisation trick (arXiv:1506.02557, eq. (6)): op(x, θ) + √op(x², σ²)·ζ. The
   * bias has no part in the variance; numbers outside of a table are 0 without noise.
   *
   * @param theta weight means, in the parameter's shape
   * @param sigma2 weight variances, in the parameter's shape
   * @param zeta standard normal, in the output's shape
   */
  public static Tensor local(
      LinearInWeights operator,
      Tensor input,
      Tensor theta,
      Tensor sigma2,
      @Nullable Tensor bias,
      Tensor zeta) {
    Tensor mean = apply(operator, input, theta, bias);
    Tensor variance = apply(operator, squared(operator, input), sigma2, null);
    Tensor deviation = variance.clamp_min(new Scalar(LEAST_VARIANCE)).sqrt();
    Tensor noisy = mean.addcmul(deviation, zeta);
    return operator instanceof Embed embed ? noisy.mul(known(embed, input)) : noisy;
  }

  /** What variances are multiplied with: ones and zeros that choose rows are their squares. */
  private static Tensor squared(LinearInWeights operator, Tensor input) {
    return operator instanceof Embed ? input : input.square();
  }

  /**
   * The output where every example has weights of its own.
   *
   * @param weights {@code [examples, parameter's shape…]}
   */
  public static Tensor perExample(
      LinearInWeights operator, Tensor input, Tensor weights, @Nullable Tensor bias) {
    return switch (operator) {
      case Linear _ -> linearPerExample(input, weights, bias);
      case Convolution c -> {
        long groups = c.groups() * input.size(0);
        yield perGroup(
            input,
            bias,
            wide ->
                TorchWindows.convolution(c, groups, wide, joined(weights), new TensorOptional()));
      }
      case ConvolutionTransposed c -> {
        long groups = c.groups() * input.size(0);
        yield perGroup(
            input,
            bias,
            wide ->
                TorchWindows.transposed(c, groups, wide, joined(weights), new TensorOptional()));
      }
      case Embed embed -> lookedUpPerExample(embed, input, weights);
    };
  }

  private static Tensor linearPerExample(Tensor input, Tensor weights, @Nullable Tensor bias) {
    long examples = input.size(0);
    Tensor output;
    if (input.dim() == 2) {
      output = weights.bmm(input.unsqueeze(2)).squeeze(2);
    } else {
      long[] shape = input.shape();
      shape[shape.length - 1] = weights.size(1);
      output =
          input.reshape(examples, -1, weights.size(2)).bmm(weights.transpose(1, 2)).reshape(shape);
    }
    return bias == null ? output : output.add(bias);
  }

  /** A map of images, or of lines. */
  @FunctionalInterface
  private interface Map {
    Tensor of(Tensor input);
  }

  /** The examples become groups of one wide image, each with kernels of its own. */
  private static Tensor perGroup(Tensor input, @Nullable Tensor bias, Map map) {
    long[] shape = input.shape();
    long examples = shape[0];
    shape[1] *= examples;
    shape[0] = 1;
    Tensor wide = map.of(input.reshape(shape).contiguous());
    long[] apart = wide.shape();
    apart[0] = examples;
    apart[1] /= examples;
    Tensor output = wide.reshape(apart);
    return bias == null ? output : output.add(TorchAxes.along(bias, 1, input.dim()));
  }

  /** {@code [examples, a, b…]} as {@code [examples · a, b…]}. */
  private static Tensor joined(Tensor weights) {
    long[] shape = weights.shape();
    long[] joined = new long[shape.length - 1];
    System.arraycopy(shape, 2, joined, 1, shape.length - 2);
    joined[0] = shape[0] * shape[1];
    return weights.reshape(joined);
  }

  private static Tensor lookedUp(Embed embed, Tensor numbers, Tensor table) {
    long[] shape = Arrays.copyOf(numbers.shape(), (int) numbers.dim() + 1);
    shape[shape.length - 1] = embed.width();
    return table
        .index_select(0, rows(embed, numbers).flatten())
        .reshape(shape)
        .mul(known(embed, numbers));
  }

  private static Tensor lookedUpPerExample(Embed embed, Tensor numbers, Tensor tables) {
    long examples = numbers.size(0);
    Tensor first = torch.arange(new Scalar(examples)).mul(new Scalar(embed.rows()));
    Tensor rows = rows(embed, numbers).add(TorchAxes.along(first, 0, numbers.dim())).flatten();
    long[] shape = Arrays.copyOf(numbers.shape(), (int) numbers.dim() + 1);
    shape[shape.length - 1] = embed.width();
    return joined(tables).index_select(0, rows).reshape(shape).mul(known(embed, numbers));
  }

  /** Rows of the table, 0 for numbers outside of it; int64. */
  private static Tensor rows(Embed embed, Tensor numbers) {
    return torch.where(inside(embed, numbers), numbers, new Scalar(0f)).to(torch.ScalarType.Long);
  }

  private static Tensor inside(Embed embed, Tensor numbers) {
    return numbers
        .ge(new Scalar(0f))
        .logical_and(numbers.lt(new Scalar((float) embed.rows())))
        .logical_and(numbers.eq(torch.floor(numbers)));
  }

  /** 1 where a number is one of the table's, 0 otherwise; one axis of size 1 is added. */
  private static Tensor known(Embed embed, Tensor numbers) {
    return inside(embed, numbers).to(numbers.dtype()).unsqueeze(-1);
  }
}
