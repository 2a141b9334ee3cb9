package dev.ockham.train.step;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.network.BatchNormalization;
import dev.ockham.train.network.Forward;
import dev.ockham.train.network.LinearLayer;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.NormLayer;
import dev.ockham.train.posterior.FactorizedGaussianWeights;
import dev.ockham.train.posterior.HardConcreteWeights;
import dev.ockham.train.posterior.LinearMap;
import dev.ockham.train.posterior.LocalReparameterization;
import dev.ockham.train.posterior.MaskedWeights;
import dev.ockham.train.posterior.PointWeights;
import dev.ockham.train.posterior.SparseVdWeights;
import dev.ockham.train.posterior.VariationalDropoutWeights;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
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
 * a network's parameters, in one thread.
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

  /** A layer's leaves; without log σ² it is dense. */
  private record Leaves(
      LayerSpec.Linear spec, Tensor theta, @Nullable Tensor logSigma2, Tensor bias) {}

  /** A batch norm's leaves. */
  private record NormLeaves(Tensor gamma, Tensor beta) {}

  private final Network network;
  private final List<Leaves> layers = new ArrayList<>();
  private final List<NormLeaves> norms = new ArrayList<>();
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
      for (LinearLayer layer : network.layers()) {
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
        Tensor bias = leaf(layer.bias().value().tensor(), scope, leaves);
        layers.add(new Leaves(layer.spec(), theta, logSigma2, bias));
      }
      for (NormLayer norm : network.norms()) {
        norms.add(
            new NormLeaves(
                leaf(norm.gamma().value().tensor(), scope, leaves),
                leaf(norm.beta().value().tensor(), scope, leaves)));
      }
      AdamOptions options = new AdamOptions(learningRate);
      options.eps().put(epsilon);
      adam = new Adam(leaves, options);
      adam.retainReference();
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
   * @param images normalised inputs {@code [batch, channels, height, width]}
   * @param labels int64 {@code [batch]}
   * @param klScale β/N
   * @param noise where the noise comes from
   * @return mean NLL of the batch before the update, in nats
   */
  public double run(Tensor images, Tensor labels, double klScale, Noise noise) {
    try (TensorScope _ = new TensorScope()) {
      adam.zero_grad();
      Tensor logits =
          Forward.logits(
              network.architecture(),
              images,
              (number, spec, h) -> activation(layers.get(number), number, h, noise),
              (number, norm, h) -> normalized(norms.get(number), h));
      Tensor nll = torch.cross_entropy_loss(logits, labels);
      Tensor loss = nll;
      for (Leaves layer : layers) {
        if (layer.logSigma2() != null) {
          loss = loss.add(molchanov(layer.theta(), layer.logSigma2()).mul(scalar(klScale)));
        }
      }
      loss.backward();
      var _ = adam.step();
      return nll.item_float();
    }
  }

  private static Tensor activation(Leaves layer, int number, Tensor input, Noise noise) {
    if (layer.logSigma2() == null) {
      return LinearMap.apply(layer.spec(), input, layer.theta(), layer.bias());
    }
    Tensor mean = LinearMap.apply(layer.spec(), input, layer.theta(), layer.bias());
    Tensor variance = LinearMap.apply(layer.spec(), input.square(), layer.logSigma2().exp());
    Tensor deviation = variance.clamp_min(scalar(LocalReparameterization.LEAST_VARIANCE)).sqrt();
    return mean.add(deviation.mul(noise.of(number, mean)));
  }

  private static Tensor normalized(NormLeaves norm, Tensor h) {
    return BatchNormalization.ofBatch(h, norm.gamma(), norm.beta());
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

  /** Current weight means of a linear layer, by number. */
  public float[] theta(int number) {
    return values(layers.get(number).theta());
  }

  /** Current γ of a batch norm, by number. */
  public float[] gamma(int norm) {
    return values(norms.get(norm).gamma());
  }

  /** Current β of a batch norm, by number. */
  public float[] beta(int norm) {
    return values(norms.get(norm).beta());
  }

  private static float[] values(Tensor tensor) {
    return TensorMemory.of(tensor).toArray(ValueLayout.JAVA_FLOAT);
  }

  /** Current log-variances of a linear layer, by number; empty for a dense one. */
  public float[] logSigma2(int number) {
    Tensor logSigma2 = layers.get(number).logSigma2();
    return logSigma2 == null ? new float[0] : values(logSigma2);
  }

  @Override
  public void close() {
    adam.close();
    for (Leaves layer : layers) {
      layer.theta().close();
      layer.bias().close();
      if (layer.logSigma2() != null) {
        layer.logSigma2().close();
      }
    }
    for (NormLeaves norm : norms) {
      norm.gamma().close();
      norm.beta().close();
    }
  }
}
