package dev.ockham.train.segment;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.data.Images;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.prune.LiveUnits;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.GraphBuilder;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Value;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.gate.GateLeaves;
import dev.ockham.train.network.LinearLayer;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.NormLayer;
import dev.ockham.train.posterior.Gradients;
import dev.ockham.train.posterior.WeightLeaves;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/** A chain of layers as a graph, and a pass over leaves of the same network. */
final class ChainTwin implements AutoCloseable {
  private final Arena arena = Arena.ofConfined();
  private final List<WeightLeaves> weights = new ArrayList<>();
  private final List<Tensor> biases = new ArrayList<>();
  private final List<Tensor> gammas = new ArrayList<>();
  private final List<Tensor> betas = new ArrayList<>();
  private final List<GateLeaves> gates = new ArrayList<>();
  final GraphPass pass;

  ChainTwin(Network network, int capacity, Precision precision, Kernels kernels) {
    Map<String, WeightLeaves> byName = new LinkedHashMap<>();
    Map<String, Tensor> numbers = new LinkedHashMap<>();
    Map<String, int[]> drawn = new LinkedHashMap<>();
    List<GatePlace> places = new ArrayList<>();
    LiveUnits live = network.live();
    for (int i = 0; i < network.layers().size(); i++) {
      LinearLayer layer = network.layers().get(i);
      String name = layer.spec().name();
      weights.add(layer.weights().newLeaves());
      biases.add(layer.bias().value().newLeaf());
      gates.add(layer.gate().newLeaves());
      byName.put(name + ".weight", weights.getLast());
      numbers.put(name + ".bias", biases.getLast());
      drawn.put(name, live.preActivations(i));
      places.add(new GatePlace(name, layer.gate().onOutputs(), i, layer.gate(), gates.getLast()));
    }
    for (NormLayer norm : network.norms()) {
      gammas.add(norm.gamma().value().newLeaf());
      betas.add(norm.beta().value().newLeaf());
      numbers.put(norm.spec().name() + ".scale", gammas.getLast());
      numbers.put(norm.spec().name() + ".shift", betas.getLast());
    }
    PassLeaves leaves =
        new PassLeaves(byName, numbers, places, drawn, network.method().estimator());
    pass =
        new GraphPass(graph(network.architecture()), leaves, capacity, precision, kernels, arena);
  }

  private static Graph graph(Architecture architecture) {
    GraphBuilder g = new GraphBuilder();
    var in = architecture.input();
    Value x = g.input("image", Shape.of(in.channels(), in.height(), in.width()));
    for (LayerSpec layer : architecture.layers()) {
      x =
          switch (layer) {
            case LayerSpec.Dense d -> g.named(d.name()).dense(x, d.outputs());
            case LayerSpec.Conv2d c -> g.named(c.name()).conv2d(x, c.outputs(), c.kernel());
            case LayerSpec.MaxPool2d p -> g.maxPool(x, p.size());
            case LayerSpec.Relu _ -> g.relu(x);
            case LayerSpec.Flatten _ -> g.flatten(x);
            case LayerSpec.BatchNorm b -> g.named(b.name()).batchNorm(x);
          };
    }
    return g.build(x);
  }

  double forwardBackward(
      Images images, int[] examples, int batch, @Nullable NoiseSource noise, Kernels kernels) {
    gather(images, examples, kernels);
    int[] labels = Arrays.stream(examples).map(images::label).toArray();
    double nll = pass.forward(examples, labels, batch, noise);
    pass.backward();
    return nll;
  }

  void gather(Images images, int[] examples, Kernels kernels) {
    kernels.gatherImages(
        images.pixels(),
        examples,
        images.pixelsPerImage(),
        50,
        0.02f,
        pass.input(0),
        0,
        (long) examples.length * images.pixelsPerImage());
  }

  void clearGradients() {
    weights.forEach(WeightLeaves::clearGradients);
    gates.forEach(GateLeaves::clearGradients);
    biases.forEach(Gradients::clear);
    gammas.forEach(Gradients::clear);
    betas.forEach(Gradients::clear);
  }

  float[] byTheta(int layer) {
    return gradient(weights.get(layer).theta());
  }

  float[] bySigma2(int layer) {
    return gradient(((WeightLeaves.Gaussian) weights.get(layer)).sigma2());
  }

  boolean hasVariance(int layer) {
    return weights.get(layer) instanceof WeightLeaves.Gaussian;
  }

  float[] byBias(int layer) {
    return gradient(biases.get(layer));
  }

  float[] byGamma(int norm) {
    return gradient(gammas.get(norm));
  }

  float[] byBeta(int norm) {
    return gradient(betas.get(norm));
  }

  GateLeaves gate(int layer) {
    return gates.get(layer);
  }

  static float[] gradient(Tensor leaf) {
    return TensorMemory.of(leaf.grad()).toArray(ValueLayout.JAVA_FLOAT);
  }

  @Override
  public void close() {
    pass.close();
    weights.forEach(WeightLeaves::close);
    gates.forEach(GateLeaves::close);
    biases.forEach(Tensor::close);
    gammas.forEach(Tensor::close);
    betas.forEach(Tensor::close);
    arena.close();
  }
}
