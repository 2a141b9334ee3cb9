package dev.ockham.train.pass;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.method.Estimator;
import dev.ockham.runtime.graph.LinearInWeights;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.train.posterior.WeightLeaves;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * An operator that is linear in its weights, under one of the estimators of {@link Estimator}. The
 * weights of a parameter that other nodes take too are drawn once for a batch, whatever the
 * estimator, since local reparameterisation would draw other weights for each of them.
 */
final class TorchLinear implements TorchFunction {

  private final LinearInWeights operator;
  private final Shape output;
  private final TorchWeights weights;
  private final @Nullable Tensor bias;
  private final Estimator estimator;
  private final int @Nullable [] drawn;

  private TorchLinear(LinearInWeights operator, TorchParameters parameters, Estimator estimator) {
    this.operator = operator;
    this.output = parameters.graph().shape(parameters.node().name());
    this.weights = parameters.weights(operator.weight());
    this.bias = parameters.find("bias");
    this.estimator = estimator;
    this.drawn = parameters.drawn();
  }

  /**
   * The operator of a node.
   *
   * @throws IllegalArgumentException for gated weights under local reparameterisation
   */
  static TorchLinear of(LinearInWeights operator, TorchParameters parameters) {
    Estimator wanted = parameters.leaves().estimator();
    Estimator estimator = parameters.shared(operator.weight()) ? Estimator.PER_BATCH : wanted;
    TorchLinear linear = new TorchLinear(operator, parameters, estimator);
    if (linear.weights.leaves() instanceof WeightLeaves.Gated && estimator == Estimator.LOCAL) {
      throw new IllegalArgumentException(
          "node '%s': gated weights have no local form".formatted(parameters.node().name()));
    }
    return linear;
  }

  @Override
  public Tensor of(List<Tensor> inputs, Share share) {
    Tensor input = inputs.getFirst();
    NoiseKey key = weights.key(share);
    if (key == null) {
      return TorchLinearMap.apply(operator, input, weights.mean(), bias);
    }
    return switch (estimator) {
      case LOCAL -> local(input, key, share);
      case PER_BATCH -> TorchLinearMap.apply(operator, input, weights.perBatch(share), bias);
      case PER_EXAMPLE ->
          TorchLinearMap.perExample(
              operator, input, weights.perExample(key, share.examples()), bias);
    };
  }

  private Tensor local(Tensor input, NoiseKey key, Share share) {
    if (!(weights.leaves() instanceof WeightLeaves.Gaussian(Tensor theta, Tensor sigma2))) {
      throw new IllegalStateException("weights without variances");
    }
    Tensor zeta =
        TorchNoise.ofUnits(weights.kernels(), key, share.examples(), drawn, output.toLongs());
    return TorchLinearMap.local(operator, input, theta, sigma2, bias, zeta);
  }
}
