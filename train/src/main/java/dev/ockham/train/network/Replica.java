package dev.ockham.train.network;

import dev.ockham.core.augment.AugmentedEpoch;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.loss.Loss;
import dev.ockham.core.method.Estimator;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.gate.Gate;
import dev.ockham.train.gate.GateLeaves;
import dev.ockham.train.gate.NoGate;
import dev.ockham.train.pass.GatePlace;
import dev.ockham.train.pass.GraphPass;
import dev.ockham.train.pass.NoiseSource;
import dev.ockham.train.pass.NormStatistics;
import dev.ockham.train.pass.Norms;
import dev.ockham.train.pass.PassLeaves;
import dev.ockham.train.posterior.Gradients;
import dev.ockham.train.posterior.Parameter;
import dev.ockham.train.posterior.WeightLeaves;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One thread's view of a network: inputs of the examples it works on, leaves over the shared
 * parameters with gradients of its own, and a pass over them.
 */
public final class Replica implements AutoCloseable {

  /** Most weights drawn at once with a draw per example: 16 MB of noise, and its activations. */
  private static final long MOST_DRAWN_WEIGHTS = 1 << 22;

  private final Network network;
  private final InputStage inputs;
  private final int examplesAtOnce;
  private final List<WeightLeaves> weights = new ArrayList<>();
  private final List<GateLeaves> gates = new ArrayList<>();
  private final Map<String, Tensor> plain = new LinkedHashMap<>();
  private final GraphPass pass;
  private long forwardNanos;
  private long backwardNanos;

  /** A replica whose products are all float32. */
  public Replica(
      Network network, InputScaling scaling, int capacity, Kernels kernels, Arena arena) {
    this(network, scaling, capacity, Precision.FLOAT32, kernels, arena);
  }

  /**
   * Makes a replica of a network.
   *
   * @param scaling how raw values become inputs
   * @param capacity most examples that it will get at once
   * @param precision of the products of variances in training
   * @param arena owns its buffers
   */
  public Replica(
      Network network,
      InputScaling scaling,
      int capacity,
      Precision precision,
      Kernels kernels,
      Arena arena) {
    this(network, scaling, capacity, precision, true, kernels, arena);
  }

  /** A replica that only evaluates, in less memory: {@link #forwardBackward} is not for it. */
  public static Replica forEvaluation(
      Network network, InputScaling scaling, int capacity, Kernels kernels, Arena arena) {
    return new Replica(network, scaling, capacity, Precision.FLOAT32, false, kernels, arena);
  }

  private Replica(
      Network network,
      InputScaling scaling,
      int capacity,
      Precision precision,
      boolean trains,
      Kernels kernels,
      Arena arena) {
    this.network = network;
    for (WeightLayer layer : network.layers()) {
      weights.add(layer.weights().newLeaves());
      gates.add(layer.gate().newLeaves());
    }
    for (Map.Entry<String, Parameter> each : network.plain().byName().entrySet()) {
      plain.put(each.getKey(), each.getValue().value().newLeaf());
    }
    examplesAtOnce = examplesAtOnce(network, capacity);
    pass =
        trains
            ? new GraphPass(network.graph(), leaves(), capacity, precision, kernels, arena)
            : GraphPass.forEvaluation(network.graph(), leaves(), capacity, kernels, arena);
    inputs = new InputStage(network, scaling, capacity, pass, kernels, arena);
  }

  private PassLeaves leaves() {
    Map<String, WeightLeaves> byParameter = new HashMap<>();
    List<GatePlace> places = new ArrayList<>();
    Map<String, int[]> drawn = new HashMap<>();
    for (int i = 0; i < weights.size(); i++) {
      WeightLayer layer = network.layers().get(i);
      byParameter.put(layer.tensor().parameter().name(), weights.get(i));
      Gate gate = layer.gate();
      String node = layer.tensor().node().name();
      if (!(gate instanceof NoGate)) {
        places.add(new GatePlace(node, gate.onOutputs(), i, gate, gates.get(i)));
      }
      if (!network.live().isAll() && layer.tensor().local()) {
        drawn.put(node, network.live().preActivations(node));
      }
    }
    return new PassLeaves(byParameter, plain, places, drawn, network.method().estimator());
  }

  /**
   * As many draws of all weights as fit, where each example has one of its own. Batch norms need
   * the examples of a share at once, whatever that takes.
   */
  private static int examplesAtOnce(Network network, int capacity) {
    if (network.method().estimator() != Estimator.PER_EXAMPLE || network.normalizesByBatch()) {
      return capacity;
    }
    long fit = MOST_DRAWN_WEIGHTS / Math.max(1, network.graph().weights());
    return Math.clamp(fit, 1, capacity);
  }

  /**
   * The network's first output outside training; {@link #outputs} then has all of them.
   *
   * @param examples indices into {@code from}, at most the capacity
   * @param noiseOf where the noise comes from; null for the mean weights
   * @param norms what batch norms, and those within gates, normalise by
   * @return float32 {@code [examples, size]}, such as logits; valid until the next pass
   */
  public MemorySegment logits(
      Examples from, int[] examples, @Nullable NoiseSource noiseOf, Norms norms) {
    inputs.gather(from, examples);
    return pass.logits(examples, noiseOf, norms);
  }

