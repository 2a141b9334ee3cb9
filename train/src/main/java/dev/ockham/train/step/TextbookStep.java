package dev.ockham.train.step;

import dev.ockham.core.kl.KlTerm;
import dev.ockham.runtime.graph.LinearInWeights;
import dev.ockham.runtime.graph.Node;
import dev.ockham.train.engine.OneDnn;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.WeightLayer;
import dev.ockham.train.pass.EagerForward;
import dev.ockham.train.pass.TorchLinearMap;
import dev.ockham.train.posterior.FactorizedGaussianWeights;
import dev.ockham.train.posterior.HardConcreteWeights;
import dev.ockham.train.posterior.MaskedWeights;
import dev.ockham.train.posterior.Parameter;
import dev.ockham.train.posterior.PointWeights;
import dev.ockham.train.posterior.SparseVdWeights;
import dev.ockham.train.posterior.VariationalDropoutWeights;
import dev.ockham.train.posterior.WeightLeaves;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * The step as every published port writes it: log σ² and the KL are part of the autograd graph, and
 * libtorch's Adam updates everything. The reference that the fast step is compared with, in tests
 * and in races.
 *
 * <p>The KL is Molchanov's fit (arXiv:1701.05369, eq. (14)), as in those ports. Works on copies of
 * a network's parameters.
 */
public final class TextbookStep implements AutoCloseable {

  /** Added to θ² before its logarithm, as in the authors' code. */
  private static final float THETA2_FLOOR = 1e-8f;

  /** Standard normal noise of a layer, of the shape of another tensor. */
  @FunctionalInterface
  public interface Noise {
    /** libtorch's own generator. */
    Noise LIBTORCH = (_, like) -> torch.randn_like(like);

    Tensor of(int layer, Tensor like);
  }

  /** Leaves of weights; without log σ² they are plain numbers. */
  private record Leaves(int number, Tensor theta, @Nullable Tensor logSigma2) {}

  private final Network network;
  private final Map<String, Leaves> layers = new LinkedHashMap<>();
  private final Map<String, WeightLeaves> points = new LinkedHashMap<>();
  private final Map<String, Tensor> plain = new LinkedHashMap<>();
  private final Adam adam;

  /**
   * Copies a network's parameters.
   *
   * @param network where to start; not changed
   * @param learningRate Adam's rate, the same for all steps; its decays are libtorch's defaults,
   *     0.9 and 0.999
   * @param epsilon Adam's epsilon
   */
  public TextbookStep(Network network, double learningRate, double epsilon) {
    this.network = network;
    try (TensorScope scope = new TensorScope()) {
      TensorVector leaves = new TensorVector();
      for (WeightLayer layer : network.layers()) {
        Tensor theta = leaf(layer.weights().theta().value().tensor(), scope, leaves);
        Tensor logSigma2 =
            switch (layer.weights()) {
              case PointWeights _ -> null;
              case SparseVdWeights w -> leaf(w.logSigma2().value().tensor(), scope, leaves);
              case MaskedWeights _,
                  FactorizedGaussianWeights _,
                  VariationalDropoutWeights _,
                  HardConcreteWeights _ ->
                  throw new IllegalArgumentException(
                      "the textbook form is written for sparse-vd and none, not for "
                          + network.method().name());
            };
        String name = layer.tensor().parameter().name();
        layers.put(name, new Leaves(layers.size(), theta, logSigma2));
        if (!layer.tensor().local()) {
          points.put(name, new WeightLeaves.Point(theta));
          requirePoint(network, layer, logSigma2);
        }
      }
      for (Map.Entry<String, Parameter> each : network.plain().byName().entrySet()) {
        plain.put(each.getKey(), leaf(each.getValue().value().tensor(), scope, leaves));
      }
      AdamOptions options = new AdamOptions(learningRate);
      options.eps().put(epsilon);
      adam = new Adam(leaves, options);
      adam.retainReference();
    }
  }

  private static void requirePoint(Network network, WeightLayer layer, @Nullable Tensor logSigma2) {
    if (logSigma2 != null) {
      throw new IllegalArgumentException(
          "the textbook form draws noise of outputs, which are not linear in %s; it is not written"
                  .formatted(layer.name())
              + " for "
              + network.method().name()
              + " there");
    }
  }

