package dev.ockham.train.network;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.ParameterNames;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.runtime.file.StoredTensor;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.posterior.Parameter;
import dev.ockham.train.posterior.PointWeights;
import dev.ockham.train.posterior.SparseVdWeights;
import dev.ockham.train.posterior.WeightPosterior;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** All parameters of a network with their optimiser state. Owns their native memory. */
public final class Network implements AutoCloseable {

  /** Noise of initial weights; training steps count from 0. */
  private static final long INITIAL_STEP = -1;

  private final Architecture architecture;
  private final List<LinearLayer> layers = new ArrayList<>();
  private final List<NormLayer> norms = new ArrayList<>();
  private final Arena arena = Arena.ofShared();

  /**
   * A network of zeros; {@link #initialize} or {@link #restore} fills it.
   *
   * @param architecture what it computes
   * @param method what is believed of its weights
   */
  public Network(Architecture architecture, MethodSpec method) {
    this.architecture = architecture;
    for (LayerSpec.Linear spec : architecture.linearLayers()) {
      layers.add(
          new LinearLayer(
              spec,
              posterior(spec, method, arena),
              Parameter.zeros(ParameterNames.bias(spec), arena, spec.outputs())));
    }
    addNorms();
  }

  private void addNorms() {
    int linear = -1;
    for (LayerSpec layer : architecture.layers()) {
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

  /** What it computes. */
  public Architecture architecture() {
    return architecture;
  }

  /** Its linear layers, in order. */
  public List<LinearLayer> layers() {
    return Collections.unmodifiableList(layers);
  }

  /** Its batch norms, in order. */
  public List<NormLayer> norms() {
    return Collections.unmodifiableList(norms);
  }

  /** Whether a batch norm stands behind a linear layer, and takes its bias away again. */
  public boolean normalizes(int layer) {
    return norms.stream().anyMatch(norm -> norm.behind() == layer);
  }

  private static WeightPosterior posterior(LayerSpec.Linear spec, MethodSpec method, Arena arena) {
    Parameter theta = Parameter.zeros(ParameterNames.theta(spec), arena, spec.shape());
    return switch (method.method().posterior()) {
      case POINT -> new PointWeights(theta);
      case SPARSE_VD ->
          new SparseVdWeights(
              method.kl(),
              theta,
              Parameter.zeros(ParameterNames.logSigma2(spec), arena, spec.shape()),
              NativeTensor.floats(arena, spec.shape()));
    };
  }

  /**
   * Draws initial means, N(0, 2/fan-in) as He et al. (arXiv:1502.01852, eq. (10)) for ReLU layers,
   * and sets every log σ² to its start. Biases start at 0, and batch norms with γ = 1 and β = 0.
   */
  public void initialize(long seed, double initialLogSigma2, Kernels kernels) {
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
      float deviation = (float) Math.sqrt(2.0 / fanIn);
      float[] values = layer.weights().theta().value().toArray();
      for (int i = 0; i < values.length; i++) {
        values[i] *= deviation;
      }
      layer.weights().theta().value().set(values);
      if (layer.weights() instanceof SparseVdWeights sparse) {
        float[] start = new float[values.length];
        Arrays.fill(start, (float) initialLogSigma2);
        sparse.logSigma2().value().set(start);
      }
    }
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
      parameters.add(layer.bias());
    }
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

  /** Sets all parameters and moments from a checkpoint. */
  public void restore(Checkpoint checkpoint, Kernels kernels) throws IOException {
    for (Parameter parameter : parameters()) {
      for (Map.Entry<String, NativeTensor> entry : parameter.tensors().entrySet()) {
        NativeTensor tensor = entry.getValue();
        tensor.set(checkpoint.tensor(entry.getKey(), tensor.shape()).toFloats());
      }
    }
    refresh(kernels);
  }

  /** Sets means, biases and batch norms, and only them, from another run's checkpoint. */
  public void startFrom(Checkpoint other) throws IOException {
    for (LinearLayer layer : layers) {
      startFrom(other, layer.weights().theta());
      startFrom(other, layer.bias());
    }
    for (NormLayer norm : norms) {
      startFrom(other, norm.gamma());
      startFrom(other, norm.beta());
    }
  }

  private static void startFrom(Checkpoint other, Parameter parameter) throws IOException {
    NativeTensor value = parameter.value();
    value.set(other.tensor(parameter.name(), value.shape()).toFloats());
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
    return layers.stream().mapToDouble(layer -> layer.weights().klNats(kernels)).sum();
  }

  @Override
  public void close() {
    for (LinearLayer layer : layers) {
      layer.weights().close();
      layer.bias().close();
    }
    for (NormLayer norm : norms) {
      norm.gamma().close();
      norm.beta().close();
    }
    arena.close();
  }

  private void refresh(Kernels kernels) {
    layers.forEach(layer -> layer.weights().refresh(kernels));
  }
}
