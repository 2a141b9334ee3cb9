package dev.ockham.core.kl;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * A way to compute the KL divergence of a Gaussian dropout posterior N(θ, αθ²) per weight, in nats.
 *
 * <p>All depend on log α alone and are normalised so that KL → 0 as α → ∞ (the log-uniform prior is
 * improper, so its additive constant is free; {@code lower-bound} and {@code kingma-cubic} carry
 * the same constant although they do not reach that limit). Values and derivatives agree with
 * 40-digit references to 1e-13 relative for |log α| ≤ 60 and hold for |log α| ≤ 700.
 */
public enum KlTerm {
  /**
   * Log-uniform prior, exact: KL = u·₂F₂(1,1; 3/2,2; −u) with u = 1/(2α), and dKL/dlogα =
   * −√u·F(√u), F Dawson's function.
   */
  EXACT(
      "exact",
      "log-uniform prior, exact KL through Dawson's integral",
      "arXiv:1807.01969 (gradient through Dawson's function)",
      Double.POSITIVE_INFINITY) {
    @Override
    public double value(double logAlpha) {
      return Dawson.twiceIntegralToRoot(0.5 * Math.exp(-logAlpha));
    }

    @Override
    public double derivative(double logAlpha) {
      return -Dawson.rootTimesValue(0.5 * Math.exp(-logAlpha));
    }
  },

  /**
   * Log-uniform prior, the fit KL = k₁·σ(−k₂ − k₃ log α) + ½ log(1 + 1/α); the paper prints −KL.
   * Off the exact value by up to 0.0094 and off its derivative by up to 0.0137.
   */
  MOLCHANOV(
      "molchanov",
      "log-uniform prior, sigmoid fit of the KL for every alpha",
      "arXiv:1701.05369, eq. (14)",
      Double.POSITIVE_INFINITY) {
    @Override
    public double value(double logAlpha) {
      double bump = sigmoid(-(MOLCHANOV_K2 + MOLCHANOV_K3 * logAlpha));
      return MOLCHANOV_K1 * bump + 0.5 * softplus(-logAlpha);
    }

    @Override
    public double derivative(double logAlpha) {
      double z = MOLCHANOV_K2 + MOLCHANOV_K3 * logAlpha;
      return -MOLCHANOV_K1 * MOLCHANOV_K3 * sigmoid(z) * sigmoid(-z) - 0.5 * sigmoid(-logAlpha);
    }
  },

  /**
   * Log-uniform prior, the cubic −KL = ½ log α + c₁α + c₂α² + c₃α³ − const, fitted for α ≤ 1.
   * Beyond α = 1 it falls without bound and is −∞ where the cubic leaves the double range (log α >
   * 236).
   */
  KINGMA_CUBIC(
      "kingma-cubic",
      "log-uniform prior, cubic fit of the KL for alpha up to 1",
      "arXiv:1506.02557, appendix C",
      0) {
    @Override
    public double value(double logAlpha) {
      double alpha = Math.exp(logAlpha);
      double cubic = alpha * (KINGMA_C1 + alpha * (KINGMA_C2 + alpha * KINGMA_C3));
      return SMALL_ALPHA_OFFSET - (0.5 * logAlpha + cubic);
    }

    @Override
    public double derivative(double logAlpha) {
      double alpha = Math.exp(logAlpha);
      return -(0.5 + alpha * (KINGMA_C1 + alpha * (2 * KINGMA_C2 + alpha * 3 * KINGMA_C3)));
    }
  },

  /**
   * Log-uniform prior, KL ≤ const − ½ log α: the bound that drops E log|ε|, which holds while E
   * log|ε| ≤ 0 (α ≤ 2.42; used for α ≤ 1).
   */
  LOWER_BOUND(
      "lower-bound",
      "log-uniform prior, linear bound of the KL for alpha up to 1",
      "arXiv:1506.02557, appendix C",
      0) {
    @Override
    public double value(double logAlpha) {
      return SMALL_ALPHA_OFFSET - 0.5 * logAlpha;
    }

    @Override
    public double derivative(double logAlpha) {
      return -0.5;
    }
  },

  /** Prior N(0, σ² + θ²) whose scale is fitted per weight: KL = ½ log(1 + 1/α). */
  ARD(
      "ard",
      "empirical-Bayes Gaussian prior, one scale per weight",
      "arXiv:1811.00596",
      Double.POSITIVE_INFINITY) {
    @Override
    public double value(double logAlpha) {
      return 0.5 * softplus(-logAlpha);
    }

    @Override
    public double derivative(double logAlpha) {
      return -0.5 * sigmoid(-logAlpha);
    }
  };

  /** k₁, k₂, k₃ of arXiv:1701.05369, eq. (14). */
  public static final double MOLCHANOV_K1 = 0.63576;

  public static final double MOLCHANOV_K2 = 1.87320;
  public static final double MOLCHANOV_K3 = 1.48695;

  /** c₁, c₂, c₃ of arXiv:1506.02557, appendix C. */
  public static final double KINGMA_C1 = 1.16145124;

  public static final double KINGMA_C2 = -1.50204118;
  public static final double KINGMA_C3 = 0.58629921;

  /** lim KL + ½ log α for α → 0 under the log-uniform prior: (γ + log 2)/2. */
  public static final double SMALL_ALPHA_OFFSET = 0.6351814227307391;

  private final String cliName;
  private final String description;
  private final String source;
  private final double maxLogAlpha;

  KlTerm(String cliName, String description, String source, double maxLogAlpha) {
    this.cliName = cliName;
    this.description = description;
    this.source = source;
    this.maxLogAlpha = maxLogAlpha;
  }

  /** KL of one weight in nats; NaN for NaN. */
  public abstract double value(double logAlpha);

  /** dKL/dlogα; between −∞ and 0 for the terms without a {@link #maxLogAlpha() limit}. */
  public abstract double derivative(double logAlpha);

  /** The largest log α the form is valid for; training projects log α back to it. Often +∞. */
  public double maxLogAlpha() {
    return maxLogAlpha;
  }

  /** The name in recipes and on the command line. */
  public String cliName() {
    return cliName;
  }

  /** What the term is, in one line. */
  public String description() {
    return description;
  }

  /** The paper that published the term. */
  public String source() {
    return source;
  }

  /**
   * The term of that name.
   *
   * @throws IllegalArgumentException listing the names there are
   */
  public static KlTerm named(String cliName) {
    return Arrays.stream(values())
        .filter(term -> term.cliName.equals(cliName))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "KL term '"
                    + cliName
                    + "' is unknown; known are "
                    + Arrays.stream(values())
                        .map(KlTerm::cliName)
                        .collect(Collectors.joining(", "))));
  }

  /** 1/(1 + e^(−x)), without overflow and with full relative accuracy for very negative x. */
  private static double sigmoid(double x) {
    double e = Math.exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }

  /** log(1 + e^x) without overflow. */
  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }
}
