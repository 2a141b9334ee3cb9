package dev.ockham.core.gate;

/**
 * What is believed of the factor z that multiplies a unit. Each has at most two numbers per unit,
 * as Adam learns them, and says of them the KL (or penalty) in nats with its derivatives, the
 * factor at test time, and the score at or above which the unit goes.
 */
public sealed interface GateBelief
    permits BetaBernoulliGate, LogNormalGate, GaussianFactorGate, HardConcreteGate {

  /**
   * The numbers of one unit.
   *
   * @param first such as a location
   * @param second such as a log-scale; 0 where there is only one
   */
  record Parameters(double first, double second) {}

  /**
   * A KL or penalty with its derivatives.
   *
   * @param value in nats
   * @param byFirst derivative by the first number
   * @param bySecond derivative by the second number; 0 where there is none
   */
  record Kl(double value, double byFirst, double bySecond) {}

  /** Names of the numbers in checkpoints, one or two. */
  String[] names();

  /** Where training starts. */
  Parameters start();

  /** Nats of a unit, with derivatives. */
  Kl kl(Parameters unit);

  /** What multiplies the unit at test time: the mean of z, or its published stand-in. */
  double factor(Parameters unit);

  /**
   * Score to prune by; the larger, the less the unit matters. What it is, the method's {@link
   * dev.ockham.core.method.WeightScore} says.
   */
  double score(Parameters unit);
}
