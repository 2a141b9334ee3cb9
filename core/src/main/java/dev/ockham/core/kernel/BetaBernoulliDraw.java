package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.TILE;

/**
 * z = σ((logit π + logit v)/0.1), the relaxed Bernoulli of {@link
 * dev.ockham.core.gate.BetaBernoulliGate} (arXiv:1805.10896, section 3.2), with one v for each
 * example and one π = (1 − u^(1/b))^(1/a) for the batch. The reference keeps u, u^(1/b) and π a
 * margin from 0 and 1, where no gradient flows.
 */
final class BetaBernoulliDraw extends GateDraw {

  private static final double TEMPERATURE = 0.1;
  private static final double MARGIN = 1e-6;

  /** Keeps a from 0, where softplus underflows. */
  private static final double LEAST_A = 1e-30;

  /** Past this no v changes z. */
  private static final double MOST_LOGIT = 1e6;

  private final float[] logitPi;
  private final double[] byRawA;
  private final double[] byRawB;
  private final float[] logits = new float[TILE];
  private final float[] e = new float[TILE];

  BetaBernoulliDraw(Kernels kernels, int units, int capacity) {
    super(kernels, units, capacity, 1);
    logitPi = new float[units];
    byRawA = new double[units];
    byRawB = new double[units];
  }

  @Override
  void prepare(int unit, float rawA, float rawB, float shared) {
    double a = Math.max(softplus(rawA), LEAST_A);
    double b = Math.max(softplus(rawB), LEAST_A);
    double logPower = logUniform(shared) / b;
    double power = StrictMath.exp(logPower);
    boolean free = power <= 1 - MARGIN;
    power = free ? power : 1 - MARGIN;
    double logPi = StrictMath.log1p(-power) / a;
    boolean open = logPi <= -MARGIN;
    double held = open ? logPi : -MARGIN;
    double shut = -StrictMath.expm1(held);
    logitPi[unit] = (float) Math.max(held - StrictMath.log(shut), -MOST_LOGIT);
    double byLogPi = open ? 1 / shut : 0;
    byRawA[unit] = -byLogPi * logPi / a * sigmoid(rawA);
    // ∂u^(1/b)/∂b = −u^(1/b)·log u/b²
    double byB = free ? byLogPi * power * logPower / (b * a * (1 - power)) : 0;
    byRawB[unit] = byB * sigmoid(rawB);
  }

  /** log Φ(ζ), with Φ held a margin from 0 and 1. */
  private static double logUniform(double zeta) {
    double tail = Math.max(NormalMath.tail(Math.abs(zeta)), MARGIN);
    return zeta < 0 ? StrictMath.log(tail) : StrictMath.log1p(-tail);
  }

  private static double softplus(double x) {
    return Math.max(x, 0) + StrictMath.log1p(StrictMath.exp(-Math.abs(x)));
  }

  private static double sigmoid(double x) {
    double e = StrictMath.exp(-Math.abs(x));
    return (x >= 0 ? 1 : e) / (1 + e);
  }

  @Override
  void load(int start, int n) {
    System.arraycopy(logitPi, start, logits, 0, n);
  }

  @Override
  void tile(int n) {
    NormalMath.logit(zeta, e, n);
    relax(n);
    kernels.exp(e, n);
    finish(z, slope[0], n);
  }

  private void relax(int n) {
    for (int i = 0; i < n; i++) {
      e[i] = Math.min((e[i] + logits[i]) * (float) (-1 / TEMPERATURE), MOST_EXPONENT);
    }
  }

  private void finish(float[] z, float[] slope, int n) {
    for (int i = 0; i < n; i++) {
      float s = 1f / (1f + e[i]);
      z[i] = Math.max(s, LEAST);
      slope[i] = Math.max(e[i] * s * s - LEAST, 0f);
    }
  }

  @Override
  double gradient(int number, int unit, float[][] sums) {
    double byLogit = sums[0][unit] / TEMPERATURE;
    return byLogit * (number == 0 ? byRawA[unit] : byRawB[unit]);
  }
}
