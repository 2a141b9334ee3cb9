package dev.ockham.core.gate;

import org.apache.commons.numbers.gamma.Digamma;
import org.apache.commons.numbers.gamma.LogBeta;
import org.apache.commons.numbers.gamma.Trigamma;

/**
 * Beta-Bernoulli dropout (arXiv:1805.10896, section 3.2): z ~ Bernoulli(π), π ~ Kumaraswamy(a, b)
 * under the prior Beta(α₀, 1). The learnt numbers are a and b before softplus.
 *
 * @param prior α₀, the α/K of the finite Indian buffet process; above 0, finite
 */
public record BetaBernoulliGate(double prior) implements GateBelief {

  /** Euler's constant γ. */
  private static final double EULER = 0.5772156649015329;

  /** a before softplus at the start, as for LeNet in the authors' code. */
  private static final double START_A = -1;

  /** b before softplus at the start: b = 1. */
  private static final double START_B = Math.log(Math.E - 1);

  public BetaBernoulliGate {
    if (!(prior > 0 && prior < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("prior = " + prior + " is not above 0 and finite");
    }
  }

  @Override
  public String[] names() {
    return new String[] {"a", "b"};
  }

  @Override
  public Parameters start() {
    return new Parameters(START_A, START_B);
  }

  /** (1 − α₀/a)(−γ − ψ(b) − 1/b) + log(ab/α₀) − (b−1)/b (arXiv:1805.10896, eq. (10)). */
  @Override
  public Kl kl(Parameters unit) {
    double a = softplus(unit.first());
    double b = softplus(unit.second());
    double bracket = -EULER - Digamma.value(b) - 1 / b;
    double value = (1 - prior / a) * bracket + Math.log(a * b / prior) - (b - 1) / b;
    double byA = prior / (a * a) * bracket + 1 / a;
    double byB = (1 - prior / a) * (1 / (b * b) - Trigamma.value(b)) + 1 / b - 1 / (b * b);
    return new Kl(value, byA * sigmoid(unit.first()), byB * sigmoid(unit.second()));
  }

  /** E π = b·B(1 + 1/a, b), in (0, 1). */
  @Override
  public double factor(Parameters unit) {
    return Math.exp(-score(unit));
  }

  /** −log E π. */
  @Override
  public double score(Parameters unit) {
    double a = softplus(unit.first());
    double b = softplus(unit.second());
    return -(Math.log(b) + LogBeta.value(1 + 1 / a, b));
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
  }

  private static double sigmoid(double x) {
    double e = Math.exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }
}
