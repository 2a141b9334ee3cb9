package dev.ockham.train.network;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.arch.NoiseOutput;
import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.prune.UnitSelection;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.ParameterNames;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.runtime.file.StoredTensor;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.gate.DependentGate;
import dev.ockham.train.gate.LearntGate;
import dev.ockham.train.posterior.Gradients;
import dev.ockham.train.posterior.NoiseRatios;
import dev.ockham.train.posterior.Parameter;
import dev.ockham.train.posterior.Update;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** All parameters of a network with their optimiser state. Owns their native memory. */
public final class Network implements AutoCloseable {

  /** Noise of initial weights; training steps count from 0. */
  static final long INITIAL_STEP = -1;

  /** The variance of a weight that is gone, as good as 0. */
  private static final float LEAST_LOG_SIGMA2 = -87;

  private final Architecture architecture;
  private final UnitSelection live;
  private final MethodSpec method;
  private final long seed;
  private final List<WeightLayer> layers = new ArrayList<>();
  private final PlainParameters plain;
  private final List<NoiseRatios> ratios;
  private final Arena arena = Arena.ofShared();

  /**
   * A network of zeros; {@link #initialize} or {@link #restore} fills it.
   *
   * @param architecture what it computes
   * @param method what is believed of its weights
   */
  public Network(Architecture architecture, MethodSpec method) {
    this(architecture, method, 0);
  }

  /**
   * A network for a run that may prune while it trains.
   *
   * @param seed the run's, which decides the order in which random pruning takes weights
   */
  public Network(Architecture architecture, MethodSpec method, long seed) {
    this(architecture, UnitSelection.all(architecture.graph()), method, seed);
  }

  /**
   * The part of a network that still trains. Only {@link #restore} and {@link #keepOnly} may fill
   * it where units are missing.
   */
  public Network(Architecture architecture, UnitSelection live, MethodSpec method, long seed) {
    this.architecture = architecture;
    this.live = live;
    this.method = method;
    this.seed = seed;
    Beliefs beliefs = new Beliefs(method, seed, arena);
    for (WeightTensor tensor : WeightTensor.of(live.live())) {
      layers.add(beliefs.layer(tensor, layers.isEmpty()));
    }
    ratios = beliefs.ratios();
    plain = new PlainParameters(live.live(), arena);
  }

  /** The original network. */
  public Architecture architecture() {
    return architecture;
  }

  /** The graph that is computed: the part of the original that is left. */
  public Graph graph() {
    return live.live();
  }

  /** Which part of the original it is. */
  public UnitSelection live() {
    return live;
  }

  /** What is believed of its weights. */
  public MethodSpec method() {
    return method;
  }

  /** The network's weights, in the graph's order. */
  public List<WeightLayer> layers() {
    return Collections.unmodifiableList(layers);
  }

  /** Everything else that it has. */
  public PlainParameters plain() {
    return plain;
  }

  /** The bias of the node that takes some weights; null where it has none. */
  public @Nullable Parameter bias(WeightLayer layer) {
    String name = layer.tensor().node().parameters().get("bias");
    return name == null ? null : plain.get(name);
  }

  /** Whether what an example gives in training depends on the others of its share of the batch. */
  public boolean normalizesByBatch() {
    return hasBatchNorms() || method.method().gate().dependent();
  }

  private boolean hasBatchNorms() {
    for (Node node : graph().nodes()) {
      if (node.operator() instanceof Normalize norm && norm.over() == Normalize.Over.BATCH) {
        return true;
      }
    }
    return false;
  }

  /** Makes gates look at the example from now on, in methods that have such. */
  public void beginDependence() {
    for (WeightLayer layer : layers) {
      if (layer.gate() instanceof DependentGate gate) {
        gate.begin();
      }
    }
  }

