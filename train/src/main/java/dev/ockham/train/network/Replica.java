package dev.ockham.train.network;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.Images;
import dev.ockham.core.kernel.Activations;
import dev.ockham.core.kernel.FeatureGather;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.method.Estimator;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.Shape;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.gate.Gate;
import dev.ockham.train.gate.GateLeaves;
import dev.ockham.train.gate.NoGate;
import dev.ockham.train.gate.UnitNormalization;
import dev.ockham.train.pass.HandWrittenPass;
import dev.ockham.train.posterior.Gradients;
import dev.ockham.train.posterior.WeightLeaves;
import dev.ockham.train.posterior.WeightNoise;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.LongStream;
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

  /** Stands for every example where all of them share a draw. */
  private static final int[] ALL_EXAMPLES = {-1};

  /** Most weights drawn at once with a draw per example: 16 MB of noise, and its activations. */
  private static final long MOST_DRAWN_WEIGHTS = 1 << 22;

  private final Precision precision;
  private final Network network;
  private final Kernels kernels;
  private final ModelLayer.Scaling scaling;
  private final FeatureGather features;

  /** The inputs that the network still reads; null for all. */
  private final int @Nullable [] columns;

  /** Whole examples, of which {@link #input} has a part; empty where that is all. */
  private final NativeTensor whole;

  private final NativeTensor input;
  private final NativeTensor labels;
  private final int examplesAtOnce;
  private final List<LayerShapes> shapes;

  /** Made where it is first needed. */
  private final List<@Nullable NativeTensor> weightNoise = new ArrayList<>();

  private final List<@Nullable NativeTensor> gateNoise = new ArrayList<>();
  private final List<GateLeaves> gates = new ArrayList<>();
  private final List<WeightLeaves> weights = new ArrayList<>();
  private final List<Tensor> biases = new ArrayList<>();
  private final List<Tensor> gammas = new ArrayList<>();
  private final List<Tensor> betas = new ArrayList<>();

  /** Made with the first training step, which a replica for evaluation never sees. */
  private @Nullable HandWrittenPass pass;

  private final Arena arena;
  private final int capacity;
  private long forwardNanos;
  private long backwardNanos;

  /**
   * Where noise comes from.
   *
   * @param seed the run's seed
   * @param step number of the step; training counts from 0, everything else is negative
   */
  public record NoiseSource(long seed, long step) {
    NoiseKey ofWeights(int layer) {
      return NoiseKey.of(seed, step, layer);
    }

    /** Gates count down from −1, so that no gate has the noise of a layer's weights. */
    NoiseKey ofGate(int layer) {
      return NoiseKey.of(seed, step, -1 - layer);
    }
  }

  /** A replica whose products are all float32. */
  public Replica(
      Network network, ModelLayer.Scaling scaling, int capacity, Kernels kernels, Arena arena) {
    this(network, scaling, capacity, Precision.FLOAT32, kernels, arena);
  }

  /**
   * A replica.
   *
   * @param scaling how raw values become inputs
   * @param capacity most examples that it will get at once
   * @param precision of the products of variances in training
   * @param arena owns its buffers
   */
  public Replica(
      Network network,
      ModelLayer.Scaling scaling,
      int capacity,
      Precision precision,
      Kernels kernels,
      Arena arena) {
    this.precision = precision;
    this.network = network;
    this.scaling = scaling;
    this.kernels = kernels;
    this.arena = arena;
    this.capacity = capacity;
    Shape shape = network.architecture().input();
    Shape example = network.live().original().input();
    features = gatherer(scaling, example.size());
    columns = shape.equals(example) ? null : network.live().inputs();
    whole = NativeTensor.floats(arena, columns == null ? 0 : capacity, example.size());
    input = NativeTensor.floats(arena, capacity, shape.channels(), shape.height(), shape.width());
    labels = NativeTensor.longs(arena, capacity);
    examplesAtOnce = examplesAtOnce(network, capacity);
    shapes = LayerShapes.of(network.architecture());
    for (int i = 0; i < network.layers().size(); i++) {
      LinearLayer layer = network.layers().get(i);
      weights.add(layer.weights().newLeaves());
      biases.add(layer.bias().value().newLeaf());
      gates.add(layer.gate().newLeaves());
      weightNoise.add(null);
      gateNoise.add(null);
    }
    for (NormLayer norm : network.norms()) {
      gammas.add(norm.gamma().value().newLeaf());
      betas.add(norm.beta().value().newLeaf());
    }
  }

  /**
   * As many draws of all weights as fit, where each example has one of its own. Batch norms need
   * the examples of a share at once, whatever that takes.
   */
  private static int examplesAtOnce(Network network, int capacity) {
    if (network.method().estimator() != Estimator.PER_EXAMPLE || network.normalizesByBatch()) {
      return capacity;
    }
    long fit = MOST_DRAWN_WEIGHTS / Math.max(1, network.architecture().weights());
    return Math.clamp(fit, 1, capacity);
  }

  private long[] weightNoiseShape(LayerSpec.Linear spec, LayerShapes shapes, int capacity) {
    return switch (network.method().estimator()) {
      case LOCAL -> shapes.output(capacity);
      case PER_BATCH -> spec.shape();
      case PER_EXAMPLE ->
          LongStream.concat(LongStream.of(examplesAtOnce), LongStream.of(spec.shape())).toArray();
    };
  }

  private static long[] gateNoiseShape(Gate gate, LayerShapes shapes, int capacity) {
    Shape at = gate.onOutputs() ? shapes.out() : shapes.in();
    int units = shapes.vector() ? at.size() : at.channels();
    int width = gate.noiseWidth(units, at.size() / units);
    return new long[] {gate.sharedRows() + capacity, width};
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

  /**
   * The network's output outside training. To be called within a scope, which the result belongs
   * to.
   *
   * @param examples indices into {@code from}, at most the capacity; with a draw of the weights per
   *     example at most {@link #examplesAtOnce}
   * @param noiseOf where the noise comes from; null for the mean weights
   * @param statistics what batch norms come to
   * @return logits {@code [examples, classes]}
   */
  public Tensor logits(
      Examples from, int[] examples, @Nullable NoiseSource noiseOf, NormStatistics statistics) {
    return logits(
        from,
        examples,
        noiseOf,
        (number, _, h) -> statistics.apply(number, h),
        (number, h, _, _) -> statistics.applyWithinGate(number, h));
  }

  /** The batch norm within the gate of a linear layer. */
  @FunctionalInterface
  interface GateNormalization {

    /**
     * γ·ĥ + η.
     *
     * @param layer number of the linear layer, from 0
     * @param h {@code [batch, units]}
     */
    Tensor of(int layer, Tensor h, Tensor gamma, Tensor eta);
  }

  Tensor logits(
      Examples from,
      int[] examples,
      @Nullable NoiseSource noiseOf,
      Forward.Normalization normalization,
      GateNormalization withinGates) {
    gather(from, examples);
    return Forward.logits(
        network.architecture(),
        rows(input, examples.length),
        (number, layer, h) ->
            output(
                number,
                layer,
                h,
                examples,
                noiseOf,
                (pooled, gamma, eta) -> withinGates.of(number, pooled, gamma, eta)),
        normalization);
  }

  private void gather(Examples from, int[] examples) {
    Shape shape = network.live().original().input();
    if (from.shape().size() != shape.size()) {
      throw new IllegalArgumentException(
          "the network takes %s, but gets %s".formatted(shape, from));
    }
    MemorySegment to = columns == null ? input.segment() : whole.segment();
    switch (from) {
      case Images images -> gather(images, examples, to);
      case Features floats -> features.gather(floats.values(), examples, to);
    }
    if (columns != null) {
      Activations.selectColumns(to, examples.length, shape.size(), columns, input.segment());
    }
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
    forwardNanos = 0;
    backwardNanos = 0;
    if (handWritten()) {
      return byHand(from, examples, batch, noiseOf);
    }
    int most = noiseOf == null ? examples.length : examplesAtOnce;
    double nll = 0;
    for (int first = 0; first < examples.length; first += most) {
      int[] chunk = Arrays.copyOfRange(examples, first, Math.min(examples.length, first + most));
      nll += chunk(from, chunk, batch, noiseOf);
    }
    return nll;
  }

  /**
   * Whether there is a backward pass without autograd: no gates, no batch norms, and
   * pre-activations are drawn where weights are noisy.
   */
  private boolean handWritten() {
    return network.method().estimator() == Estimator.LOCAL
        && network.layers().stream().allMatch(layer -> layer.gate() instanceof NoGate)
        && HandWrittenPass.knows(network.architecture(), weights);
  }

  private double byHand(Examples from, int[] examples, int batch, @Nullable NoiseSource noiseOf) {
    if (pass == null) {
      pass =
          new HandWrittenPass(network.live(), weights, biases, capacity, precision, kernels, arena);
    }
    long began = System.nanoTime();
    gather(from, examples);
    int[] labelsOf = Arrays.stream(examples).map(from::label).toArray();
    double nll =
        pass.forward(
            input.segment(),
            examples,
            labelsOf,
            batch,
            noiseOf == null ? null : noiseOf::ofWeights);
    long between = System.nanoTime();
    pass.backward();
    forwardNanos = between - began;
    backwardNanos = System.nanoTime() - between;
    return nll;
  }

  /** Adds the gradient of some examples to what the leaves hold. */
  private double chunk(Examples from, int[] examples, int batch, @Nullable NoiseSource noiseOf) {
    for (int i = 0; i < examples.length; i++) {
      labels.segment().setAtIndex(ValueLayout.JAVA_LONG, i, from.label(examples[i]));
    }
    long began = System.nanoTime();
    try (TensorScope _ = new TensorScope()) {
      Tensor nll =
          torch.cross_entropy_loss(
              logits(
                  from,
                  examples,
                  noiseOf,
                  this::normalizedByBatch,
                  (_, h, gamma, eta) -> BatchNormalization.ofBatch(h, gamma, eta)),
              rows(labels, examples.length),
              new TensorOptional(),
              SUM,
              NO_LABEL,
              0);
      long between = System.nanoTime();
      nll.mul(new Scalar(1.0f / batch)).backward();
      forwardNanos += between - began;
      backwardNanos += System.nanoTime() - between;
      return nll.item_float();
    }
  }

  private void gather(Images images, int[] examples, MemorySegment to) {
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
        to,
        0,
        (long) examples.length * images.pixelsPerImage());
  }

  private Tensor output(
      int number,
      LayerSpec.Linear layer,
      Tensor h,
      int[] examples,
      @Nullable NoiseSource noiseOf,
      UnitNormalization norm) {
    boolean after = network.layers().get(number).gate().onOutputs();
    Tensor input = after ? h : gated(number, h, examples, noiseOf, norm);
    Tensor output =
        weights
            .get(number)
            .activation(layer, input, biases.get(number), weightNoise(number, examples, noiseOf));
    return after ? gated(number, output, examples, noiseOf, norm) : output;
  }

  private Tensor gated(
      int number, Tensor h, int[] examples, @Nullable NoiseSource noiseOf, UnitNormalization norm) {
    Gate gate = network.layers().get(number).gate();
    if (noiseOf == null || !gate.noisy()) {
      return gates.get(number).applyMean(h, norm);
    }
    NativeTensor buffer =
        buffer(gateNoise, number, () -> gateNoiseShape(gate, shapes.get(number), capacity));
    int[] drawn = new int[gate.sharedRows() + examples.length];
    Arrays.fill(drawn, 0, gate.sharedRows(), ALL_EXAMPLES[0]);
    System.arraycopy(examples, 0, drawn, gate.sharedRows(), examples.length);
    gate.fillNoise(kernels, noiseOf.ofGate(number), drawn, perRow(buffer), buffer.segment());
    return gates.get(number).apply(h, rows(buffer, drawn.length), norm);
  }

  private @Nullable WeightNoise weightNoise(
      int number, int[] examples, @Nullable NoiseSource noiseOf) {
    LinearLayer layer = network.layers().get(number);
    if (noiseOf == null || !layer.weights().noisy()) {
      return null;
    }
    NativeTensor buffer =
        buffer(
            weightNoise,
            number,
            () -> weightNoiseShape(layer.spec(), shapes.get(number), capacity));
    Estimator estimator = network.method().estimator();
    NoiseKey key = noiseOf.ofWeights(number);
    if (estimator == Estimator.PER_BATCH) {
      int width = Math.toIntExact(buffer.size());
      kernels.fillNormal(key, ALL_EXAMPLES, width, buffer.segment(), 0, width);
      return new WeightNoise(estimator, buffer.tensor());
    }
    int width = perRow(buffer);
    kernels.fillNormal(key, examples, width, buffer.segment(), 0, (long) examples.length * width);
    return new WeightNoise(estimator, rows(buffer, examples.length));
  }

  private NativeTensor buffer(
      List<@Nullable NativeTensor> buffers, int number, Supplier<long[]> shape) {
    NativeTensor buffer = buffers.get(number);
    if (buffer == null) {
      buffer = NativeTensor.floats(arena, shape.get());
      buffers.set(number, buffer);
    }
    return buffer;
  }

  private static int perRow(NativeTensor buffer) {
    return Math.toIntExact(buffer.size() / buffer.shape()[0]);
  }

  private static Tensor rows(NativeTensor buffer, int count) {
    return buffer.tensor().narrow(0, 0, count);
  }

  /** Precision of products of variances in training, if any. */
  public Precision precision() {
    return handWritten() && HandWrittenPass.hasLargeProducts(network.architecture(), capacity)
        ? precision
        : Precision.FLOAT32;
  }

  /** Wall clock of the forward pass in the last {@link #forwardBackward}, noise included. */
  public long forwardNanos() {
    return forwardNanos;
  }

  /** Wall clock of the backward pass in the last {@link #forwardBackward}. */
  public long backwardNanos() {
    return backwardNanos;
  }

  /** Leaves over the weights of a linear layer. */
  public WeightLeaves weights(int number) {
    return weights.get(number);
  }

  /** Leaves over the gate of a linear layer. */
  public GateLeaves gate(int number) {
    return gates.get(number);
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
    gates.forEach(GateLeaves::clearGradients);
    biases.forEach(Gradients::clear);
    gammas.forEach(Gradients::clear);
    betas.forEach(Gradients::clear);
  }

  @Override
  public void close() {
    if (pass != null) {
      pass.close();
    }
    weights.forEach(WeightLeaves::close);
    gates.forEach(GateLeaves::close);
    biases.forEach(Tensor::close);
    gammas.forEach(Tensor::close);
    betas.forEach(Tensor::close);
    input.close();
    whole.close();
    labels.close();
    for (List<@Nullable NativeTensor> buffers : List.of(weightNoise, gateNoise)) {
      for (NativeTensor buffer : buffers) {
        if (buffer != null) {
          buffer.close();
        }
      }
    }
  }
}
