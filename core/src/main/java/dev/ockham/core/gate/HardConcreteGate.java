package dev.ockham.core.gate;

/**
 * The hard concrete gate (arXiv:1712.01312): a stretched and cut binary concrete variable that is
 * exactly 0 or 1 with positive probability, and a penalty on the chance that it is not 0. The
 * learnt number is log α.
 *
 * @param weights how many weights the gate stands for; its penalty counts as often
 */
public record HardConcreteGate(double weights) implements GateBelief {

  /** The temperature β of the concrete distribution. */
  public static final double TEMPERATURE = 2.0 / 3;

  /** γ, where the stretched interval begins. */
  public static final double LOW = -0.1;

  /** ζ, where it ends. */
  public static final double HIGH = 1.1;

  /** β log(−γ/ζ): P(z ≠ 0) = σ(log α − this) (eq. (12)). */
  public static final double SHIFT = TEMPERATURE * Math.log(-LOW / HIGH);

  /** log α at the start: z is not 0 in nine cases of ten without the stretch. */
  public static final double START = Math.log(9);

  /** The factor is 0 from this score on: σ(log α)(ζ − γ) + γ ≤ 0. */
  public static final double SHUT = Math.log(HIGH / -LOW);

  @Override
  public String[] names() {
    return new String[] {"log_alpha"};
  }

  @Override
  public Parameters start() {
    return new Parameters(START, 0);
  }

  /** weights · P(z ≠ 0); no KL, but weighed as one. */
  @Override
  public Kl kl(Parameters unit) {
    double open = sigmoid(unit.first() - SHIFT);
    return new Kl(weights * open, weights * open * (1 - open), 0);
  }

  /** clip(σ(log α)(ζ − γ) + γ, 0, 1) (eq. (13)). */
  @Override
  public double factor(Parameters unit) {
    return Math.clamp(sigmoid(unit.first()) * (HIGH - LOW) + LOW, 0, 1);
  }

  /** The score of a unit: −log α. */
  @Override
  public double score(Parameters unit) {
    return -unit.first();
  }

  private static double sigmoid(double x) {
    double e = Math.exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }
}