  /**
   * The network's first output with the noise of other examples: what is drawn for an example is a
   * function of its key, so that rows of one key are seen by the same drawn network.
   *
   * @param keys of the noise, as many as examples
   */
  public MemorySegment logits(
      Examples from, int[] examples, int[] keys, NoiseSource noiseOf, Norms norms) {
    inputs.gather(from, examples);
    return pass.logits(keys, noiseOf, norms);
  }

  /** All outputs of the last pass, in the graph's order, float32 {@code [examples, size]}. */
  public List<MemorySegment> outputs() {
    return pass.outputs();
  }

  /**
   * Statistics of the batch norms of a network, and of those within its gates, for its mean
   * weights: from one forward pass over all examples, each batch norm behind what the ones before
   * it make of them. Empty for a network without.
   *
   * @param scaling how raw values become inputs
   * @param examples raw training examples; their labels do not matter
   */
  public static NormStatistics statistics(
      Network network, InputScaling scaling, Examples examples, Kernels kernels) {
    NormStatistics statistics = new NormStatistics();
    if (!network.normalizesByBatch()) {
      return statistics;
    }
    int[] all = new int[examples.count()];
    Arrays.setAll(all, i -> i);
    try (Arena once = Arena.ofShared();
        Replica replica = forEvaluation(network, scaling, all.length, kernels, once)) {
      var _ = replica.logits(examples, all, null, new Norms.Recorded(statistics));
    }
    return statistics;
  }

  /** Leaves the gradient of the summed loss over examples with labels. */
  public double forwardBackward(
      Examples from, int[] examples, int batch, @Nullable NoiseSource noiseOf) {
    return forwardBackward(Loss.LABELS, from, examples, batch, noiseOf);
  }

  /**
   * Leaves the gradient of the summed loss / batch over the given examples at the leaves. Batch
   * norms see these examples alone, not those of other replicas.
   *
   * @param loss what is made small
   * @param examples indices into {@code from}, at most the capacity
   * @param batch examples of the whole step, over all replicas
   * @param noiseOf where the noise comes from; null for none
   * @return the loss summed over these examples, in nats
   */
  public double forwardBackward(
      Loss loss, Examples from, int[] examples, int batch, @Nullable NoiseSource noiseOf) {
    forwardNanos = 0;
    backwardNanos = 0;
    int most = noiseOf == null ? examples.length : examplesAtOnce;
    double sum = 0;
    for (int first = 0; first < examples.length; first += most) {
      int[] chunk = Arrays.copyOfRange(examples, first, Math.min(examples.length, first + most));
      sum += chunk(loss, from, chunk, batch, noiseOf);
    }
    return sum;
  }

  /** Adds the gradient of some examples to what the leaves hold. */
  private double chunk(
      Loss loss, Examples from, int[] examples, int batch, @Nullable NoiseSource noiseOf) {
    long began = System.nanoTime();
    InputStage.Changed changed = inputs.gatherForTraining(from, examples);
    double sum =
        loss instanceof Loss.Teacher teacher && changed.examples() != null
            ? pass.forward(
                teacher.ofChanged(changed.examples()), from, examples, null, batch, noiseOf)
            : pass.forward(loss, from, examples, changed.pairs(), batch, noiseOf);
    long between = System.nanoTime();
    pass.backward();
    forwardNanos += between - began;
    backwardNanos += System.nanoTime() - between;
    return sum;
  }

  /** What examples go through in {@link #forwardBackward} from now on; null for nothing. */
  public void change(@Nullable AugmentedEpoch epoch) {
    inputs.change(epoch);
  }

  /** Precision of products of variances in training, if any are large. */
  public Precision precision() {
    return pass.precision();
  }

  /** Wall clock of the forward pass in the last {@link #forwardBackward}, noise included. */
  public long forwardNanos() {
    return forwardNanos;
  }

  /** Wall clock of the backward pass in the last {@link #forwardBackward}. */
  public long backwardNanos() {
    return backwardNanos;
  }

  /** Leaves over weights, by their number. */
  public WeightLeaves weights(int number) {
    return weights.get(number);
  }

  /** Leaves over the gate beside weights, by their number. */
  public GateLeaves gate(int number) {
    return gates.get(number);
  }

  /** Leaf over another parameter, by the graph's name. */
  public Tensor plain(String name) {
    return Objects.requireNonNull(plain.get(name), name);
  }

  /**
   * The leaves that a step learns by, in an order that all replicas of a network have.
   *
   * @param noisy whether it learns what noise is made of, too
   */
  public List<Tensor> learning(boolean noisy) {
    List<Tensor> learning = new ArrayList<>();
    for (int i = 0; i < weights.size(); i++) {
      learning.addAll(weights.get(i).learning(noisy));
      if (noisy) {
        learning.addAll(gates.get(i).learning());
      }
    }
    network.plain().moving().keySet().forEach(name -> learning.add(plain(name)));
    return learning;
  }

  /** Drops the gradients, so that the next step writes new ones. */
  public void clearGradients() {
    weights.forEach(WeightLeaves::clearGradients);
    gates.forEach(GateLeaves::clearGradients);
    plain.values().forEach(Gradients::clear);
  }

  @Override
  public void close() {
    pass.close();
    inputs.close();
    weights.forEach(WeightLeaves::close);
    gates.forEach(GateLeaves::close);
    plain.values().forEach(Tensor::close);
  }
}
