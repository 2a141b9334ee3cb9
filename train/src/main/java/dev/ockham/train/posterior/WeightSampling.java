package dev.ockham.train.posterior;

import dev.ockham.core.arch.LayerSpec;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * The reparameterisation trick on weights, W = θ + σ∘ε (arXiv:1312.6114, section 2.4;
 * arXiv:1506.02557, section 2.1): drawn once for a whole batch, or once for every example. Works in
 * whatever floating-point type its arguments have.
 */
public final class WeightSampling {

  /** √σ² has an infinite derivative at 0, where multiplicative noise ends with its weight. */
  public static final float LEAST_VARIANCE = 1e-30f;

  private static final long[] ONE = {1, 1};
  private static final long[] NONE = {0, 0};

  private WeightSampling() {}

  /**
   * The output under one draw of the weights, shared by all examples.
   *
   * @param epsilon standard normal, in the layer's shape
   */
  public static Tensor perBatch(
      LayerSpec.Linear layer,
      Tensor input,
      Tensor theta,
      Tensor sigma2,
      Tensor bias,
      Tensor epsilon) {
    return LinearMap.apply(layer, input, draw(theta, sigma2, epsilon), bias);
  }

  /**
   * The output under a draw of the weights for every example.
   *
   * @param epsilon standard normal, {@code [examples, layer's shape]}
   */
  public static Tensor perExample(
      LayerSpec.Linear layer,
      Tensor input,
      Tensor theta,
      Tensor sigma2,
      Tensor bias,
      Tensor epsilon) {
    return perExample(layer, input, draw(theta, sigma2, epsilon), bias);
  }

  /**
   * The output where every example has weights of its own.
   *
   * @param weights {@code [examples, layer's shape]}
   */
  static Tensor perExample(LayerSpec.Linear layer, Tensor input, Tensor weights, Tensor bias) {
    long examples = input.size(0);
    return switch (layer) {
      case LayerSpec.Dense _ -> weights.bmm(input.unsqueeze(2)).squeeze(2).add(bias);
      case LayerSpec.Conv2d c -> {
        // The examples become groups of one wide image, each with kernels of its own.
        Tensor wide =
            input.reshape(1, examples * c.inputs(), input.size(2), input.size(3)).contiguous();
        Tensor kernels =
            weights.reshape(examples * c.outputs(), c.inputs(), c.kernel(), c.kernel());
        Tensor output = torch.conv2d(wide, kernels, new TensorOptional(), ONE, NONE, ONE, examples);
        yield output
            .reshape(examples, c.outputs(), output.size(2), output.size(3))
            .add(bias.reshape(1, c.outputs(), 1, 1));
      }
    };
  }

  private static Tensor draw(Tensor theta, Tensor sigma2, Tensor epsilon) {
    return theta.addcmul(sigma2.clamp_min(new Scalar(LEAST_VARIANCE)).sqrt(), epsilon);
  }
}
