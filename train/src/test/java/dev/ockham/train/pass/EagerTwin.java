package dev.ockham.train.pass;

import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.runtime.graph.LinearInWeights;
import dev.ockham.runtime.graph.Node;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.gate.Gate;
import dev.ockham.train.gate.GateLeaves;
import dev.ockham.train.gate.NoGate;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.WeightLayer;
import dev.ockham.train.posterior.WeightLeaves;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The forward pass of a network with gates, node by node under libtorch's autograd, over leaves of
 * its own: what stages are compared with. Noise is that of the network's replicas.
 */
final class EagerTwin implements AutoCloseable {
  private final Arena arena = Arena.ofConfined();
  private final Network network;
  private final Kernels kernels;
  private final List<WeightLeaves> weights = new ArrayList<>();
  private final List<GateLeaves> gates = new ArrayList<>();
  private final Map<String, Tensor> plain = new LinkedHashMap<>();

  EagerTwin(Network network, Kernels kernels) {
    this.network = network;
    this.kernels = kernels;
    for (WeightLayer layer : network.layers()) {
      weights.add(layer.weights().newLeaves());
      gates.add(layer.gate().newLeaves());
    }
    network
        .plain()
        .byName()
        .forEach((name, parameter) -> plain.put(name, parameter.value().newLeaf()));
  }

  /** Logits of some images; batch norms are over just these. Belongs to the caller's scope. */
  Tensor logits(Images images, int[] examples, InputScaling scaling, @Nullable NoiseSource noise) {
    NativeTensor input =
        NativeTensor.floats(arena, network.architecture().example().withBatch(examples.length));
    kernels.gatherImages(
        images.pixels(),
        examples,
        images.pixelsPerImage(),
        scaling.mean()[0],
        scaling.scale()[0],
        input.segment(),
        0,
        input.size());
    return EagerForward.logits(
        network.graph(),
        input.tensor(),
        Map.of(),
        plain,
        (node, operator, x) -> activation(node, operator, x, examples, noise));
  }

  /** Leaves the gradient of Σ NLL / batch at the leaves; gives Σ NLL. */
  double forwardBackward(
      Images images, int[] examples, int batch, InputScaling scaling, @Nullable NoiseSource noise) {
    NativeTensor labels = NativeTensor.longs(arena, examples.length);
    for (int i = 0; i < examples.length; i++) {
      labels
          .segment()
          .setAtIndex(java.lang.foreign.ValueLayout.JAVA_LONG, i, images.label(examples[i]));
    }
    Tensor logits = logits(images, examples, scaling, noise);
    Tensor nll =
        torch.cross_entropy_loss(logits, labels.tensor(), new TensorOptional(), 2, -100, 0);
    nll.div(new Scalar((float) batch)).backward();
    return nll.item_float();
  }

  private Tensor activation(
      Node node,
      LinearInWeights operator,
      Tensor input,
      int[] examples,
      @Nullable NoiseSource noise) {
    int number = number(node);
    boolean onOutputs = network.layers().get(number).gate().onOutputs();
    Tensor x = onOutputs ? input : gated(number, input, examples, noise);
    String bias = node.parameters().get("bias");
    Tensor added = bias == null ? null : plain.get(bias);
    Tensor y =
        switch (weights.get(number)) {
          case WeightLeaves.Point(Tensor theta) -> TorchLinearMap.apply(operator, x, theta, added);
          case WeightLeaves.Gaussian(Tensor theta, Tensor sigma2) -> {
            if (noise == null) {
              yield TorchLinearMap.apply(operator, x, theta, added);
            }
            long[] shape = network.graph().shape(node.name()).toLongs();
            Tensor zeta = TorchNoise.perExample(kernels, noise.ofWeights(number), examples, shape);
            yield TorchLinearMap.local(operator, x, theta, sigma2, added, zeta);
          }
          case WeightLeaves.Gated _ -> throw new AssertionError("has no local form");
        };
    return onOutputs ? gated(number, y, examples, noise) : y;
  }

  private int number(Node node) {
    return IntStream.range(0, weights.size())
        .filter(i -> network.layers().get(i).tensor().node().name().equals(node.name()))
        .findFirst()
        .orElseThrow();
  }

  private Tensor gated(int number, Tensor x, int[] examples, @Nullable NoiseSource source) {
    Gate gate = network.layers().get(number).gate();
    if (gate instanceof NoGate) {
      return x;
    }
    if (source == null) {
      return AutogradGate.mean(gates.get(number), x);
    }
    int units = Math.toIntExact(x.size(1));
    int positions = Math.toIntExact(x.numel() / x.size(0) / units);
    int[] rows = new int[gate.sharedRows() + examples.length];
    Arrays.fill(rows, 0, gate.sharedRows(), -1);
    System.arraycopy(examples, 0, rows, gate.sharedRows(), examples.length);
    int width = gate.noiseWidth(units, positions);
    NativeTensor noise = NativeTensor.floats(arena, rows.length, width);
    gate.fillNoise(kernels, source.ofGate(number), rows, width, noise.segment());
    return AutogradGate.noisy(gates.get(number), x, noise.tensor());
  }

  WeightLeaves weights(int number) {
    return weights.get(number);
  }

  GateLeaves gate(int number) {
    return gates.get(number);
  }

  Tensor plain(String name) {
    return Objects.requireNonNull(plain.get(name), name);
  }

  @Override
  public void close() {
    weights.forEach(WeightLeaves::close);
    gates.forEach(GateLeaves::close);
    plain.values().forEach(Tensor::close);
    arena.close();
  }
}
