package dev.ockham.train.network;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.Images;
import dev.ockham.core.kernel.FeatureGather;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.Shape;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.posterior.Gradients;
import dev.ockham.train.posterior.WeightLeaves;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * One thread's view of a network: inputs and noise of the examples it works on, and leaves over the
 * shared parameters with gradients of its own.
 */
public final class Replica implements AutoCloseable {

  /** Reduction mode of libtorch's losses: add up, do not average. */
  private static final long SUM = 2;

  /** Label that a loss skips; no data set has it. */
  private static final long NO_LABEL = -100;

  private final Network network;
  private final Kernels kernels;
  private final ModelLayer.Scaling scaling;
  private final FeatureGather features;
  private final NativeTensor input;
  private final NativeTensor labels;
  private final List<@Nullable NativeTensor> noise = new ArrayList<>();
  private final List<WeightLeaves> weights = new ArrayList<>();
  private final List<Tensor> biases = new ArrayList<>();
  private final List<Tensor> gammas = new ArrayList<>();
  private final List<Tensor> betas = new ArrayList<>();

  /**
   * Where noise comes from.
   *
   * @param seed the run's seed
   * @param step number of the step; training counts from 0, everything else is negative
   */
  public record NoiseSource(long seed, long step) {
    NoiseKey key(int layer) {
      return NoiseKey.of(seed, step, layer);
    }
  }

  /**
   * A replica.
   *
   * @param scaling how raw values become inputs
   * @param capacity most examples that it will get at once
   * @param arena owns its buffers
   */
  public Replica(
      Network network, ModelLayer.Scaling scaling, int capacity, Kernels kernels, Arena arena) {
    this.network = network;
    this.scaling = scaling;
    this.kernels = kernels;
    Shape shape = network.architecture().input();
    features = gatherer(scaling, shape.size());
    input = NativeTensor.floats(arena, capacity, shape.channels(), shape.height(), shape.width());
    labels = NativeTensor.longs(arena, capacity);
    List<long[]> outputs = outputShapes(network, capacity);
    for (int i = 0; i < network.layers().size(); i++) {
      LinearLayer layer = network.layers().get(i);
      weights.add(layer.weights().newLeaves());
      biases.add(layer.bias().value().newLeaf());
      noise.add(layer.weights().noisy() ? NativeTensor.floats(arena, outputs.get(i)) : null);
    }
    for (NormLayer norm : network.norms()) {
      gammas.add(norm.gamma().value().newLeaf());
      betas.add(norm.beta().value().newLeaf());
    }
  }

  private static FeatureGather gatherer(ModelLayer.Scaling scaling, int size) {
    return switch (scaling) {
      case ModelLayer.FeatureScaling each ->
          new FeatureGather(each.mean().toArray(), each.scale().toArray());
      case ModelLayer.InputScaling all -> {
        float[] mean = new float[size];
        float[] scale = new float[size];
        Arrays.fill(mean, all.mean());
        Arrays.fill(scale, all.scale());
        yield new FeatureGather(mean, scale);
      }
    };
  }

  private static List<long[]> outputShapes(Network network, int capacity) {
    List<long[]> shapes = new ArrayList<>();
    Shape shape = network.architecture().input();
    for (LayerSpec layer : network.architecture().layers()) {
      shape = layer.output(shape);
      if (layer instanceof LayerSpec.Linear) {
        shapes.add(
            layer instanceof LayerSpec.Dense
                ? new long[] {capacity, shape.size()}
                : new long[] {capacity, shape.channels(), shape.height(), shape.width()});
      }
    }
    return shapes;
  }

  /**
   * The network's output outside training. To be called within a scope, which the result belongs
   * to.
   *
   * @param examples indices into {@code from}, at most the capacity
   * @param noiseOf where the noise comes from; null for the mean weights
   * @param statistics what batch norms come to
   * @return logits {@code [examples, classes]}
   */
  public Tensor logits(
      Examples from, int[] examples, @Nullable NoiseSource noiseOf, NormStatistics statistics) {
    return logits(from, examples, noiseOf, (number, _, h) -> statistics.apply(number, h));
  }

