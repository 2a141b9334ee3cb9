package dev.ockham.train.posterior;

import dev.ockham.core.arch.LayerSpec;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** The linear part of a layer as a function of its weights: a matrix product or a convolution. */
public final class LinearMap {

  private static final long[] ONE = {1, 1};
  private static final long[] NONE = {0, 0};

  private LinearMap() {}

  /**
   * Applies weights to inputs.
   *
   * @param input {@code [batch, in]} or {@code [batch, in, height, width]}
   * @param weights in the layer's shape
   * @param bias one per output
   */
  public static Tensor apply(LayerSpec.Linear layer, Tensor input, Tensor weights, Tensor bias) {
    return apply(layer, input, weights, new TensorOptional(bias));
  }

  /** As {@link #apply(LayerSpec.Linear, Tensor, Tensor, Tensor)}, without a bias. */
  public static Tensor apply(LayerSpec.Linear layer, Tensor input, Tensor weights) {
    return apply(layer, input, weights, new TensorOptional());
  }

  private static Tensor apply(
      LayerSpec.Linear layer, Tensor input, Tensor weights, TensorOptional bias) {
    return switch (layer) {
      case LayerSpec.Dense _ -> torch.linear(input, weights, bias);
      case LayerSpec.Conv2d _ -> torch.conv2d(input, weights, bias, ONE, NONE, ONE, 1);
    };
  }
}
