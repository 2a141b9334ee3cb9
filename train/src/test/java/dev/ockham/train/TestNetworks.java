package dev.ockham.train;

import dev.ockham.core.data.Examples;
import dev.ockham.core.gate.BetaBernoulliGate;
import dev.ockham.core.gate.GaussianFactorGate;
import dev.ockham.core.gate.HardConcreteGate;
import dev.ockham.core.gate.LogNormalGate;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.AlphaSharing;
import dev.ockham.core.method.Estimator;
import dev.ockham.core.method.Method;
import dev.ockham.core.method.PosteriorKind;
import dev.ockham.core.run.ParameterNames;
import dev.ockham.train.gate.BernoulliGate;
import dev.ockham.train.gate.DependentGate;
import dev.ockham.train.gate.GaussianGate;
import dev.ockham.train.gate.LearntGate;
import dev.ockham.train.gate.NoGate;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Replica;
import dev.ockham.train.network.WeightLayer;
import dev.ockham.train.pass.NoiseSource;
import dev.ockham.train.pass.NormStatistics;
import dev.ockham.train.pass.Norms;
import dev.ockham.train.posterior.FactorizedGaussianWeights;
import dev.ockham.train.posterior.HardConcreteWeights;
import dev.ockham.train.posterior.MaskedWeights;
import dev.ockham.train.posterior.NoiseRatios;
import dev.ockham.train.posterior.Parameter;
import dev.ockham.train.posterior.PointWeights;
import dev.ockham.train.posterior.SparseVdWeights;
import dev.ockham.train.posterior.VariationalDropoutWeights;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Objects;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Networks whose parameters are written and read by name, whatever their method. */
public final class TestNetworks {

  private TestNetworks() {}

