package dev.ockham.lab.experiment;

import dev.ockham.core.data.Examples;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.MultiplicativeNoise;
import dev.ockham.core.method.PosteriorKind;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Replica;
import dev.ockham.train.pass.NoiseSource;
import dev.ockham.train.posterior.WeightLeaves;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The stochastic gradient of the expected log-likelihood, N/M Σ L over a batch of M, as the trainer
 * computes it: by the leaves of a {@link Replica}, on one thread.
 */
final class LikelihoodGradient implements AutoCloseable {

  private final Network network;
  private final Examples examples;
  private final int dataSize;
  private final Arena arena = Arena.ofShared();
  private final Replica replica;

  /**
   * A gradient over a network, which stays the caller's.
   *
   * @param dataSize N
   * @param capacity most examples at once
   */
  LikelihoodGradient(
      Network network,
      Examples examples,
      InputScaling scaling,
      int dataSize,
      int capacity,
      Kernels kernels) {
    this.network = network;
    this.examples = examples;
    this.dataSize = dataSize;
    this.replica = new Replica(network, scaling, capacity, kernels, arena);
  }

  /**
   * The gradient by one layer's weights.
   *
   * @param theta by θ
   * @param sigma2 by σ²; null where σ² is no parameter, or without noise
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record OfLayer(float[] theta, float @Nullable [] sigma2) {}

  /** Computes the gradient of a whole batch and drops it, as a step that is timed. */
  void discard(int[] batch, @Nullable NoiseSource noise) {
    var _ = replica.forwardBackward(examples, batch, batch.length, noise);
    replica.clearGradients();
  }

  /**
   * The part of N/M Σ L that some examples of a batch contribute. Parts of one batch under one
   * source of noise add up to the batch's gradient.
   *
   * @param part indices of examples
   * @param batch M
   * @param noise null for the mean weights
   * @param layers numbers of the layers that are wanted
   */
  List<OfLayer> of(int[] part, int batch, @Nullable NoiseSource noise, int... layers) {
    var _ = replica.forwardBackward(examples, part, batch, noise);
    List<OfLayer> result =
        Arrays.stream(layers).mapToObj(layer -> read(layer, noise != null)).toList();
    replica.clearGradients();
    return result;
  }

  private OfLayer read(int number, boolean noisy) {
    WeightLeaves leaves = replica.weights(number);
    try (TensorScope _ = new TensorScope()) {
      MemorySegment byTheta = WeightLeaves.sumByTheta(List.of(leaves));
      if (!noisy || !(leaves instanceof WeightLeaves.Gaussian gaussian)) {
        return new OfLayer(scaled(byTheta), null);
      }
      MemorySegment bySigma2 = WeightLeaves.sumBySigma2(List.of(leaves));
      if (network.method().method().posterior() != PosteriorKind.VARIATIONAL_DROPOUT) {
        return new OfLayer(scaled(byTheta), scaled(bySigma2));
      }
      // σ² = αθ² is no parameter: what the trainer does before it makes a step.
      var theta = network.layers().get(number).weights().theta().value();
      MultiplicativeNoise.gradients(
          theta.segment(), TensorMemory.of(gaussian.sigma2()), byTheta, bySigma2, 0, theta.size());
      return new OfLayer(scaled(byTheta), null);
    }
  }

  /** From the mean NLL to N times the mean log-likelihood. */
  private float[] scaled(MemorySegment gradient) {
    float[] values = gradient.toArray(ValueLayout.JAVA_FLOAT);
    for (int i = 0; i < values.length; i++) {
      values[i] *= -dataSize;
    }
    return values;
  }

  @Override
  public void close() {
    replica.close();
    arena.close();
  }
}
