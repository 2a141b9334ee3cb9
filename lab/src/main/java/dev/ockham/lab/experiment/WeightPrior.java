package dev.ockham.lab.experiment;

import dev.ockham.lab.page.Plot;
import dev.ockham.lab.sample.Quadrature;
import java.awt.Color;
import java.util.function.DoubleUnaryOperator;

/** Priors of one weight, symmetric about 0, each of scale 1 where it has a scale. */
enum WeightPrior {
  /** p(|w|) ∝ 1/|w|: improper, so its density has no constant; here it is 1/|w|. */
  LOG_UNIFORM("log-uniform", Plot.BLACK, Double.NaN) {
    @Override
    double logDensity(double size) {
      return -Math.log(size);
    }
  },
  /** N(0, 1). */
  GAUSSIAN("Gaussian", Plot.BLUE, -0.5 * Math.log(2 * Math.PI)) {
    @Override
    double logDensity(double size) {
      return constant() - size * size / 2;
    }
  },
  /** ½ exp(−|w|). */
  LAPLACE("Laplace", Plot.RED, -Math.log(2)) {
    @Override
    double logDensity(double size) {
      return constant() - size;
    }
  },
  /** 1/(π(1 + w²)). */
  CAUCHY("Cauchy", Plot.GREEN, -Math.log(Math.PI)) {
    @Override
    double logDensity(double size) {
      return constant() - Math.log1p(size * size);
    }
  };

  /** Standard deviations of the posterior that an integral covers. */
  private static final double REACH = 12;

  private static final double HALF_LOG_2_PI_E = 0.5 * Math.log(2 * Math.PI * Math.E);

  private final String text;
  private final Color color;
  private final double constant;

  WeightPrior(String text, Color color, double constant) {
    this.text = text;
    this.color = color;
    this.constant = constant;
  }

  /** log p(w) at |w| = {@code size} above 0. */
  abstract double logDensity(double size);

  double constant() {
    return constant;
  }

  String text() {
    return text;
  }

  Color color() {
    return color;
  }

  /**
   * KL(N(θ, σ²) ‖ p) in nats by quadrature: −½ log(2πeσ²) − E log p(w). The interval is cut where w
   * is 0, since some densities have a cusp or a pole there. Under the improper prior it is known up
   * to a constant.
   *
   * @param theta θ
   * @param sigma σ, above 0
   */
  double kl(double theta, double sigma) {
    // z of w = θ + σz is counted from where w is 0, so that |w| = σ|v| loses no digits there.
    double zero = -theta / sigma;
    DoubleUnaryOperator integrand =
        v ->
            Math.exp(-(zero + v) * (zero + v) / 2)
                / Math.sqrt(2 * Math.PI)
                * logDensity(sigma * Math.abs(v));
    double from = -REACH - zero;
    double to = REACH - zero;
    double expected =
        from < 0 && to > 0
            ? Quadrature.between(0, to, integrand) + Quadrature.between(from, 0, integrand)
            : Quadrature.between(from, to, integrand);
    return -HALF_LOG_2_PI_E - Math.log(sigma) - expected;
  }
}
