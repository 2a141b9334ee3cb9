package dev.ockham.core.kernel;

/**
 * The standard normal distribution function Φ, its logit and its inverse in float32, on arrays,
 * whose every bit is settled by IEEE 754: as in {@link FloatMath}, only add, multiply, fma, divide
 * and comparisons, and the exponentials and logarithms of {@link Kernels}. Plain loops in which all
 * arrays are read at the same index, which the JIT turns into vectors.
 *
 * <p>The polynomials are near-minimax fits made by {@code src/test/oracle/fit_normal_math.py}, each
 * in a variable s ∈ [−1, 1]; the error stated beside each is that of the fit in exact arithmetic.
 */
final class NormalMath {

  // ---- Φ(−x) = exp(−x²/2)·t·p(2t − 1), t = 4/(x + 4), x ≥ 0 -------------------------------------

  private static final float TAIL_SCALE = 4;

  // p, relative error 3.4e-08
  private static final float TAIL_0 = 0.18882129f;
  private static final float TAIL_1 = 0.1519741f;
  private static final float TAIL_2 = 0.09678448f;
  private static final float TAIL_3 = 0.046631824f;
  private static final float TAIL_4 = 0.015098305f;
  private static final float TAIL_5 = 0.0018772932f;
  private static final float TAIL_6 = -0.0008680909f;
  private static final float TAIL_7 = -0.00038964135f;
  private static final float TAIL_8 = 3.1803665e-05f;
  private static final float TAIL_9 = 3.8636783e-05f;

  // ---- logit Φ(x) = x·p(s), t = x²/(x² + 32) ----------------------------------------------------

  /** The largest normal number that is ever drawn is 6.66; see {@link FloatMath#radius}. */
  private static final float LOGIT_MOST = 6.75f;

  private static final float LOGIT_SCALE = 32;

  /** s = t·LOGIT_STEP − 1. */
  private static final float LOGIT_STEP =
      2 * (LOGIT_MOST * LOGIT_MOST + LOGIT_SCALE) / (LOGIT_MOST * LOGIT_MOST);

  // p, relative error 2.3e-08
  private static final float LOGIT_0 = 2.448299f;
  private static final float LOGIT_1 = 1.0218068f;
  private static final float LOGIT_2 = 0.20327732f;
  private static final float LOGIT_3 = 0.0721547f;
  private static final float LOGIT_4 = 0.039705377f;
  private static final float LOGIT_5 = 0.0033397258f;
  private static final float LOGIT_6 = 0.005630522f;
  private static final float LOGIT_7 = 0.0030380306f;
  private static final float LOGIT_8 = -0.0008721811f;
  private static final float LOGIT_9 = 0.0003382348f;
  private static final float LOGIT_10 = 0.00040666724f;

  // ---- Φ⁻¹(u) = y·p(s), y = 2u − 1, w = −log(1 − y²), t = w/(w + 12) ----------------------------

  /** w where the smaller of u and 1 − u is 9.3e-7. */
  private static final float QUANTILE_MOST = 12.5f;

  private static final float QUANTILE_SCALE = 12;

  /** s = t·QUANTILE_STEP − 1. */
  private static final float QUANTILE_STEP = 2 * (QUANTILE_MOST + QUANTILE_SCALE) / QUANTILE_MOST;

  // p, relative error 8.1e-08
  private static final float QUANTILE_0 = 2.6639783f;
  private static final float QUANTILE_1 = 1.7692671f;
  private static final float QUANTILE_2 = 0.2925742f;
  private static final float QUANTILE_3 = -0.043646395f;
  private static final float QUANTILE_4 = 0.06785063f;
  private static final float QUANTILE_5 = 0.03716573f;
  private static final float QUANTILE_6 = -0.020391004f;
  private static final float QUANTILE_7 = -0.0073682955f;
  private static final float QUANTILE_8 = 0.007879903f;
  private static final float QUANTILE_9 = 0.0021313953f;
  private static final float QUANTILE_10 = -0.001376415f;
  private static final float QUANTILE_11 = -0.00034786845f;

  /** Makes 1 of anything above 0 but the tiniest. */
  private static final float STEEP = 1e30f;

