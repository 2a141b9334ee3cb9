package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.TILE;

import dev.ockham.core.gate.LogNormalGate;

/**
 * log z = μ + σx, x = Φ⁻¹(Φ(a) + Φ(ζ)(Φ(b) − Φ(a))), a = (−20 − μ)/σ, b = −μ/σ, of {@link
 * LogNormalGate} (arXiv:1705.07283), with Φ(x) held a margin from 0 and 1 and log z at most 0,
 * where no gradient flows. With P = Φ(ζ), Q = 1 − P and R(c) = φ(c)/φ(x): ∂log z/∂μ = 1 − QR(a) −
 * PR(b), ∂log z/∂log σ = σ(x − aQR(a) − bPR(b)).
 */
final class LogNormalDraw extends GateDraw {

  private static final float MARGIN = 1e-6f;

  /** Bounds further out hold no mass and have no density. */
  private static final double FAR = 1e4;

  // Of each unit, by these numbers: what x needs, then what slopes need.
  private static final int MU = 0;
  private static final int SIGMA = 1;
  private static final int BELOW = 2; // Φ(a)
  private static final int ABOVE = 3; // 1 − Φ(b)
  private static final int MASS = 4; // Φ(b) − Φ(a)
  private static final int AT_A = 5; // √2π·φ(a)
  private static final int AT_B = 6;
  private static final int PULL_A = 7; // σa·√2π·φ(a)
  private static final int PULL_B = 8;
  private static final int COUNT = 9;

  private final float[][] unit;
  private final float[][] of = new float[COUNT][TILE];
  private final float[] lower = new float[TILE]; // P
  private final float[] upper = new float[TILE]; // Q
  private final float[] u = new float[TILE];
  private final float[] v = new float[TILE];
  private final float[] inner = new float[TILE]; // whether Φ(x) is not held
  private final float[] x = new float[TILE];
  private final float[] ratio = new float[TILE]; // 1/(√2π·φ(x))
  private final float[] log = new float[TILE];

  LogNormalDraw(Kernels kernels, int units, int capacity) {
    super(kernels, units, capacity, 2);
    unit = new float[COUNT][units];
  }

  @Override
  void prepare(int i, float mu, float logSigma, float shared) {
    double sigma = StrictMath.exp(logSigma);
    double a = Math.clamp((LogNormalGate.LOWEST - mu) / sigma, -FAR, FAR);
    double b = Math.clamp(-mu / sigma, -FAR, FAR);
    double atA = StrictMath.exp(-0.5 * a * a);
    double atB = StrictMath.exp(-0.5 * b * b);
    unit[MU][i] = mu;
    unit[SIGMA][i] = (float) sigma;
    unit[BELOW][i] = (float) below(a);
    unit[ABOVE][i] = (float) below(-b);
    unit[MASS][i] = (float) mass(a, b);
    unit[AT_A][i] = (float) atA;
    unit[AT_B][i] = (float) atB;
    unit[PULL_A][i] = (float) (sigma * a * atA);
    unit[PULL_B][i] = (float) (sigma * b * atB);
  }

  /** Φ(c). */
  private static double below(double c) {
    return c <= 0 ? NormalMath.tail(-c) : 1 - NormalMath.tail(c);
  }

  /** Φ(b) − Φ(a), by tails where both are in the same. */
  private static double mass(double a, double b) {
    return a > 0 ? NormalMath.tail(a) - NormalMath.tail(b) : below(b) - below(a);
  }

  @Override
  void load(int start, int n) {
    for (int number = 0; number < COUNT; number++) {
      System.arraycopy(unit[number], start, of[number], 0, n);
    }
  }

  @Override
  void tile(int n) {
    NormalMath.tail(kernels, zeta, lower, n);
    levels(of[BELOW], of[ABOVE], of[MASS], n);
    NormalMath.quantile(kernels, u, v, x, n);
    exponents(of[MU], of[SIGMA], z, n);
    kernels.exp(ratio, n);
    kernels.exp(z, n);
    byMu(of[AT_A], of[AT_B], slope[0], n);
    bySigma(of[SIGMA], of[PULL_A], of[PULL_B], slope[1], n);
  }

  /** From Φ(−|ζ|) to P and Q, and to u = Φ(x) and v = 1 − u; each small one has its own sum. */
  private void levels(float[] below, float[] above, float[] mass, int n) {
    for (int i = 0; i < n; i++) {
      float tail = lower[i];
      float rest = 1f - 2f * tail;
      float right = NormalMath.step(zeta[i]);
      lower[i] = tail + right * rest;
      upper[i] = tail + (1f - right) * rest;
      float left = Math.fma(lower[i], mass[i], below[i]);
      float other = Math.fma(upper[i], mass[i], above[i]);
      inner[i] = NormalMath.step(Math.min(left, other) - MARGIN);
      u[i] = Math.max(left, MARGIN);
      v[i] = Math.max(other, MARGIN);
    }
  }

  private void exponents(float[] mu, float[] sigma, float[] z, int n) {
    for (int i = 0; i < n; i++) {
      ratio[i] = 0.5f * x[i] * x[i];
      log[i] = Math.fma(sigma[i], x[i], mu[i]);
      z[i] = Math.min(log[i], 0f);
    }
  }

  /**
   * Leaves in log what both slopes begin with: z, or 0 where it is held at 1; in ratio, R·inner.
   */
  private void byMu(float[] atA, float[] atB, float[] slope, int n) {
    for (int i = 0; i < n; i++) {
      log[i] = z[i] * NormalMath.step(-log[i]);
      ratio[i] *= inner[i];
      slope[i] = log[i] * (1f - ratio[i] * (atA[i] * upper[i] + atB[i] * lower[i]));
    }
  }

  private void bySigma(float[] sigma, float[] pullA, float[] pullB, float[] slope, int n) {
    for (int i = 0; i < n; i++) {
      float pull = pullA[i] * upper[i] + pullB[i] * lower[i];
      slope[i] = log[i] * (sigma[i] * x[i] - ratio[i] * pull);
    }
  }

  @Override
  double gradient(int number, int unit, float[][] sums) {
    return sums[number][unit];
  }
}