  /**
   * Draws all parameters: means away from 0, biases, log α from −3 to −0.5, and log σ² such that
   * their log α lies there too.
   */
  public static void fill(Network network, Kernels kernels, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (WeightLayer layer : network.layers()) {
      float[] theta = new float[(int) layer.tensor().weights()];
      float[] logSigma2 = new float[theta.length];
      for (int i = 0; i < theta.length; i++) {
        theta[i] = (float) (random.nextDouble(0.15, 0.5) * (random.nextBoolean() ? 1 : -1));
        logSigma2[i] = (float) (Math.log(theta[i] * theta[i]) + random.nextDouble(-3, -0.5));
      }
      set(network, ParameterNames.theta(layer.tensor()), theta);
      if (has(network, ParameterNames.logSigma2(layer.tensor()))) {
        set(network, ParameterNames.logSigma2(layer.tensor()), logSigma2);
      }
      float[] bias = new float[layer.tensor().outputs()];
      for (int i = 0; i < bias.length; i++) {
        bias[i] = (float) random.nextDouble(-0.5, 0.5);
      }
      biasOf(network, layer).value().set(bias);
    }
    for (Parameter parameter : network.parameters()) {
      if (parameter.name().contains(".gate.")) {
        fillGate(parameter, random);
      } else if (parameter.name().endsWith(ParameterNames.LOG_ALPHA)) {
        float[] values = new float[Math.toIntExact(parameter.value().size())];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) random.nextDouble(-3, -0.5);
        }
        parameter.value().set(values);
      }
    }
    refresh(network, kernels);
  }

  /** Gives batch norms scales and shifts that are all different. */
  public static void fillNorms(Network network) {
    network
        .plain()
        .byName()
        .forEach((name, parameter) -> {
          if (name.endsWith(".scale") || name.endsWith(".shift")) {
            float[] values = new float[Math.toIntExact(parameter.value().size())];
            for (int i = 0; i < values.length; i++) {
              values[i] = (name.endsWith(".scale") ? 0.7f : 0.2f) + 0.1f * i;
            }
            parameter.value().set(values);
          }
        });
  }

  /** The bias of the node that takes a layer's weights, which must have one. */
  public static Parameter biasOf(Network network, WeightLayer layer) {
    return Objects.requireNonNull(network.bias(layer), layer.name());
  }

  /**
   * The network's output outside training, at statistics of nothing: for networks without norms.
   *
   * @return {@code [examples, classes]}
   */
  public static float[] logits(
      Network network,
      Replica replica,
      Examples from,
      int[] examples,
      @Nullable NoiseSource noise) {
    return logits(network, replica, from, examples, noise, new Norms.Fixed(new NormStatistics()));
  }

  /** As {@link #logits(Network, Replica, Examples, int[], NoiseSource)}, with norms. */
  public static float[] logits(
      Network network,
      Replica replica,
      Examples from,
      int[] examples,
      @Nullable NoiseSource noise,
      Norms norms) {
    int numbers = examples.length * network.architecture().classes();
    return replica
        .logits(from, examples, noise, norms)
        .asSlice(0, (long) numbers * Float.BYTES)
        .toArray(ValueLayout.JAVA_FLOAT);
  }

  /** Gates that are neither shut nor wide open, whatever their belief. */
  private static void fillGate(Parameter parameter, SplittableRandom random) {
    String number = parameter.name().substring(parameter.name().lastIndexOf('.') + 1);
    double middle =
        switch (number) {
          case "a" -> 1.2;
          case "b" -> 0.6;
          case "mu" -> -0.8;
          case "log_sigma" -> -1;
          case "log_sigma2" -> -2;
          case "log_alpha" -> 1;
          case "gamma" -> 0.5;
          case "eta" -> 0.6;
          case "sigma" -> -1;
          default -> throw new AssertionError("say here where " + number + " of a gate may lie");
        };
    float[] values = new float[Math.toIntExact(parameter.value().size())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (middle + random.nextDouble(-0.4, 0.4));
    }
    parameter.value().set(values);
  }

  /** Opens all gates that are learnt, so that next to nothing is left of their noise. */
  public static void openGates(Network network, Kernels kernels) {
    for (WeightLayer layer : network.layers()) {
      String gate = ParameterNames.gate(layer.tensor());
      LearntGate learnt =
          switch (layer.gate()) {
            case LearntGate gated -> gated;
            case DependentGate dependent -> dependent.gate();
            case NoGate _, BernoulliGate _, GaussianGate _ -> null;
          };
      if (learnt != null) {
        double[] open =
            switch (learnt.belief()) {
              case BetaBernoulliGate _ -> new double[] {1e5, 1};
              case LogNormalGate _ -> new double[] {-1e-3, -9};
              case GaussianFactorGate _ -> new double[] {1, -14};
              case HardConcreteGate _ -> new double[] {20};
            };
        for (int i = 0; i < open.length; i++) {
          fill(named(network, gate + "." + learnt.belief().names()[i]), (float) open[i]);
        }
      }
      if (layer.weights() instanceof HardConcreteWeights weights) {
        fill(weights.logAlpha(), 20);
      }
    }
    refresh(network, kernels);
  }

  /** Gives all elements of a parameter one value. */
  public static void fill(Parameter parameter, float value) {
    float[] values = new float[Math.toIntExact(parameter.value().size())];
    Arrays.fill(values, value);
    parameter.value().set(values);
  }

  /** Recomputes what is derived, after parameters were written. */
  public static void refresh(Network network, Kernels kernels) {
    for (WeightLayer layer : network.layers()) {
      if (layer.gate() instanceof GaussianGate gate) {
        gate.ratios().refresh(kernels);
      }
      if (layer.weights() instanceof VariationalDropoutWeights weights) {
        weights.ratios().refresh(kernels);
      }
      layer.gate().refresh();
      layer.weights().refresh(kernels);
    }
  }

  /** Log σ² of a layer's weights. */
  public static float[] logSigma2(Network network, WeightLayer layer) {
    return get(network, ParameterNames.logSigma2(layer.tensor()));
  }

  /** Log α of a layer, one per group; the network's where it has only one. */
  public static float[] logAlpha(Network network, WeightLayer layer) {
    String own = ParameterNames.logAlpha(layer.tensor());
    return get(network, has(network, own) ? own : ParameterNames.LOG_ALPHA);
  }

  /**
   * The variance of what multiplies an input on its way to an output, by the formulas of the
   * papers: σ², αθ², or αθ² of noise on the input itself. In double, one per weight.
   */
  public static double[] variancePerWeight(WeightLayer layer) {
    float[] theta = layer.weights().theta().value().toArray();
    double[] variance = new double[theta.length];
    for (int i = 0; i < theta.length; i++) {
      double square = (double) theta[i] * theta[i];
      variance[i] =
          switch (layer.weights()) {
            case SparseVdWeights w -> Math.exp(at(w.logSigma2(), i));
            case FactorizedGaussianWeights w -> Math.exp(at(w.gaussian().logSigma2(), i));
            case VariationalDropoutWeights w -> square * alpha(layer, w.ratios(), w.sharing(), i);
            case MaskedWeights _ -> 0;
            case HardConcreteWeights _ ->
                throw new AssertionError("not of mean 1: GateSamplingTest");
            case PointWeights _ ->
                square
                    * switch (layer.gate()) {
                      case NoGate _ -> 0;
                      case LearntGate _, DependentGate _ ->
                          throw new AssertionError("not of mean 1: GateSamplingTest");
                      case BernoulliGate gate -> gate.alpha();
                      case GaussianGate gate -> alpha(layer, gate.ratios(), AlphaSharing.UNIT, i);
                    };
          };
    }
    return variance;
  }

  private static double alpha(
      WeightLayer layer, NoiseRatios ratios, AlphaSharing sharing, int weight) {
    int perUnit = layer.tensor().fanIn() / layer.tensor().inputs();
    int group = ratios.groups() == 1 ? 0 : sharing.group(weight, layer.tensor().fanIn(), perUnit);
    return Math.exp(at(ratios.logAlpha(), group));
  }

  private static float at(Parameter parameter, int index) {
    return parameter.value().toArray()[index];
  }

  /** Writes a parameter; {@link #refresh} is to follow. */
  public static void set(Network network, String name, float... values) {
    named(network, name).value().set(values);
  }

  /** Reads a parameter. */
  public static float[] get(Network network, String name) {
    return named(network, name).value().toArray();
  }

  /** Whether a method has an estimator; one without a choice has the default alone. */
  public static boolean has(Method method, Estimator estimator) {
    boolean gaussian = method.posterior() != PosteriorKind.HARD_CONCRETE;
    return method.noisyWeights()
        ? gaussian || estimator != Estimator.LOCAL
        : estimator == Estimator.LOCAL;
  }

  /** Whether a network has a parameter. */
  public static boolean has(Network network, String name) {
    return network.parameters().stream().anyMatch(parameter -> parameter.name().equals(name));
  }

  /** A parameter. */
  public static Parameter named(Network network, String name) {
    return network.parameters().stream()
        .filter(parameter -> parameter.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