  private NormalMath() {}

  /** 1 for x ≥ 1e-30, 0 for x ≤ 0; without a branch, so that a loop with it becomes vectors. */
  static float step(float x) {
    return Math.min(Math.max(x * STEEP, 0f), 1f);
  }

  /** out ← Φ(−|x|) within 5e-6 relative, |x| ≤ 13; 3e-7 for |x| ≤ 3. */
  static void tail(Kernels kernels, float[] x, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = x[i] * x[i] * -0.5f;
    }
    kernels.exp(out, n);
    for (int i = 0; i < n; i++) {
      float t = TAIL_SCALE / (Math.abs(x[i]) + TAIL_SCALE);
      out[i] *= t * tailPolynomial(Math.fma(t, 2f, -1f));
    }
  }

  /** Φ(−x) within 2e-7 relative, x ≥ 0. */
  static double tail(double x) {
    double t = TAIL_SCALE / (x + TAIL_SCALE);
    return StrictMath.exp(-0.5 * x * x) * t * tailPolynomial((float) (2 * t - 1));
  }

  /** out ← log Φ(x) − log Φ(−x) within 4e-7 relative; x is held within ±6.75. */
  static void logit(float[] x, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      float c = Math.min(Math.max(x[i], -LOGIT_MOST), LOGIT_MOST);
      float square = c * c;
      float t = square / (square + LOGIT_SCALE);
      out[i] = c * logitPolynomial(Math.fma(t, LOGIT_STEP, -1f));
    }
  }

  /**
   * out ← Φ⁻¹(u) within 5e-7 relative.
   *
   * @param u at least 1e-6
   * @param v 1 − u, at least 1e-6; given, since subtraction would lose it where it is small
   */
  static void quantile(Kernels kernels, float[] u, float[] v, float[] out, int n) {
    for (int i = 0; i < n; i++) {
      out[i] = 4f * u[i] * v[i];
    }
    kernels.log(out, n);
    for (int i = 0; i < n; i++) {
      float w = Math.min(Math.max(-out[i], 0f), QUANTILE_MOST);
      float t = w / (w + QUANTILE_SCALE);
      out[i] = (u[i] - v[i]) * quantilePolynomial(Math.fma(t, QUANTILE_STEP, -1f));
    }
  }

  private static float tailPolynomial(float s) {
    float p = Math.fma(TAIL_9, s, TAIL_8);
    p = Math.fma(p, s, TAIL_7);
    p = Math.fma(p, s, TAIL_6);
    p = Math.fma(p, s, TAIL_5);
    p = Math.fma(p, s, TAIL_4);
    p = Math.fma(p, s, TAIL_3);
    p = Math.fma(p, s, TAIL_2);
    p = Math.fma(p, s, TAIL_1);
    p = Math.fma(p, s, TAIL_0);
    return p;
  }

  private static float logitPolynomial(float s) {
    float p = Math.fma(LOGIT_10, s, LOGIT_9);
    p = Math.fma(p, s, LOGIT_8);
    p = Math.fma(p, s, LOGIT_7);
    p = Math.fma(p, s, LOGIT_6);
    p = Math.fma(p, s, LOGIT_5);
    p = Math.fma(p, s, LOGIT_4);
    p = Math.fma(p, s, LOGIT_3);
    p = Math.fma(p, s, LOGIT_2);
    p = Math.fma(p, s, LOGIT_1);
    p = Math.fma(p, s, LOGIT_0);
    return p;
  }

  private static float quantilePolynomial(float s) {
    float p = Math.fma(QUANTILE_11, s, QUANTILE_10);
    p = Math.fma(p, s, QUANTILE_9);
    p = Math.fma(p, s, QUANTILE_8);
    p = Math.fma(p, s, QUANTILE_7);
    p = Math.fma(p, s, QUANTILE_6);
    p = Math.fma(p, s, QUANTILE_5);
    p = Math.fma(p, s, QUANTILE_4);
    p = Math.fma(p, s, QUANTILE_3);
    p = Math.fma(p, s, QUANTILE_2);
    p = Math.fma(p, s, QUANTILE_1);
    p = Math.fma(p, s, QUANTILE_0);
    return p;
  }
}