  Tensor logits(
      Examples from,
      int[] examples,
      @Nullable NoiseSource noiseOf,
      Forward.Normalization normalization) {
    Shape shape = network.architecture().input();
    if (from.shape().size() != shape.size()) {
      throw new IllegalArgumentException(
          "the network takes %s, but gets %s".formatted(shape, from));
    }
    switch (from) {
      case Images images -> gather(images, examples);
      case Features floats -> features.gather(floats.values(), examples, input.segment());
    }
    return Forward.logits(
        network.architecture(),
        rows(input, examples.length),
        (number, layer, h) ->
            weights
                .get(number)
                .activation(layer, h, biases.get(number), zeta(number, examples, noiseOf)),
        normalization);
  }

  private Tensor normalizedByBatch(int number, LayerSpec.BatchNorm norm, Tensor h) {
    return BatchNormalization.ofBatch(h, gammas.get(number), betas.get(number));
  }

  /**
   * Leaves the gradient of Σ NLL / batch over the given examples at the leaves. Batch norms see
   * these examples alone, not those of other replicas.
   *
   * @param examples indices into {@code from}, at most the capacity
   * @param batch examples of the whole step, over all replicas
   * @param noiseOf where the noise comes from; null for none
   * @return Σ NLL of these examples, in nats
   */
  public double forwardBackward(
      Examples from, int[] examples, int batch, @Nullable NoiseSource noiseOf) {
    for (int i = 0; i < examples.length; i++) {
      labels.segment().setAtIndex(ValueLayout.JAVA_LONG, i, from.label(examples[i]));
    }
    try (TensorScope _ = new TensorScope()) {
      Tensor nll =
          torch.cross_entropy_loss(
              logits(from, examples, noiseOf, this::normalizedByBatch),
              rows(labels, examples.length),
              new TensorOptional(),
              SUM,
              NO_LABEL,
              0);
      nll.mul(new Scalar(1.0f / batch)).backward();
      return nll.item_float();
    }
  }

  private void gather(Images images, int[] examples) {
    if (!(scaling instanceof ModelLayer.InputScaling all)) {
      throw new IllegalArgumentException(
          "the network was trained on float features; it does not take " + images);
    }
    kernels.gatherImages(
        images.pixels(),
        examples,
        images.pixelsPerImage(),
        all.mean(),
        all.scale(),
        input.segment(),
        0,
        (long) examples.length * images.pixelsPerImage());
  }

  private @Nullable Tensor zeta(int number, int[] examples, @Nullable NoiseSource noiseOf) {
    NativeTensor buffer = noise.get(number);
    if (noiseOf == null || buffer == null) {
      return null;
    }
    int units = (int) (buffer.size() / buffer.shape()[0]);
    long count = (long) examples.length * units;
    kernels.fillNormal(noiseOf.key(number), examples, units, buffer.segment(), 0, count);
    return rows(buffer, examples.length);
  }

  private static Tensor rows(NativeTensor buffer, int count) {
    return buffer.tensor().narrow(0, 0, count);
  }

  /** Leaves over the weights of a linear layer. */
  public WeightLeaves weights(int number) {
    return weights.get(number);
  }

  /** Leaf over the bias of a linear layer. */
  public Tensor bias(int number) {
    return biases.get(number);
  }

  /** Leaf over γ of a batch norm. */
  public Tensor gamma(int norm) {
    return gammas.get(norm);
  }

  /** Leaf over β of a batch norm. */
  public Tensor beta(int norm) {
    return betas.get(norm);
  }

  /** Drops the gradients, so that the next step writes new ones. */
  public void clearGradients() {
    weights.forEach(WeightLeaves::clearGradients);
    biases.forEach(Gradients::clear);
    gammas.forEach(Gradients::clear);
    betas.forEach(Gradients::clear);
  }

  @Override
  public void close() {
    weights.forEach(WeightLeaves::close);
    biases.forEach(Tensor::close);
    gammas.forEach(Tensor::close);
    betas.forEach(Tensor::close);
    input.close();
    labels.close();
    for (NativeTensor buffer : noise) {
      if (buffer != null) {
        buffer.close();
      }
    }
  }
}
