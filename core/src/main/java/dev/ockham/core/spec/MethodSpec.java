package dev.ockham.core.spec;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.gate.BetaBernoulliGate;
import dev.ockham.core.gate.GateBelief;
import dev.ockham.core.gate.GatedUnits;
import dev.ockham.core.gate.GaussianFactorGate;
import dev.ockham.core.gate.HardConcreteGate;
import dev.ockham.core.gate.LogNormalGate;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.method.AlphaSharing;
import dev.ockham.core.method.Estimator;
import dev.ockham.core.method.GateKind;
import dev.ockham.core.method.Method;
import dev.ockham.core.method.PosteriorKind;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What is believed of the weights, or done to the units.
 *
 * <p>The defaults of everything but the name depend on the method. A leaf that a method has no use
 * for stays at its default; another value is refused, so that no setting is without effect.
 *
 * @param name name of a {@link Method}
 * @param estimator how weight noise enters the gradient
 * @param kl the prior and the way its KL is computed
 * @param threshold a weight goes where its score is at or above this; the score is log α (natural
 *     log) or what else the method's {@link dev.ockham.core.method.WeightScore} is
 * @param alpha α of multiplicative noise, its start where it is learnt
 * @param inputAlpha the same for the noise on the network's input
 * @param alphaSharing which weights or units share one α
 * @param learnAlpha whether α is learnt; false leaves it where it starts
 * @param initialLogSigma2 start value of log σ² of every weight (natural log)
 * @param priorDeviation standard deviation of a Gaussian prior
 * @param gateRate learning rate of gates, relative to that of weights
 * @param betaPrior α₀ of the Beta prior of beta-bernoulli and its dependent form
 * @param dependentFrom fraction of the epochs after pretraining at which the gates of
 *     dependent-beta-bernoulli freeze and begin to depend on the example, in [0, 1]
 * @param pruning the schedule on which weights are set to 0
 * @param only names of the weights that the method works on, by pattern; others are plain numbers
 * @param except names of weights that it leaves out of these, by pattern
 */