  /**
   * Draws initial means and sets everything else to its start. Biases start at 0, and norms with γ
   * = 1 and β = 0.
   */
  public void initialize(InitialWeights initial, long seed, Kernels kernels) {
    for (int number = 0; number < layers.size(); number++) {
      WeightLayer layer = layers.get(number);
      WeightTensor tensor = layer.tensor();
      MemorySegment theta = layer.weights().theta().value().segment();
      int[] rows = new int[tensor.outputs()];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = i;
      }
      kernels.fillNormal(
          NoiseKey.of(seed, INITIAL_STEP, number),
          rows,
          tensor.fanIn(),
          theta,
          0,
          tensor.weights());
      float deviation = initial.deviation(graph(), tensor.node(), tensor.parameter());
      float[] values = layer.weights().theta().value().toArray();
      for (int i = 0; i < values.length; i++) {
        values[i] *= deviation;
      }
      layer.weights().theta().value().set(values);
      layer.weights().initialize();
      layer.gate().initialize();
    }
    ratios.forEach(NoiseRatios::initialize);
    plain.initialize(initial, seed, layers.size(), kernels);
    refresh(kernels);
  }

  /** Every parameter, in a fixed order. */
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    for (WeightLayer layer : layers) {
      parameters.addAll(layer.weights().parameters());
      parameters.addAll(layer.gate().parameters());
    }
    ratios.forEach(shared -> parameters.add(shared.logAlpha()));
    parameters.addAll(plain.all());
    return parameters;
  }

  /** Copies of all parameters and moments, as a checkpoint keeps them. */
  public SortedMap<String, StoredTensor> toStored() {
    SortedMap<String, StoredTensor> stored = new TreeMap<>();
    for (Parameter parameter : parameters()) {
      for (Map.Entry<String, NativeTensor> entry : parameter.tensors().entrySet()) {
        NativeTensor tensor = entry.getValue();
        stored.put(entry.getKey(), StoredTensor.ofFloats(tensor.toArray(), tensor.shape()));
      }
    }
    return stored;
  }

  /**
   * Sets all parameters and moments from a checkpoint of just these units or, where none of this
   * network's are missing, of any part of it; then weights that are missing there are 0, and so are
   * their variances.
   */
  public void restore(Checkpoint checkpoint, Kernels kernels) throws IOException {
    UnitSelection theirs = checkpoint.live(architecture);
    for (Parameter parameter : parameters()) {
      for (Map.Entry<String, NativeTensor> entry : parameter.tensors().entrySet()) {
        restore(checkpoint, theirs, parameter, entry.getKey(), entry.getValue());
      }
    }
    refresh(kernels);
  }

  private void restore(
      Checkpoint checkpoint,
      UnitSelection theirs,
      Parameter parameter,
      String name,
      NativeTensor tensor)
      throws IOException {
    Optional<String> spread = theirs.equals(live) ? Optional.empty() : ofGraph(parameter);
    if (spread.isEmpty()) {
      tensor.set(checkpoint.tensor(name, tensor.shape()).toFloats());
      return;
    }
    long[] shape = theirs.live().parameter(spread.get()).shape().toLongs();
    float[] values = checkpoint.tensor(name, shape).toFloats();
    float missing = name.endsWith(ParameterNames.LOG_SIGMA2) ? LEAST_LOG_SIGMA2 : 0;
    tensor.set(theirs.spread(spread.get(), values, missing));
  }

  /** The graph's parameter that a parameter goes by the units of; empty where there is none. */
  private Optional<String> ofGraph(Parameter parameter) {
    for (WeightLayer layer : layers) {
      if (layer.weights().parameters().contains(parameter)) {
        return Optional.of(layer.tensor().parameter().name());
      }
    }
    for (Map.Entry<String, Parameter> each : plain.byName().entrySet()) {
      if (each.getValue().equals(parameter)) {
        return Optional.of(each.getKey());
      }
    }
    return Optional.empty();
  }

  /**
   * A new network of some of the units of this one, with their parameters and moments.
   *
   * @param part of {@link #graph()}; weights outside of it are forgotten
   * @param numbers what parameters that are not weights become, by the graph's names, as large as
   *     they are in this network; those that are not named keep what they have
   */
  public Network keepOnly(UnitSelection part, Map<String, float[]> numbers, Kernels kernels) {
    Network smaller = new Network(architecture, live.then(part), method, seed);
    try {
      smaller.take(this, part, numbers, kernels);
    } catch (RuntimeException e) {
      smaller.close();
      throw e;
    }
    return smaller;
  }

  private void take(
      Network larger, UnitSelection part, Map<String, float[]> numbers, Kernels kernels) {
    for (int i = 0; i < layers.size(); i++) {
      WeightLayer to = layers.get(i);
      String name = to.tensor().parameter().name();
      WeightLayer from = larger.layer(name);
      for (int k = 0; k < from.weights().parameters().size(); k++) {
        Parameter all = from.weights().parameters().get(k);
        all.copyTo(to.weights().parameters().get(k), x -> part.weightsOf(name, x));
      }
    }
    for (Map.Entry<String, Parameter> each : plain.byName().entrySet()) {
      String name = each.getKey();
      if (larger.plain.byName().containsKey(name)) {
        larger.plain.get(name).copyTo(each.getValue(), x -> part.weightsOf(name, x));
      }
      float[] given = numbers.get(name);
      if (given != null) {
        each.getValue().value().set(part.weightsOf(name, given));
      }
    }
    refresh(kernels);
  }

  private WeightLayer layer(String parameter) {
    return layers.stream()
        .filter(layer -> layer.tensor().parameter().name().equals(parameter))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no weights called " + parameter));
  }

  /**
   * Sets means and all plain numbers, and what follows from them, from another checkpoint; and
   * Beta-Bernoulli gates, where these are to become dependent ones. Units that are missing there
   * keep the weights into them that they have here, so that they can learn, and get none out.
   */
  public void startFrom(Checkpoint other, Kernels kernels) throws IOException {
    UnitSelection theirs = other.live(architecture);
    for (WeightLayer layer : layers) {
      float[] own = layer.weights().theta().value().toArray();
      startFrom(other, theirs, layer.weights().theta());
      keepMissing(theirs, layer, own);
      if (layer.gate() instanceof DependentGate gate) {
        startGateFrom(other, theirs, gate.gate());
      }
    }
    for (Parameter parameter : plain.all()) {
      startFrom(other, theirs, parameter);
    }
    refresh(kernels);
  }

  /**
   * Sets means and all plain numbers, and what follows from them, to trained ones.
   *
   * @param numbers by the graph's names, row-major; one entry for every parameter of it
   */
  public void startFrom(Map<String, float[]> numbers, Kernels kernels) {
    for (WeightLayer layer : layers) {
      String name = layer.tensor().parameter().name();
      layer.weights().theta().value().set(Objects.requireNonNull(numbers.get(name), name));
    }
    for (Map.Entry<String, Parameter> each : plain.byName().entrySet()) {
      float[] given = numbers.get(each.getKey());
      // Trained networks need not know how large the noise of what they predict is.
      if (given != null || !each.getKey().equals(NoiseOutput.PARAMETER)) {
        each.getValue().value().set(Objects.requireNonNull(given, each.getKey()));
      }
    }
    refresh(kernels);
  }

  private static void keepMissing(UnitSelection theirs, WeightLayer layer, float[] own) {
    float[] theta = layer.weights().theta().value().toArray();
    BitSet there = new BitSet();
    Arrays.stream(theirs.units(layer.tensor().node().name())).forEach(there::set);
    int fanIn = layer.tensor().fanIn();
    for (int unit = there.nextClearBit(0);
        unit < layer.tensor().outputs();
        unit = there.nextClearBit(unit + 1)) {
      System.arraycopy(own, unit * fanIn, theta, unit * fanIn, fanIn);
    }
    layer.weights().theta().value().set(theta);
  }

  /** A run of beta-bernoulli is a stage of its dependent form. */
  private void startGateFrom(Checkpoint other, UnitSelection theirs, LearntGate gate)
      throws IOException {
    for (Parameter parameter : gate.parameters()) {
      if (other.content().tensors().containsKey(parameter.name())) {
        startFrom(other, theirs, parameter);
      }
    }
  }

  private void startFrom(Checkpoint other, UnitSelection theirs, Parameter parameter)
      throws IOException {
    restore(other, theirs, parameter, parameter.name(), parameter.value());
  }

  /** Forgets Adam's moments, as at the first step. */
  public void clearMoments() {
    parameters().forEach(Parameter::clearMoments);
  }

  /** Name of the first parameter with a value that is not finite. */
  public Optional<String> firstNonFinite() {
    for (Parameter parameter : parameters()) {
      for (float value : parameter.value().toArray()) {
        if (!Float.isFinite(value)) {
          return Optional.of(parameter.name());
        }
      }
    }
    return Optional.empty();
  }

  /** KL of all weights, in nats. */
  public double klNats(Kernels kernels) {
    double nats = 0;
    for (WeightLayer layer : layers) {
      nats += layer.weights().klNats(kernels) + layer.gate().klNats();
    }
    for (NoiseRatios shared : ratios) {
      nats += shared.klNats(kernels);
    }
    return nats;
  }

  @Override
  public void close() {
    for (WeightLayer layer : layers) {
      layer.gate().close();
      layer.weights().close();
    }
    ratios.forEach(NoiseRatios::close);
    plain.close();
    arena.close();
  }

  /**
   * One optimiser step of everything that is learnt, from the gradients that replicas hold.
   *
   * @param active replicas of this network, each with its share of the batch
   * @param update the step's constants
   */
  public void update(List<Replica> active, Update update) {
    try (TensorScope _ = new TensorScope()) {
      for (int i = 0; i < layers.size(); i++) {
        int number = i;
        WeightLayer layer = layers.get(i);
        layer.weights().update(active.stream().map(r -> r.weights(number)).toList(), update);
        layer.gate().update(active.stream().map(r -> r.gate(number)).toList(), update);
      }
      for (Map.Entry<String, Parameter> each : plain.moving().entrySet()) {
        update.adam(
            each.getValue(),
            Gradients.sum(active.stream().map(r -> r.plain(each.getKey())).toList()));
      }
    }
    if (!ratios.isEmpty()) {
      ratios.forEach(shared -> shared.update(update));
      layers.forEach(layer -> layer.weights().refresh(update.kernels()));
    }
  }

  /**
   * Sets the weights with the highest scores to 0, where they stay. The method must be one that
   * prunes on a schedule.
   *
   * @param sparsity fraction of zeros to reach, in [0, 1], in all weights or those of each layer as
   *     the method's settings say; zeros that are there already count
   */
  public void pruneTo(double sparsity, Kernels kernels) {
    List<WeightLayer> prunable = layers.stream().filter(WeightLayer::pruned).toList();
    List<float[]> scores = new ArrayList<>();
    for (WeightLayer layer : prunable) {
      scores.add(Objects.requireNonNull(layer.weights().logAlpha(kernels), method.name()));
    }
    List<Mask> masks =
        switch (method.pruning().scope()) {
          case GLOBAL -> Mask.toSparsity(scores, sparsity).masks();
          case LAYER ->
              scores.stream()
                  .map(layer -> Mask.toSparsity(List.of(layer), sparsity).masks().getFirst())
                  .toList();
        };
    for (int i = 0; i < masks.size(); i++) {
      prunable.get(i).weights().keepOnly(masks.get(i));
    }
  }

  private void refresh(Kernels kernels) {
    ratios.forEach(shared -> shared.refresh(kernels));
    layers.forEach(layer -> layer.gate().refresh());
    layers.forEach(layer -> layer.weights().refresh(kernels));
  }
}
