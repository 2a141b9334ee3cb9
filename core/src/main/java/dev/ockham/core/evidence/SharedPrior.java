package dev.ockham.core.evidence;

import java.util.BitSet;

/**
 * A Gaussian prior N(0, s²) that the weights of a layer or group share, fitted together with the
 * choice which of them stay: weights with ΔF ≥ 0 go, the prior is fitted to those that are left,
 * and so on until the evidence no longer rises.
 *
 * <p>Weights are independent here, each with a likelihood N(w; m, 1/h) of its own. Of a posterior
 * under a flat prior, or one under a prior as wide as that of Sparse VD, take μ and 1/σ².
 *
 * @param variance s² of the weights that stay; 0 where none does
 * @param kept the weights that stay
 * @param length how many there were
 * @param logEvidence of those that stay, in nats, relative to none
 * @param rounds how often the prior was fitted
 */
public record SharedPrior(
    double variance, BitSet kept, int length, double logEvidence, int rounds) {

  /** EM converges at the rate of the share of the prior in the posterior; this is far beyond. */
  private static final int MOST_STEPS = 500;

  private static final double PRECISE = 1e-10;

  /** Copies the set. */
  public SharedPrior {
    kept = (BitSet) kept.clone();
  }

  /** The weights that stay; the caller owns the set. */
  @Override
  public BitSet kept() {
    return (BitSet) kept.clone();
  }

  /**
   * The prior of some weights by EM, all of them staying.
   *
   * @param means m of the likelihoods
   * @param precisions h of the likelihoods, at least 0
   * @param kept which to take, at least one
   * @return s² > 0
   */
  public static double fit(double[] means, double[] precisions, BitSet kept) {
    double variance = 0;
    for (int i = kept.nextSetBit(0); i >= 0; i = kept.nextSetBit(i + 1)) {
      variance += means[i] * means[i];
    }
    int count = kept.cardinality();
    variance = Math.max(variance / count, Double.MIN_NORMAL);
    for (int step = 0; step < MOST_STEPS; step++) {
      double sum = 0;
      for (int i = kept.nextSetBit(0); i >= 0; i = kept.nextSetBit(i + 1)) {
        double posterior = 1 / (precisions[i] + 1 / variance);
        double mean = posterior * precisions[i] * means[i];
        sum += mean * mean + posterior;
      }
      double next = Math.max(sum / count, Double.MIN_NORMAL);
      boolean done = Math.abs(next - variance) <= PRECISE * variance;
      variance = next;
      if (done) {
        break;
      }
    }
    return variance;
  }

  /**
   * ΔF of one weight under a shared prior, after its posterior was worked out.
   *
   * @param mean m of the likelihood
   * @param precision h of the likelihood, at least 0
   * @param variance s² of the prior
   */
  public static double gain(double mean, double precision, double variance) {
    double posterior = 1 / (precision + 1 / variance);
    return GaussianReduction.gain(posterior * precision * mean, posterior, variance);
  }

  /**
   * Chooses which weights stay.
   *
   * @param means m of the likelihoods
   * @param precisions h of the likelihoods, at least 0
   * @throws IllegalArgumentException if the arrays differ in length, or a number is not finite, or
   *     a precision negative
   */
  public static SharedPrior choose(double[] means, double[] precisions) {
    check(means, precisions);
    BitSet kept = new BitSet(means.length);
    for (int i = 0; i < means.length; i++) {
      kept.set(i, means[i] != 0 && precisions[i] > 0);
    }
    SharedPrior best = new SharedPrior(0, new BitSet(), means.length, 0, 0);
    int rounds = 0;
    double before = Double.NEGATIVE_INFINITY;
    while (!kept.isEmpty()) {
      double variance = fit(means, precisions, kept);
      rounds++;
      double evidence = 0;
      BitSet next = new BitSet(means.length);
      for (int i = kept.nextSetBit(0); i >= 0; i = kept.nextSetBit(i + 1)) {
        double gain = gain(means[i], precisions[i], variance);
        if (gain < 0) {
          next.set(i);
          evidence -= gain;
        }
      }
      if (evidence > best.logEvidence) {
        best = new SharedPrior(variance, next, means.length, evidence, rounds);
      }
      if (evidence <= before || next.equals(kept)) {
        break;
      }
      before = evidence;
      kept = next;
    }
    return best;
  }

  private static void check(double[] means, double[] precisions) {
    if (means.length != precisions.length) {
      throw new IllegalArgumentException(
          "%s means, but %s precisions".formatted(means.length, precisions.length));
    }
    for (int i = 0; i < means.length; i++) {
      if (!Double.isFinite(means[i]) || !(precisions[i] >= 0) || Double.isInfinite(precisions[i])) {
        throw new IllegalArgumentException(
            "weight %s: mean %s, precision %s".formatted(i, means[i], precisions[i]));
      }
    }
  }
}
