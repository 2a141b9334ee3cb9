package dev.ockham.core.method;

import dev.ockham.core.gate.HardConcreteGate;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.name.Nearest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A published method as plain data. Adding one is one value here, and a posterior or gate only
 * where the noise is of a new kind.
 *
 * @param name as recipes and commands spell it
 * @param description one line
 * @param source where it was published
 * @param gate what multiplies a layer's inputs while it trains
 * @param posterior what it believes of a weight
 * @param alpha what becomes of the noise-to-signal ratio α
 * @param kl the KL term it was published with; null where its KL is no function of α, or it has
 *     none
 * @param score what it says of each weight
 * @param prunes whether that says which weights may go
 * @param defaultThreshold weights whose score is at or above it are removed
 */
public record Method(
    String name,
    String description,
    String source,
    GateKind gate,
    PosteriorKind posterior,
    Alpha alpha,
    @Nullable KlTerm kl,
    WeightScore score,
    boolean prunes,
    double defaultThreshold) {

  /** What becomes of the noise-to-signal ratio α of multiplicative noise. */
  public enum Alpha {
    /** There is none, or it follows from other parameters. */
    DERIVED,
    /** It stays as it is given. */
    FIXED,
    /** It is learnt and kept at or below 1, where the first forms of the KL hold. */
    LEARNT_UP_TO_ONE,
    /** It is learnt without a limit. */
    LEARNT
  }

  /** From here on log α means that a weight is noise: a drop rate of 0.953. */
  private static final double NOISE = 3;

  private static final double NEVER = Double.POSITIVE_INFINITY;

  /** The dense twin: same network, same trainer, no noise. */
  public static final Method NONE =
      new Method(
          "none",
          "the dense twin: no noise, nothing pruned",
          "",
          GateKind.NONE,
          PosteriorKind.POINT,
          Alpha.DERIVED,
          null,
          WeightScore.NONE,
          false,
          NEVER);

  /** Dropout as it was first published, in the form whose mean is 1. */
  public static final Method BINARY_DROPOUT =
      new Method(
          "binary-dropout",
          "binary dropout: units are dropped at random",
          "JMLR 15 (2014) 1929",
          GateKind.BERNOULLI,
          PosteriorKind.POINT,
          Alpha.FIXED,
          null,
          WeightScore.NONE,
          false,
          NEVER);

  /** Units times N(1, α). */
  public static final Method GAUSSIAN_DROPOUT_A =
      new Method(
          "gaussian-dropout-a",
          "Gaussian dropout, type A: units times N(1, alpha)",
          "JMLR 15 (2014) 1929, section 10",
          GateKind.GAUSSIAN,
          PosteriorKind.POINT,
          Alpha.FIXED,
          null,
          WeightScore.NONE,
          false,
          NEVER);

  /** Fast dropout: independent Gaussian pre-activations of the moments that dropout gives. */
  public static final Method GAUSSIAN_DROPOUT_B =
      new Method(
          "gaussian-dropout-b",
          "Gaussian dropout, type B: pre-activations of independent noise (fast dropout)",
          "Wang & Manning, ICML 2013",
          GateKind.NONE,
          PosteriorKind.VARIATIONAL_DROPOUT,
          Alpha.FIXED,
          null,
          WeightScore.NONE,
          false,
          NEVER);

  /** A Bayesian network with independent Gaussian weights and a Gaussian prior. */
  public static final Method BNN =
      new Method(
          "bnn",
          "Bayesian network: Gaussian weights under a Gaussian prior",
          "arXiv:1505.05424",
          GateKind.NONE,
          PosteriorKind.FACTORIZED_GAUSSIAN,
          Alpha.DERIVED,
          null,
          WeightScore.LOG_ALPHA,
          true,
          NOISE);

  /** Gaussian dropout A with a learnt α. */
  public static final Method VD_A =
      new Method(
          "vd-a",
          "variational dropout, type A: units times N(1, alpha), alpha learnt up to 1",
          "arXiv:1506.02557, section 3.1",
          GateKind.GAUSSIAN,
          PosteriorKind.POINT,
          Alpha.LEARNT_UP_TO_ONE,
          KlTerm.KINGMA_CUBIC,
          WeightScore.LOG_ALPHA,
          false,
          NEVER);

  /** Gaussian dropout B with a learnt α. */
  public static final Method VD_B =
      new Method(
          "vd-b",
          "variational dropout, type B: weights times N(1, alpha), alpha learnt up to 1",
          "arXiv:1506.02557, section 3.2",
          GateKind.NONE,
          PosteriorKind.VARIATIONAL_DROPOUT,
          Alpha.LEARNT_UP_TO_ONE,
          KlTerm.KINGMA_CUBIC,
          WeightScore.LOG_ALPHA,
          false,
          NEVER);

  /** Sparse variational dropout with additive noise. */
  public static final Method SPARSE_VD =
      new Method(
          "sparse-vd",
          "sparse variational dropout: one variance per weight, additive noise",
          "arXiv:1701.05369",
          GateKind.NONE,
          PosteriorKind.SPARSE_VD,
          Alpha.DERIVED,
          KlTerm.EXACT,
          WeightScore.LOG_ALPHA,
          true,
          NOISE);

  /** Sparse variational dropout before its additive form: α without a limit. */
  public static final Method SPARSE_VD_MULTIPLICATIVE =
      new Method(
          "sparse-vd-multiplicative",
          "sparse variational dropout in (theta, alpha): weights times N(1, alpha)",
          "arXiv:1701.05369, section 4.1",
          GateKind.NONE,
          PosteriorKind.VARIATIONAL_DROPOUT,
          Alpha.LEARNT,
          KlTerm.EXACT,
          WeightScore.LOG_ALPHA,
          true,
          NOISE);

  /** Sparse VD whose prior is fitted to the weights instead of log-uniform. */
  public static final Method ARD =
      new Method(
          "ard",
          "automatic relevance determination: a Gaussian prior per weight, fitted to the data",
          "arXiv:1811.00596",
          GateKind.NONE,
          PosteriorKind.SPARSE_VD,
          Alpha.DERIVED,
          KlTerm.ARD,
          WeightScore.LOG_ALPHA,
          true,
          NOISE);

  /**
   * Past every score of a weight that is not 0: −log of the smallest float is 103.3, so that only
   * weights that a schedule has set to 0 go.
   */
  private static final double ZEROS_BY_MAGNITUDE = 104;

  /** Past every score of a weight that is not 0, which is at most 1. */
  private static final double ZEROS_AT_RANDOM = 2;

  /** The smallest weights are set to 0 on a schedule, and stay there. */
  public static final Method MAGNITUDE =
      new Method(
          "magnitude",
          "magnitude pruning: the smallest weights are set to 0 on a schedule while training",
          "arXiv:1710.01878",
          GateKind.NONE,
          PosteriorKind.SCHEDULED,
          Alpha.DERIVED,
          null,
          WeightScore.MAGNITUDE,
          true,
          ZEROS_BY_MAGNITUDE);

  /** Weights of random choice are set to 0 on the same schedule: what any choice must beat. */
  public static final Method RANDOM =
      new Method(
          "random",
          "random pruning: weights of random choice are set to 0 on the same schedule",
          "arXiv:1902.09574",
          GateKind.NONE,
          PosteriorKind.SCHEDULED,
          Alpha.DERIVED,
          null,
          WeightScore.RANDOM,
          true,
          ZEROS_AT_RANDOM);

  /** Beta-Bernoulli dropout: units kept with a probability that the prior pulls to 0. */
  public static final Method BETA_BERNOULLI =
      new Method(
          "beta-bernoulli",
          "Beta-Bernoulli dropout: a learnt probability of keeping each unit",
          "arXiv:1805.10896",
          GateKind.BETA_BERNOULLI,
          PosteriorKind.POINT,
          Alpha.DERIVED,
          null,
          WeightScore.KEEP_PROBABILITY,
          true,
          -Math.log(1e-3));

  /** Beta-Bernoulli dropout, then with a probability that depends on the example. */
  public static final Method DEPENDENT_BETA_BERNOULLI =
      new Method(
          "dependent-beta-bernoulli",
          "Beta-Bernoulli dropout, then a probability of keeping each unit for each example",
          "arXiv:1805.10896, section 3.3",
          GateKind.DEPENDENT_BETA_BERNOULLI,
          PosteriorKind.POINT,
          Alpha.DERIVED,
          null,
          WeightScore.KEEP_PROBABILITY,
          true,
          -Math.log(1e-3));

  /** Structured Bayesian pruning: log-normal factors on units. */
  public static final Method SBP =
      new Method(
          "sbp",
          "structured Bayesian pruning: log-normal factors on units, kept where SNR > 1",
          "arXiv:1705.07283",
          GateKind.LOG_NORMAL,
          PosteriorKind.POINT,
          Alpha.DERIVED,
          null,
          WeightScore.NOISE_TO_SIGNAL,
          true,
          0);

  /** The variational information bottleneck on units. */
  public static final Method VIB =
      new Method(
          "vib",
          "variational information bottleneck: Gaussian factors on units",
          "arXiv:1802.10399",
          GateKind.INFORMATION_BOTTLENECK,
          PosteriorKind.POINT,
          Alpha.DERIVED,
          KlTerm.ARD,
          WeightScore.LOG_ALPHA,
          true,
          0);

  /** Bayesian compression with the group normal-Jeffreys prior. */
  public static final Method GROUP_NORMAL_JEFFREYS =
      new Method(
          "group-normal-jeffreys",
          "Bayesian compression: Gaussian factors on units and Gaussian weights",
          "arXiv:1705.08665",
          GateKind.NORMAL_JEFFREYS,
          PosteriorKind.FACTORIZED_GAUSSIAN,
          Alpha.DERIVED,
          KlTerm.EXACT,
          WeightScore.LOG_ALPHA,
          true,
          NOISE);

  /** L0 regularisation of weights. */
  public static final Method L0 =
      new Method(
          "l0",
          "L0 regularisation: a hard concrete gate per weight",
          "arXiv:1712.01312",
          GateKind.NONE,
          PosteriorKind.HARD_CONCRETE,
          Alpha.DERIVED,
          null,
          WeightScore.GATE_LOCATION,
          true,
          HardConcreteGate.SHUT);

  /** L0 regularisation of units. */
  public static final Method L0_UNIT =
      new Method(
          "l0-unit",
          "L0 regularisation: a hard concrete gate per unit",
          "arXiv:1712.01312",
          GateKind.HARD_CONCRETE,
          PosteriorKind.POINT,
          Alpha.DERIVED,
          null,
          WeightScore.GATE_LOCATION,
          true,
          HardConcreteGate.SHUT);

  /** All methods, in the order in which they are listed. */
  public static List<Method> all() {
    return List.of(
        NONE,
        BINARY_DROPOUT,
        GAUSSIAN_DROPOUT_A,
        GAUSSIAN_DROPOUT_B,
        BNN,
        VD_A,
        VD_B,
        SPARSE_VD,
        SPARSE_VD_MULTIPLICATIVE,
        ARD,
        MAGNITUDE,
        RANDOM,
        BETA_BERNOULLI,
        DEPENDENT_BETA_BERNOULLI,
        SBP,
        VIB,
        GROUP_NORMAL_JEFFREYS,
        L0,
        L0_UNIT);
  }

  /**
   * The method of a name.
   *
   * @throws IllegalArgumentException naming the nearest method
   */
  public static Method named(String name) {
    List<String> names = all().stream().map(Method::name).toList();
    return find(name)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "unknown method '%s'%s; known: %s"
                    .formatted(name, Nearest.hint(name, names), String.join(", ", names))));
  }

  /** The method of a name, if there is one. */
  public static Optional<Method> find(String name) {
    return all().stream().filter(method -> method.name.equals(name)).findFirst();
  }

  /** Whether a network of this method is random while it trains. */
  public boolean noisy() {
    return gate != GateKind.NONE || noisyWeights();
  }

  /** Whether weights are random, so that there is a choice of {@link Estimator}. */
  public boolean noisyWeights() {
    return posterior != PosteriorKind.POINT && !scheduled();
  }

  /** Whether weights are set to 0 on a schedule while it trains. */
  public boolean scheduled() {
    return posterior == PosteriorKind.SCHEDULED;
  }

  /** Whether there is a prior, and so a KL that β weighs. */
  public boolean hasKl() {
    return kl != null
        || gate.learnt()
        || posterior == PosteriorKind.FACTORIZED_GAUSSIAN
        || posterior == PosteriorKind.HARD_CONCRETE;
  }

  /** Whether the method removes whole units: their weights share a score. */
  public boolean structured() {
    return gate.learnt();
  }

  /** Whether something beside the weights is learnt to close them, at a rate of its own. */
  public boolean hasGates() {
    return gate.learnt() || posterior == PosteriorKind.HARD_CONCRETE;
  }

  /** Whether α is a setting: given, or learnt from a start. */
  public boolean hasAlpha() {
    return alpha != Alpha.DERIVED;
  }

  /** Whether α is learnt. */
  public boolean learnsAlpha() {
    return alpha == Alpha.LEARNT || alpha == Alpha.LEARNT_UP_TO_ONE;
  }

  /** The largest log α that training may reach; +∞ without a limit. */
  public double maxLogAlpha() {
    return alpha == Alpha.LEARNT_UP_TO_ONE ? 0 : Double.POSITIVE_INFINITY;
  }

  /** The noise in words. */
  public String noise() {
    return gate == GateKind.NONE ? posterior.noise() : gate.noise();
  }
}