public record MethodSpec(
    @Doc("One of 'ockham methods'; another name brings its own defaults of what follows.")
        String name,
    @Doc("How weight noise enters: local (reparameterisation), per-example or per-batch draws.")
        Estimator estimator,
    @Doc("KL term: exact, molchanov, kingma-cubic, lower-bound (log-uniform prior) or ard.")
        KlTerm kl,
    @Doc("A weight goes where its score >= threshold; log alpha of 3 is a drop rate of 0.953.")
        double threshold,
    @Doc("Noise-to-signal ratio of dropout noise, (1-p)/p for retaining p; a start if learnt.")
        double alpha,
    @Doc("The same for noise on the network's input.") double inputAlpha,
    @Doc("Who shares one alpha: network, layer, unit or weight.") AlphaSharing alphaSharing,
    @Doc("Whether alpha is learnt; false leaves it at its start.") boolean learnAlpha,
    @Doc("Start value of log sigma^2 of every weight.") double initialLogSigma2,
    @Doc("Standard deviation of a Gaussian prior on weights.") double priorDeviation,
    @Doc("Learning rate of gates, relative to that of weights.") double gateRate,
    @Doc("First number of the Beta prior on the chance to keep a unit; the second is 1.")
        double betaPrior,
    @Doc("Fraction of the epochs after pretraining at which gates begin to see the example.")
        double dependentFrom,
    @Doc("When magnitude and random set weights to 0.") PruningSpec pruning,
    @Doc(
            value = "Weights the method works on, by name: 'dense1', 'layer1.*,conv1'; '*' is all.",
            unrecorded = NamePatterns.ALL)
        String only,
    @Doc(
            value = "Weights it leaves out of these, and only trains; 'none' leaves out none.",
            unrecorded = NamePatterns.NONE)
        String except) {

  /**
   * A threshold for runs of which nothing is to go by its score; what goes is decided elsewhere.
   */
  public static final double NO_THRESHOLD = 60;

  /** Checks ranges, and that nothing is set that the method has no use for. */
  public MethodSpec {
    Method method;
    try {
      method = Method.named(name);
    } catch (IllegalArgumentException e) {
      throw new SpecException("method.name: " + e.getMessage());
    }
    Require.finite("method.threshold", threshold);
    Require.between("method.alpha", alpha, 1e-9, 1e9);
    Require.between("method.input_alpha", inputAlpha, 1e-9, 1e9);
    Require.between("method.initial_log_sigma2", initialLogSigma2, -40, 10);
    Require.between("method.prior_deviation", priorDeviation, 1e-6, 1e6);
    NamePatterns.check("method.only", only);
    NamePatterns.check("method.except", except);
    requireUse(method, method.noisyWeights(), "estimator", estimator, defaultEstimator(method));
    requireUse(method, method.kl() != null, "kl", kl, defaultKl(method));
    requireUse(method, method.prunes(), "threshold", threshold, defaultThreshold(method));
    requireUse(method, method.hasAlpha(), "alpha", alpha, defaultAlpha(method));
    requireUse(method, method.hasAlpha(), "input_alpha", inputAlpha, defaultInputAlpha(method));
    requireUse(method, method.learnsAlpha(), "alpha_sharing", alphaSharing, defaultSharing(method));
    requireUse(method, method.learnsAlpha(), "learn_alpha", learnAlpha, method.learnsAlpha());
    boolean gaussian = method.posterior().hasLogSigma2();
    requireUse(method, gaussian, "initial_log_sigma2", initialLogSigma2, defaultLogSigma2());
    Require.between("method.gate_rate", gateRate, 1e-6, 1e6);
    Require.between("method.beta_prior", betaPrior, 1e-12, 1e3);
    requireUse(
        method, hasPrior(method), "prior_deviation", priorDeviation, defaultDeviation(method));
    requireUse(method, method.hasGates(), "gate_rate", gateRate, defaultGateRate());
    boolean beta = method.gate() == GateKind.BETA_BERNOULLI || method.gate().dependent();
    requireUse(method, beta, "beta_prior", betaPrior, defaultBetaPrior());
    Require.between("method.dependent_from", dependentFrom, 0, 1);
    boolean dependent = method.gate().dependent();
    requireUse(method, dependent, "dependent_from", dependentFrom, defaultDependentFrom());
    requireUseOfSchedule(method, pruning);
    if (method.posterior() == PosteriorKind.HARD_CONCRETE && estimator == Estimator.LOCAL) {
      throw new SpecException(
          "method.estimator is local, but the weights of '%s' are not Gaussian: per-batch or"
                  .formatted(name)
              + " per-example");
    }
    if (method.gate() == GateKind.GAUSSIAN && alphaSharing == AlphaSharing.WEIGHT) {
      throw new SpecException(
          "method.alpha_sharing is weight, but the noise of '%s' is on units: network, layer or unit"
              .formatted(name));
    }
    if (method.gate().learnt()
        && method.kl() != null
        && kl.maxLogAlpha() < Double.POSITIVE_INFINITY) {
      throw new SpecException(
          "method.kl is %s, which holds for alpha up to %s, but the gates of '%s' pass that to close"
              .formatted(SpecTree.enumName(kl), Math.exp(kl.maxLogAlpha()), name));
    }
    double most = Math.exp(maxLogAlpha(method, kl));
    if (method.learnsAlpha() && Math.max(alpha, inputAlpha) > most) {
      throw new SpecException(
          "method.alpha is %s and method.input_alpha %s; '%s' with KL term %s holds alpha at %s"
              .formatted(alpha, inputAlpha, name, SpecTree.enumName(kl), most));
    }
  }

  private static void requireUse(
      Method method, boolean used, String leaf, Object value, Object standard) {
    if (!used && !Objects.equals(value, standard)) {
      Object shown = value instanceof Enum<?> e ? SpecTree.enumName(e) : value;
      throw new SpecException(
          "method.%s is %s, but method '%s' has no use for it"
              .formatted(leaf, shown, method.name()));
    }
  }

  private static void requireUseOfSchedule(Method method, PruningSpec pruning) {
    PruningSpec standard = PruningSpec.defaults();
    boolean used = method.scheduled();
    requireUse(method, used, "pruning.sparsity", pruning.sparsity(), standard.sparsity());
    requireUse(method, used, "pruning.from", pruning.from(), standard.from());
    requireUse(method, used, "pruning.until", pruning.until(), standard.until());
    requireUse(method, used, "pruning.every", pruning.every(), standard.every());
    requireUse(method, used, "pruning.scope", pruning.scope(), standard.scope());
  }

  static MethodSpec defaults() {
    return of(Method.SPARSE_VD);
  }

  /** A method with the defaults of everything else. */
  public static MethodSpec of(Method method) {
    return new MethodSpec(
        method.name(),
        defaultEstimator(method),
        defaultKl(method),
        defaultThreshold(method),
        defaultAlpha(method),
        defaultInputAlpha(method),
        defaultSharing(method),
        method.learnsAlpha(),
        defaultLogSigma2(),
        defaultDeviation(method),
        defaultGateRate(),
        defaultBetaPrior(),
        defaultDependentFrom(),
        PruningSpec.defaults(),
        NamePatterns.ALL,
        NamePatterns.NONE);
  }

  /**
   * Whether the method works on weights of a name, such as {@code dense1}; it only trains the
   * others.
   */
  public boolean appliesTo(String weights) {
    return NamePatterns.match(only, weights) && !NamePatterns.match(except, weights);
  }

  /**
   * Checks that there are weights for each pattern of {@code only} and {@code except}: a slip there
   * would cost a whole run.
   *
   * @param weights names of a network's weights
   * @throws SpecException naming the first pattern without any, and the names
   */
  public void requireNames(List<String> weights) {
    NamePatterns.require("method.only", only, weights);
    NamePatterns.require("method.except", except, weights);
    if (!only.equals(NamePatterns.NONE) && weights.stream().noneMatch(this::appliesTo)) {
      throw new SpecException(
          "method.except is '%s', which leaves out all weights of method.only, '%s'"
              .formatted(except, only));
    }
  }

  /** Only Gaussian weights have a local form. */
  private static Estimator defaultEstimator(Method method) {
    return method.posterior() == PosteriorKind.HARD_CONCRETE
        ? Estimator.PER_BATCH
        : Estimator.LOCAL;
  }

  private static KlTerm defaultKl(Method method) {
    return method.kl() == null ? KlTerm.EXACT : method.kl();
  }

  /** A number in any case: YAML and JSON need one. */
  private static double defaultThreshold(Method method) {
    return method.prunes() ? method.defaultThreshold() : Method.SPARSE_VD.defaultThreshold();
  }

  /**
   * Dropping one half, as dropout is mostly used; less where α is learnt and grows by itself. Where
   * it is to pass a threshold far above 1, it starts at 1: the way from 0.1 takes most of a run.
   */
  private static double defaultAlpha(Method method) {
    return method.alpha() == Method.Alpha.LEARNT_UP_TO_ONE ? 0.1 : 1;
  }

  /** Dropping one fifth of the inputs, as dropout is mostly used; what is learnt starts alike. */
  private static double defaultInputAlpha(Method method) {
    return method.learnsAlpha() ? defaultAlpha(method) : 0.25;
  }

  private static AlphaSharing defaultSharing(Method method) {
    return method.gate() == GateKind.NONE ? AlphaSharing.WEIGHT : AlphaSharing.UNIT;
  }

  private static double defaultLogSigma2() {
    return -10;
  }

  /**
   * About that of the initial weights of a layer of a thousand inputs; behind gates that learn the
   * scale, the published 1.
   */
  private static double defaultDeviation(Method method) {
    return method.gate() == GateKind.NORMAL_JEFFREYS ? 1 : 0.05;
  }

  private static double defaultGateRate() {
    return 10;
  }

  /** The reference's. */
  private static double defaultBetaPrior() {
    return 1e-4;
  }

  /** The published stages have equal length. */
  private static double defaultDependentFrom() {
    return 0.5;
  }

  private static boolean hasPrior(Method method) {
    return method.posterior() == PosteriorKind.FACTORIZED_GAUSSIAN;
  }

  /** What the method believes of the factors of a layer's units; empty where it has none. */
  public Optional<GateBelief> gateBelief(WeightTensor layer) {
    if (layer.gatePlace() == WeightTensor.GatePlace.NONE) {
      return Optional.empty();
    }
    return switch (method().gate()) {
      case NONE, BERNOULLI, GAUSSIAN -> Optional.empty();
      case BETA_BERNOULLI, DEPENDENT_BETA_BERNOULLI ->
          Optional.of(new BetaBernoulliGate(betaPrior));
      case LOG_NORMAL -> Optional.of(new LogNormalGate());
      case INFORMATION_BOTTLENECK, NORMAL_JEFFREYS -> Optional.of(new GaussianFactorGate(kl));
      case HARD_CONCRETE -> Optional.of(new HardConcreteGate(GatedUnits.weightsPerUnit(layer)));
    };
  }

  /** The method of this name. */
  public Method method() {
    return Method.named(name);
  }

  /** The largest log α that training may reach; +∞ without a limit. */
  public double maxLogAlpha() {
    return maxLogAlpha(method(), kl);
  }

  private static double maxLogAlpha(Method method, KlTerm kl) {
    return method.kl() == null
        ? Double.POSITIVE_INFINITY
        : Math.min(method.maxLogAlpha(), kl.maxLogAlpha());
  }
}
