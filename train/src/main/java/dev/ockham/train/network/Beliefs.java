package dev.ockham.train.network;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.gate.BetaBernoulliGate;
import dev.ockham.core.gate.GatedUnits;
import dev.ockham.core.kl.GaussianKl;
import dev.ockham.core.method.AlphaSharing;
import dev.ockham.core.method.Method;
import dev.ockham.core.prune.Scores;
import dev.ockham.core.run.ParameterNames;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.gate.BernoulliGate;
import dev.ockham.train.gate.DependentGate;
import dev.ockham.train.gate.Gate;
import dev.ockham.train.gate.GaussianGate;
import dev.ockham.train.gate.LearntGate;
import dev.ockham.train.gate.NoGate;
import dev.ockham.train.posterior.FactorizedGaussianWeights;
import dev.ockham.train.posterior.HardConcreteWeights;
import dev.ockham.train.posterior.MaskedWeights;
import dev.ockham.train.posterior.MeanAndVariance;
import dev.ockham.train.posterior.NoiseRatios;
import dev.ockham.train.posterior.Parameter;
import dev.ockham.train.posterior.PointWeights;
import dev.ockham.train.posterior.SparseVdWeights;
import dev.ockham.train.posterior.VariationalDropoutWeights;
import dev.ockham.train.posterior.WeightPosterior;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Makes live layers of what a method believes: the only place that knows which class is what. */
final class Beliefs {

  private final MethodSpec spec;
  private final long seed;
  private final Method method;
  private final Arena arena;
  private final List<NoiseRatios> ratios = new ArrayList<>();
  private int layers;

  Beliefs(MethodSpec spec, long seed, Arena arena) {
    this.spec = spec;
    this.seed = seed;
    this.method = spec.method();
    this.arena = arena;
  }

  /** All α that the layers made so far have. */
  List<NoiseRatios> ratios() {
    return ratios;
  }

  /**
   * A layer of zeros.
   *
   * @param first whether it takes the network's input
   */
  WeightLayer layer(WeightTensor layer, boolean first) {
    int number = layers++;
    if (!spec.appliesTo(layer.name())) {
      Parameter theta = Parameter.zeros(ParameterNames.theta(layer), arena, layer.shape());
      return new WeightLayer(layer, new NoGate(), new PointWeights(theta), false);
    }
    return new WeightLayer(layer, gate(layer, first), posterior(layer, first, number), true);
  }

  private Gate gate(WeightTensor layer, boolean first) {
    if (layer.gatePlace() == WeightTensor.GatePlace.NONE) {
      return new NoGate();
    }
    return switch (method.gate()) {
      case NONE -> new NoGate();
      case BERNOULLI -> new BernoulliGate(alpha(first));
      case GAUSSIAN -> {
        NoiseRatios shared = ratios(layer, first, sharing());
        shared.addVariables(layer.inputs() / shared.groups());
        yield new GaussianGate(shared);
      }
      case BETA_BERNOULLI, LOG_NORMAL, INFORMATION_BOTTLENECK, NORMAL_JEFFREYS, HARD_CONCRETE ->
          new LearntGate(
              ParameterNames.gate(layer),
              spec.gateBelief(layer).orElseThrow(),
              GatedUnits.count(layer),
              GatedUnits.onOutputs(layer),
              spec.gateRate(),
              arena);
      case DEPENDENT_BETA_BERNOULLI ->
          new DependentGate(
              ParameterNames.gate(layer),
              new BetaBernoulliGate(spec.betaPrior()),
              GatedUnits.count(layer),
              GatedUnits.onOutputs(layer),
              spec.gateRate(),
              arena);
    };
  }

  private WeightPosterior posterior(WeightTensor layer, boolean first, int number) {
    Parameter theta = Parameter.zeros(ParameterNames.theta(layer), arena, layer.shape());
    return switch (method.posterior()) {
      case POINT -> new PointWeights(theta);
      case SCHEDULED ->
          new MaskedWeights(theta, NativeTensor.floats(arena, layer.shape()), scores(number));
      case FACTORIZED_GAUSSIAN ->
          new FactorizedGaussianWeights(
              gaussian(layer, theta), new GaussianKl(spec.priorDeviation()));
      case VARIATIONAL_DROPOUT -> {
        AlphaSharing sharing = sharing();
        NoiseRatios shared = ratios(layer, first, sharing);
        shared.addVariables(layer.weights() / shared.groups());
        yield new VariationalDropoutWeights(
            layer, theta, sharing, shared, NativeTensor.floats(arena, layer.shape()));
      }
      case SPARSE_VD -> new SparseVdWeights(spec.kl(), gaussian(layer, theta));
      case HARD_CONCRETE ->
          new HardConcreteWeights(
              theta,
              Parameter.zeros(ParameterNames.gate(layer) + ".log_alpha", arena, layer.shape()),
              spec.gateRate());
    };
  }

  /** What a schedule takes weights by; as {@code Snapshot} does. */
  private UnaryOperator<float[]> scores(int number) {
    return switch (method.score()) {
      case MAGNITUDE -> Scores::magnitude;
      case RANDOM -> theta -> Scores.random(theta, seed, number);
      case NONE, LOG_ALPHA, KEEP_PROBABILITY, NOISE_TO_SIGNAL, GATE_LOCATION ->
          throw new IllegalStateException(
              "method '%s' prunes on a schedule, but its score is %s"
                  .formatted(method.name(), method.score().plain()));
    };
  }

  private MeanAndVariance gaussian(WeightTensor layer, Parameter theta) {
    return new MeanAndVariance(
        theta,
        Parameter.zeros(ParameterNames.logSigma2(layer), arena, layer.shape()),
        NativeTensor.floats(arena, layer.shape()),
        spec.initialLogSigma2());
  }

  private double alpha(boolean first) {
    return first ? spec.inputAlpha() : spec.alpha();
  }

  /** A fixed α is the same for all of a layer; only what is learnt is shared by choice. */
  private AlphaSharing sharing() {
    return method.learnsAlpha() ? spec.alphaSharing() : AlphaSharing.LAYER;
  }

  private NoiseRatios ratios(WeightTensor layer, boolean first, AlphaSharing sharing) {
    boolean everywhere = sharing == AlphaSharing.NETWORK;
    if (everywhere && !ratios.isEmpty()) {
      return ratios.getFirst();
    }
    NoiseRatios made =
        new NoiseRatios(
            everywhere ? ParameterNames.LOG_ALPHA : ParameterNames.logAlpha(layer),
            sharing.groups(layer),
            everywhere ? spec.alpha() : alpha(first),
            method.kl() == null ? null : spec.kl(),
            spec.learnAlpha(),
            spec.maxLogAlpha(),
            arena);
    ratios.add(made);
    return made;
  }
}