  private static Tensor leaf(Tensor value, TensorScope scope, TensorVector leaves) {
    Tensor leaf = scope.keep(value.clone());
    leaf.set_requires_grad(true);
    leaves.push_back(leaf);
    return leaf;
  }

  /**
   * Makes a step.
   *
   * @param images normalised inputs {@code [batch, shape…]} of a network with one input
   * @param labels int64 {@code [batch]}
   * @param klScale β/N
   * @param noise where the noise comes from
   * @return mean NLL of the batch before the update, in nats
   */
  public double run(Tensor images, Tensor labels, double klScale, Noise noise) {
    return OneDnn.whereRight(() -> step(images, labels, klScale, noise));
  }

  private double step(Tensor images, Tensor labels, double klScale, Noise noise) {
    try (TensorScope _ = new TensorScope()) {
      adam.zero_grad();
      Tensor logits =
          EagerForward.logits(
              network.graph(),
              images,
              points,
              plain,
              (node, operator, input) -> activation(node, operator, input, noise));
      Tensor nll = torch.cross_entropy_loss(logits, labels);
      Tensor loss = nll;
      for (Leaves layer : layers.values()) {
        if (layer.logSigma2() != null) {
          loss = loss.add(molchanov(layer.theta(), layer.logSigma2()).mul(scalar(klScale)));
        }
      }
      loss.backward();
      var _ = adam.step();
      return nll.item_float();
    }
  }

  private Tensor activation(Node node, LinearInWeights operator, Tensor input, Noise noise) {
    Leaves layer =
        Objects.requireNonNull(layers.get(node.parameters().get(operator.weight())), node.name());
    String biasName = node.parameters().get("bias");
    Tensor bias = biasName == null ? null : plain.get(biasName);
    Tensor mean = TorchLinearMap.apply(operator, input, layer.theta(), bias);
    if (layer.logSigma2() == null) {
      return mean;
    }
    Tensor variance = TorchLinearMap.apply(operator, input.square(), layer.logSigma2().exp(), null);
    Tensor deviation = variance.clamp_min(scalar(TorchLinearMap.LEAST_VARIANCE)).sqrt();
    return mean.add(deviation.mul(noise.of(layer.number(), mean)));
  }

  /** Σ KL over a layer's weights. */
  private static Tensor molchanov(Tensor theta, Tensor logSigma2) {
    Tensor logAlpha = logSigma2.sub(theta.square().add(scalar(THETA2_FLOOR)).log());
    Tensor bump =
        logAlpha
            .mul(scalar(KlTerm.MOLCHANOV_K3))
            .add(scalar(KlTerm.MOLCHANOV_K2))
            .neg()
            .sigmoid()
            .mul(scalar(KlTerm.MOLCHANOV_K1));
    return bump.add(torch.softplus(logAlpha.neg()).mul(scalar(0.5))).sum();
  }

  private static Scalar scalar(double value) {
    return new Scalar((float) value);
  }

  /** Current weight means, by the name of the parameter. */
  public float[] theta(String parameter) {
    return values(leaves(parameter).theta());
  }

  /** Current numbers of a parameter that is not weights, by its name. */
  public float[] plain(String parameter) {
    return values(Objects.requireNonNull(plain.get(parameter), parameter));
  }

  private Leaves leaves(String parameter) {
    return Objects.requireNonNull(layers.get(parameter), parameter);
  }

  private static float[] values(Tensor tensor) {
    return TensorMemory.of(tensor).toArray(ValueLayout.JAVA_FLOAT);
  }

  /** Current log-variances of weights, by the name of the parameter; empty for plain ones. */
  public float[] logSigma2(String parameter) {
    Tensor logSigma2 = leaves(parameter).logSigma2();
    return logSigma2 == null ? new float[0] : values(logSigma2);
  }

  @Override
  public void close() {
    adam.close();
    for (Leaves layer : layers.values()) {
      layer.theta().close();
      if (layer.logSigma2() != null) {
        layer.logSigma2().close();
      }
    }
    plain.values().forEach(Tensor::close);
  }
}
