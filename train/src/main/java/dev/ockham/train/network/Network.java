package dev.ockham.train.network;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.prune.LiveUnits;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.ParameterNames;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.runtime.file.StoredTensor;
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
import org.bytedeco.pytorch.Tensor;

/** All parameters of a network with their optimiser state. Owns their native memory. */
public final class Network implements AutoCloseable {

  /** Noise of initial weights; training steps count from 0. */
  private static final long INITIAL_STEP = -1;

  /** The variance of a weight that is gone, as good as 0. */
  private static final float LEAST_LOG_SIGMA2 = -87;

  private final LiveUnits live;
  private final MethodSpec method;
  private final long seed;
  private final List<LinearLayer> layers = new ArrayList<>();
  private final List<NoiseRatios> ratios;
  private final List<NormLayer> norms = new ArrayList<>();
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
   * As {@link #Network(Architecture, MethodSpec)}, for a run that may prune while it trains.
   *
   * @param seed the run's, which decides the order in which random pruning takes weights
   */
  public Network(Architecture architecture, MethodSpec method, long seed) {
    this(LiveUnits.all(architecture), method, seed);
  }

  /**
   * As {@link #Network(Architecture, MethodSpec, long)}, for the part of a network that still
   * trains. Only {@link #restore} and {@link #keepOnly} may fill it where units are missing.
   */
  public Network(LiveUnits live, MethodSpec method, long seed) {
    this.live = live;
    this.method = method;
    this.seed = seed;
    Architecture architecture = live.architecture();
    Beliefs beliefs = new Beliefs(method, seed, arena);
    for (LayerSpec.Linear spec : architecture.linearLayers()) {
      layers.add(beliefs.layer(spec, layers.isEmpty()));
    }
    ratios = beliefs.ratios();
    addNorms();
  }

  private void addNorms() {
    int linear = -1;
    for (LayerSpec layer : architecture().layers()) {
      if (layer instanceof LayerSpec.Linear) {
        linear++;
      } else if (layer instanceof LayerSpec.BatchNorm spec) {
        norms.add(
            new NormLayer(
                spec,
                linear,
                Parameter.zeros(ParameterNames.gamma(spec), arena, spec.units()),
                Parameter.zeros(ParameterNames.beta(spec), arena, spec.units())));
      }
    }
  }

  /** What it computes: the part of the original that is left. */
  public Architecture architecture() {
    return live.architecture();
  }

  /** Which part of the original it is. */
  public LiveUnits live() {
    return live;
  }

  /** What is believed of its weights. */
  public MethodSpec method() {
    return method;
  }

  /** Its linear layers, in order. */
  public List<LinearLayer> layers() {
    return Collections.unmodifiableList(layers);
  }

  /** Its batch norms, in order. */
  public List<NormLayer> norms() {
    return Collections.unmodifiableList(norms);
  }

  /** Whether what an example gives in training depends on the others of its share of the batch. */
  public boolean normalizesByBatch() {
    return !norms.isEmpty() || method.method().gate().dependent();
  }

  /** From now on gates look at the example, in methods that have such. */
  public void beginDependence() {
    for (LinearLayer layer : layers) {
      if (layer.gate() instanceof DependentGate gate) {
        gate.begin();
      }
    }
  }

  /** Whether a batch norm stands behind a linear layer, and takes its bias away again. */
  public boolean normalizes(int layer) {
    return norms.stream().anyMatch(norm -> norm.behind() == layer);
  }

  /**
   * Draws initial means and sets everything else to its start. Biases start at 0, and batch norms
   * with γ = 1 and β = 0.
   */
  public void initialize(InitialWeights initial, long seed, Kernels kernels) {
    for (int number = 0; number < layers.size(); number++) {
      LinearLayer layer = layers.get(number);
      int fanIn = layer.spec().fanIn();
      MemorySegment theta = layer.weights().theta().value().segment();
      int[] rows = new int[layer.spec().outputs()];
      for (int i = 0; i < rows.length; i++) {
        rows[i] = i;
      }
      kernels.fillNormal(
          NoiseKey.of(seed, INITIAL_STEP, number), rows, fanIn, theta, 0, layer.spec().weights());
      float deviation = initial.deviation(layer.spec());
      float[] values = layer.weights().theta().value().toArray();
      for (int i = 0; i < values.length; i++) {
        values[i] *= deviation;
      }
      layer.weights().theta().value().set(values);
      layer.weights().initialize();
      layer.gate().initialize();
    }
    ratios.forEach(NoiseRatios::initialize);
    for (NormLayer norm : norms) {
      float[] ones = new float[norm.spec().units()];
      Arrays.fill(ones, 1);
      norm.gamma().value().set(ones);
    }
    refresh(kernels);
  }

  /** Every parameter, in a fixed order. */
  public List<Parameter> parameters() {
    List<Parameter> parameters = new ArrayList<>();
    for (LinearLayer layer : layers) {
      parameters.addAll(layer.weights().parameters());
      parameters.addAll(layer.gate().parameters());
      parameters.add(layer.bias());
    }
    ratios.forEach(shared -> parameters.add(shared.logAlpha()));
    for (NormLayer norm : norms) {
      parameters.add(norm.gamma());
      parameters.add(norm.beta());
    }
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
    LiveUnits theirs = checkpoint.live(live.original());
    for (Parameter parameter : parameters()) {
      for (Map.Entry<String, NativeTensor> entry : parameter.tensors().entrySet()) {
        restore(checkpoint, theirs, entry.getKey(), entry.getValue());
      }
    }
    refresh(kernels);
  }

  private void restore(Checkpoint checkpoint, LiveUnits theirs, String name, NativeTensor tensor)
      throws IOException {
    if (theirs.equals(live)) {
      tensor.set(checkpoint.tensor(name, tensor.shape()).toFloats());
      return;
    }
    for (int i = 0; i < layers.size(); i++) {
      LayerSpec.Linear left = theirs.architecture().linearLayers().get(i);
      if (name.startsWith(ParameterNames.bias(left))) {
        float[] values = checkpoint.tensor(name, left.outputs()).toFloats();
        tensor.set(theirs.spreadOutputs(i, values));
      } else if (name.startsWith(left.name() + ".")) {
        float[] values = checkpoint.tensor(name, left.shape()).toFloats();
        float missing = name.equals(ParameterNames.logSigma2(left)) ? LEAST_LOG_SIGMA2 : 0;
        tensor.set(theirs.spreadWeights(i, values, missing));
      }
    }
  }

  /**
   * A new network of some of the units of this one, with their parameters and moments.
   *
   * @param part of {@link #architecture()}; weights outside of it are forgotten
   * @param biases per layer, one per unit of this network
   */
  public Network keepOnly(LiveUnits part, List<float[]> biases, Kernels kernels) {
    Network smaller = new Network(live.then(part), method, seed);
    try {
      smaller.take(this, part, biases, kernels);
    } catch (RuntimeException e) {
      smaller.close();
      throw e;
    }
    return smaller;
  }

  private void take(Network larger, LiveUnits part, List<float[]> biases, Kernels kernels) {
    for (int i = 0; i < layers.size(); i++) {
      int number = i;
      LinearLayer from = larger.layers.get(i);
      LinearLayer to = layers.get(i);
      for (int k = 0; k < from.weights().parameters().size(); k++) {
        Parameter all = from.weights().parameters().get(k);
        all.copyTo(to.weights().parameters().get(k), x -> part.weightsOf(number, x));
      }
      from.bias().copyTo(to.bias(), x -> part.outputsOf(number, x));
      to.bias().value().set(part.outputsOf(number, biases.get(number)));
    }
    refresh(kernels);
  }

  /**
   * Sets means, biases and batch norms, and what follows from them, from another checkpoint; and
   * Beta-Bernoulli gates, where these are to become dependent ones. Units that are missing there
   * keep the weights into them that they have here, so that they can learn, and get none out.
   */
  public void startFrom(Checkpoint other, Kernels kernels) throws IOException {
    for (LinearLayer layer : layers) {
      float[] own = layer.weights().theta().value().toArray();
      startFrom(other, layer.weights().theta());
      keepMissing(other.live(live.original()), layer, own);
      startFrom(other, layer.bias());
      if (layer.gate() instanceof DependentGate gate) {
        startGateFrom(other, gate.gate());
      }
    }
    for (NormLayer norm : norms) {
      startFrom(other, norm.gamma());
      startFrom(other, norm.beta());
    }
    refresh(kernels);
  }

  private void keepMissing(LiveUnits theirs, LinearLayer layer, float[] own) {
    float[] theta = layer.weights().theta().value().toArray();
    BitSet there = new BitSet();
    Arrays.stream(theirs.outputs(layers.indexOf(layer))).forEach(there::set);
    int fanIn = layer.spec().fanIn();
    for (int unit = there.nextClearBit(0);
        unit < layer.spec().outputs();
        unit = there.nextClearBit(unit + 1)) {
      System.arraycopy(own, unit * fanIn, theta, unit * fanIn, fanIn);
    }
    layer.weights().theta().value().set(theta);
  }

  /** A run of beta-bernoulli is a stage of its dependent form. */
  private void startGateFrom(Checkpoint other, LearntGate gate) throws IOException {
    for (Parameter parameter : gate.parameters()) {
      if (other.content().tensors().containsKey(parameter.name())) {
        startFrom(other, parameter);
      }
    }
  }

  private void startFrom(Checkpoint other, Parameter parameter) throws IOException {
    restore(other, other.live(live.original()), parameter.name(), parameter.value());
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
    for (LinearLayer layer : layers) {
      nats += layer.weights().klNats(kernels) + layer.gate().klNats();
    }
    for (NoiseRatios shared : ratios) {
      nats += shared.klNats(kernels);
    }
    return nats;
  }

  @Override
  public void close() {
    for (LinearLayer layer : layers) {
      layer.gate().close();
      layer.weights().close();
      layer.bias().close();
    }
    ratios.forEach(NoiseRatios::close);
    for (NormLayer norm : norms) {
      norm.gamma().close();
      norm.beta().close();
    }
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
        LinearLayer layer = layers.get(i);
        layer.weights().update(active.stream().map(r -> r.weights(number)).toList(), update);
        layer.gate().update(active.stream().map(r -> r.gate(number)).toList(), update);
        if (!normalizes(i)) { // else its gradient is rounding noise, which Adam blows up
          List<Tensor> biases = active.stream().map(r -> r.bias(number)).toList();
          update.adam(layer.bias(), Gradients.sum(biases));
        }
      }
      for (int i = 0; i < norms.size(); i++) {
        int number = i;
        NormLayer norm = norms.get(i);
        update.adam(
            norm.gamma(), Gradients.sum(active.stream().map(r -> r.gamma(number)).toList()));
        update.adam(norm.beta(), Gradients.sum(active.stream().map(r -> r.beta(number)).toList()));
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
    List<float[]> scores = new ArrayList<>();
    for (LinearLayer layer : layers) {
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
      layers.get(i).weights().keepOnly(masks.get(i));
    }
  }

  private void refresh(Kernels kernels) {
    ratios.forEach(shared -> shared.refresh(kernels));
    layers.forEach(layer -> layer.gate().refresh());
    layers.forEach(layer -> layer.weights().refresh(kernels));
  }
}
