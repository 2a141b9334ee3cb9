package dev.ockham.core.kernel;

import dev.ockham.core.kl.KlTerm;

/**
 * Elementary functions and KL terms in float32, whose every bit is settled by IEEE 754: only add,
 * multiply, fma, divide, comparisons and bit operations.
 *
 * <p>{@code VectorMath} computes the same operations in the same order on lanes and shares the
 * constants, so the two agree bit for bit. The polynomials are near-minimax fits made by {@code
 * src/test/oracle/fit_float_math.py}; the error stated beside each is that of the fit in exact
 * arithmetic.
 *
 * <p>The KL terms are functions of u = 1/(2α) = (θ² + ε)/(2σ²), see {@link #halfSnr}. NaN gives NaN
 * everywhere.
 */
final class FloatMath {
  /** ε of log α = log σ² − log(θ² + ε); arXiv:1701.05369, reference code. */
  static final float THETA2_EPSILON = 1e-8f;

  // ---- exp: e^x = 2ⁿ·e^r, n = round(x/log 2), e^r = 1 + r + r²·p(r) -----------------------------

  /** The range of arguments that exp clamps to; beyond it lie subnormal numbers and infinity. */
  static final float EXP_MIN = -87f;

  static final float EXP_MAX = 88f;

  static final float LOG2_E = 1.442695f;

  /** log 2 in two parts; the first has few bits, so that small multiples of it are exact. */
  static final float LN2_HIGH = 0x1.63p-1f;

  static final float LN2_LOW = -2.1219444e-4f;

  /** Adding 1.5·2²³ rounds to the nearest integer and leaves it in the low bits of the float. */
  static final float ROUNDING = 0x1.8p23f;

  static final int EXPONENT_BIAS = 127;
  static final int MANTISSA_BITS = 23;

  // p, relative error of e^r 3.1e-09
  static final float EXP_0 = 0.49999994f;
  static final float EXP_1 = 0.16666521f;
  static final float EXP_2 = 0.04166839f;
  static final float EXP_3 = 0.00836871f;
  static final float EXP_4 = 0.001381461f;

  // ---- log: x = 2^e·(1 + f), √½ ≤ 1 + f < √2, log(1 + f) = f − f²/2 + f³·p(f) -------------------

  static final int SQRT_HALF_BITS = 0x3F3504F3;

  // p, relative error of log(1 + f) 7.5e-10
  static final float LOG_0 = 0.33333313f;
  static final float LOG_1 = -0.2500001f;
  static final float LOG_2 = 0.20002119f;
  static final float LOG_3 = -0.16667996f;
  static final float LOG_4 = 0.14219551f;
  static final float LOG_5 = -0.124055915f;
  static final float LOG_6 = 0.11888175f;
  static final float LOG_7 = -0.11675641f;
  static final float LOG_8 = 0.06746601f;

  // ---- sine and cosine of a turn: f = x − round(4x)/4, sin 2πf = f·p(f²), cos 2πf = 1 + f²·q(f²)
  // --

  // p, relative error 3.2e-09
  static final float SIN_0 = 6.2831855f;
  static final float SIN_1 = -41.341663f;
  static final float SIN_2 = 81.592354f;
  static final float SIN_3 = -75.39356f;

  // q, absolute error of the cosine 5.4e-11
  static final float COS_0 = -19.739208f;
  static final float COS_1 = 64.93932f;
  static final float COS_2 = -85.44374f;
  static final float COS_3 = 59.24596f;

  // ---- D(u) = √u·F(√u) and KL(u): polynomials in t = u/(u + 5), one below and one above t = 0.6
  // ---
  // Each is in its own variable s ∈ [−1, 1], which keeps float32 evaluation well conditioned.

  static final float PIVOT = 5f;
  static final float SPLIT = 0.6f;

  /** s = t·LOW_SCALE − 1 on [0, SPLIT]. */
  static final float LOW_SCALE = 2f / SPLIT;

  /** s = t·HIGH_SCALE − HIGH_SHIFT on [SPLIT, 1]. */
  static final float HIGH_SCALE = 5f;

  static final float HIGH_SHIFT = 4f;

  /** Where u is cut, so that no later step overflows; D and KL are flat to float32 far before. */
  static final float U_MAX = 1e38f;

  // D/t for t ≤ 0.6, relative error 3.3e-08
  static final float DAWSON_LOW_0 = 2.1398168f;
  static final float DAWSON_LOW_1 = -2.0597951f;
  static final float DAWSON_LOW_2 = 0.9084409f;
  static final float DAWSON_LOW_3 = 0.030086393f;
  static final float DAWSON_LOW_4 = -0.10339287f;
  static final float DAWSON_LOW_5 = -0.022123268f;
  static final float DAWSON_LOW_6 = 0.008019818f;
  static final float DAWSON_LOW_7 = 0.0062899953f;
  static final float DAWSON_LOW_8 = 0.0013402067f;
  static final float DAWSON_LOW_9 = -0.0006220671f;
  static final float DAWSON_LOW_10 = -0.0003889506f;

  // D/t for t > 0.6, relative error 1.3e-07
  static final float DAWSON_HIGH_0 = 0.64197725f;
  static final float DAWSON_HIGH_1 = -0.18369037f;
  static final float DAWSON_HIGH_2 = 0.05464508f;
  static final float DAWSON_HIGH_3 = -0.017316516f;
  static final float DAWSON_HIGH_4 = 0.0061877817f;
  static final float DAWSON_HIGH_5 = -0.0028389278f;
  static final float DAWSON_HIGH_6 = 0.0014259932f;
  static final float DAWSON_HIGH_7 = -0.00013306111f;
  static final float DAWSON_HIGH_8 = -0.00044541707f;
  static final float DAWSON_HIGH_9 = 0.00014313927f;
  static final float DAWSON_HIGH_10 = 4.512319e-05f;

  // KL/t for t ≤ 0.6, relative error 1.0e-07
  static final float KL_LOW_0 = 3.9992156f;
  static final float KL_LOW_1 = -0.94233817f;
  static final float KL_LOW_2 = 0.12609525f;
  static final float KL_LOW_3 = 0.07333308f;
  static final float KL_LOW_4 = 0.0015623561f;
  static final float KL_LOW_5 = -0.005620445f;
  static final float KL_LOW_6 = -0.001236916f;
  static final float KL_LOW_7 = 0.00066869997f;
  static final float KL_LOW_8 = 0.0004075319f;

  // KL − ½ log u for t > 0.6, error relative to KL 2.7e-08
  static final float KL_HIGH_0 = 0.9687409f;
  static final float KL_HIGH_1 = 0.01697781f;
  static final float KL_HIGH_2 = -0.0052321893f;
  static final float KL_HIGH_3 = 0.0016982419f;
  static final float KL_HIGH_4 = -0.0006053966f;
  static final float KL_HIGH_5 = 0.00029483062f;
  static final float KL_HIGH_6 = -0.00015305697f;
  static final float KL_HIGH_7 = 6.3204125e-06f;
  static final float KL_HIGH_8 = 2.7747321e-05f;

  // ---- constants of the other KL terms, and of the uniforms
  // ---------------------------------------

  static final float MOLCHANOV_K1 = (float) KlTerm.MOLCHANOV_K1;
  static final float MOLCHANOV_K1_K3 = (float) (KlTerm.MOLCHANOV_K1 * KlTerm.MOLCHANOV_K3);
  static final float MOLCHANOV_K2 = (float) KlTerm.MOLCHANOV_K2;
  static final float MOLCHANOV_K3 = (float) KlTerm.MOLCHANOV_K3;
  static final float KINGMA_C1 = (float) KlTerm.KINGMA_C1;
  static final float KINGMA_C2 = (float) KlTerm.KINGMA_C2;
  static final float KINGMA_C3 = (float) KlTerm.KINGMA_C3;
  static final float SMALL_ALPHA_OFFSET = (float) KlTerm.SMALL_ALPHA_OFFSET;

  static final float TWO_POW_MINUS_31 = 0x1p-31f;
  static final float TWO_POW_MINUS_32 = 0x1p-32f;

  private FloatMath() {}

  /** e^x within 1.5e-7 relative; the argument is clamped to [−87, 88]. */
  static float exp(float x) {
    float c = x > EXP_MAX ? EXP_MAX : x;
    c = c < EXP_MIN ? EXP_MIN : c;
    float shifted = Math.fma(c, LOG2_E, ROUNDING);
    float n = shifted - ROUNDING;
    float r = Math.fma(n, -LN2_HIGH, c);
    r = Math.fma(n, -LN2_LOW, r);
    float p = Math.fma(EXP_4, r, EXP_3);
    p = Math.fma(p, r, EXP_2);
    p = Math.fma(p, r, EXP_1);
    p = Math.fma(p, r, EXP_0);
    float y = Math.fma(r * r, p, r) + 1f;
    int power = (Float.floatToRawIntBits(shifted) + EXPONENT_BIAS) << MANTISSA_BITS;
    return y * Float.intBitsToFloat(power);
  }

  /**
   * log x within 2e-7 relative; the argument is clamped to the positive normal floats, so 0 and
   * negative numbers give log(2⁻¹²⁶).
   */
  static float log(float x) {
    float c = x > Float.MAX_VALUE ? Float.MAX_VALUE : x;
    c = c < Float.MIN_NORMAL ? Float.MIN_NORMAL : c;
    int bits = Float.floatToRawIntBits(c);
    int exponent = (bits - SQRT_HALF_BITS) >> MANTISSA_BITS;
    float e = exponent;
    float f = Float.intBitsToFloat(bits - (exponent << MANTISSA_BITS)) - 1f;
    float p = logPolynomial(f);
    float f2 = f * f;
    float y = f2 * f * p;
    y = Math.fma(e, LN2_LOW, y);
    y = Math.fma(f2, -0.5f, y);
    y = y + f;
    y = Math.fma(e, LN2_HIGH, y);
    // The bit operations above would turn a NaN into a number.
    return Float.isNaN(x) ? x : y;
  }

  private static float logPolynomial(float f) {
    float p = Math.fma(LOG_8, f, LOG_7);
    p = Math.fma(p, f, LOG_6);
    p = Math.fma(p, f, LOG_5);
    p = Math.fma(p, f, LOG_4);
    p = Math.fma(p, f, LOG_3);
    p = Math.fma(p, f, LOG_2);
    p = Math.fma(p, f, LOG_1);
    p = Math.fma(p, f, LOG_0);
    return p;
  }

  /** log(1 + x) for x ≥ 0 within 3e-7 relative. */
  static float log1p(float x) {
    float w = x + 1f;
    float lost = x - (w - 1f);
    return log(w) + lost / w;
  }

  /** cos 2πx within 1.5e-7, |x| ≤ 2²⁰. */
  static float cosTurns(float x) {
    float shifted = Math.fma(x, 4f, ROUNDING);
    float f = Math.fma(shifted - ROUNDING, -0.25f, x);
    int quadrant = Float.floatToRawIntBits(shifted);
    float y = (quadrant & 1) == 0 ? cosPolynomial(f) : sinPolynomial(f);
    int sign = ((quadrant + 1) & 2) << 30;
    return Float.intBitsToFloat(Float.floatToRawIntBits(y) ^ sign);
  }

  /** sin 2πx within 1.5e-7, |x| ≤ 2²⁰. */
  static float sinTurns(float x) {
    float shifted = Math.fma(x, 4f, ROUNDING);
    float f = Math.fma(shifted - ROUNDING, -0.25f, x);
    int quadrant = Float.floatToRawIntBits(shifted);
    float y = (quadrant & 1) == 0 ? sinPolynomial(f) : cosPolynomial(f);
    int sign = (quadrant & 2) << 30;
    return Float.intBitsToFloat(Float.floatToRawIntBits(y) ^ sign);
  }

  private static float sinPolynomial(float f) {
    float q = f * f;
    float p = Math.fma(SIN_3, q, SIN_2);
    p = Math.fma(p, q, SIN_1);
    p = Math.fma(p, q, SIN_0);
    return f * p;
  }

  private static float cosPolynomial(float f) {
    float q = f * f;
    float p = Math.fma(COS_3, q, COS_2);
    p = Math.fma(p, q, COS_1);
    p = Math.fma(p, q, COS_0);
    return Math.fma(p, q, 1f);
  }

  /** u = 1/(2α) = (θ² + ε)/(2σ²), at most {@link #U_MAX}. */
  static float halfSnr(float theta, float sigma2) {
    float u = Math.fma(theta, theta, THETA2_EPSILON) * 0.5f / sigma2;
    return u > U_MAX ? U_MAX : u;
  }

  /** D(u) = √u·F(√u) within 1e-6 relative, u ∈ [0, U_MAX]: ~ u at 0, ½ at the other end. */
  static float dawson(float u) {
    float t = u / (u + PIVOT);
    float s = Math.fma(t, LOW_SCALE, -1f);
    float low = dawsonLow(s);
    s = Math.fma(t, HIGH_SCALE, -HIGH_SHIFT);
    float high = dawsonHigh(s);
    return t * (t > SPLIT ? high : low);
  }

  private static float dawsonLow(float s) {
    float p = Math.fma(DAWSON_LOW_10, s, DAWSON_LOW_9);
    p = Math.fma(p, s, DAWSON_LOW_8);
    p = Math.fma(p, s, DAWSON_LOW_7);
    p = Math.fma(p, s, DAWSON_LOW_6);
    p = Math.fma(p, s, DAWSON_LOW_5);
    p = Math.fma(p, s, DAWSON_LOW_4);
    p = Math.fma(p, s, DAWSON_LOW_3);
    p = Math.fma(p, s, DAWSON_LOW_2);
    p = Math.fma(p, s, DAWSON_LOW_1);
    p = Math.fma(p, s, DAWSON_LOW_0);
    return p;
  }

  private static float dawsonHigh(float s) {
    float p = Math.fma(DAWSON_HIGH_10, s, DAWSON_HIGH_9);
    p = Math.fma(p, s, DAWSON_HIGH_8);
    p = Math.fma(p, s, DAWSON_HIGH_7);
    p = Math.fma(p, s, DAWSON_HIGH_6);
    p = Math.fma(p, s, DAWSON_HIGH_5);
    p = Math.fma(p, s, DAWSON_HIGH_4);
    p = Math.fma(p, s, DAWSON_HIGH_3);
    p = Math.fma(p, s, DAWSON_HIGH_2);
    p = Math.fma(p, s, DAWSON_HIGH_1);
    p = Math.fma(p, s, DAWSON_HIGH_0);
    return p;
  }

  /** dKL/dlogα of {@link KlTerm#EXACT}: −D(u). */
  static float exactSlope(float u) {
    return dawson(u) * -1f;
  }

  /** The exact KL within 1e-6 relative, u ∈ [0, U_MAX]: ~ u at 0, ~ ½ log u + const at the end. */
  static float exactKl(float u) {
    float t = u / (u + PIVOT);
    float s = Math.fma(t, LOW_SCALE, -1f);
    float low = klLow(s);
    s = Math.fma(t, HIGH_SCALE, -HIGH_SHIFT);
    float high = klHigh(s);
    return t > SPLIT ? Math.fma(log(u), 0.5f, high) : t * low;
  }

  private static float klLow(float s) {
    float p = Math.fma(KL_LOW_8, s, KL_LOW_7);
    p = Math.fma(p, s, KL_LOW_6);
    p = Math.fma(p, s, KL_LOW_5);
    p = Math.fma(p, s, KL_LOW_4);
    p = Math.fma(p, s, KL_LOW_3);
    p = Math.fma(p, s, KL_LOW_2);
    p = Math.fma(p, s, KL_LOW_1);
    p = Math.fma(p, s, KL_LOW_0);
    return p;
  }

  private static float klHigh(float s) {
    float p = Math.fma(KL_HIGH_8, s, KL_HIGH_7);
    p = Math.fma(p, s, KL_HIGH_6);
    p = Math.fma(p, s, KL_HIGH_5);
    p = Math.fma(p, s, KL_HIGH_4);
    p = Math.fma(p, s, KL_HIGH_3);
    p = Math.fma(p, s, KL_HIGH_2);
    p = Math.fma(p, s, KL_HIGH_1);
    p = Math.fma(p, s, KL_HIGH_0);
    return p;
  }

  /** dKL/dlogα of {@link KlTerm#MOLCHANOV}; −k₁k₃·σ(z)σ(−z) − u/(1 + 2u), z = k₂ − k₃ log 2u. */
  static float molchanovSlope(float u) {
    float e = exp(Math.fma(log(u + u), -MOLCHANOV_K3, MOLCHANOV_K2));
    float q = 1f / (e + 1f);
    return Math.fma(e * q * q, -MOLCHANOV_K1_K3, ardSlope(u));
  }

  /** {@link KlTerm#MOLCHANOV}: k₁·σ(−z) + ½ log(1 + 2u). */
  static float molchanovKl(float u) {
    float e = exp(Math.fma(log(u + u), -MOLCHANOV_K3, MOLCHANOV_K2));
    return MOLCHANOV_K1 / (e + 1f) + ardKl(u);
  }

  /** dKL/dlogα of {@link KlTerm#KINGMA_CUBIC}. */
  static float kingmaSlope(float u) {
    float alpha = 0.5f / u;
    float p = Math.fma(alpha, 3f * KINGMA_C3, 2f * KINGMA_C2);
    p = Math.fma(p, alpha, KINGMA_C1);
    p = Math.fma(p, alpha, 0.5f);
    return p * -1f;
  }

  /** {@link KlTerm#KINGMA_CUBIC}. */
  static float kingmaKl(float u) {
    float alpha = 0.5f / u;
    float p = Math.fma(alpha, KINGMA_C3, KINGMA_C2);
    p = Math.fma(p, alpha, KINGMA_C1);
    return Math.fma(p * -1f, alpha, lowerBoundKl(u));
  }

  /** {@link KlTerm#LOWER_BOUND}: const + ½ log 2u. */
  static float lowerBoundKl(float u) {
    return Math.fma(log(u + u), 0.5f, SMALL_ALPHA_OFFSET);
  }

  /** dKL/dlogα of {@link KlTerm#ARD}: −u/(1 + 2u). */
  static float ardSlope(float u) {
    return u / Math.fma(u, -2f, -1f);
  }

  /** {@link KlTerm#ARD}: ½ log(1 + 2u). */
  static float ardKl(float u) {
    return log1p(u + u) * 0.5f;
  }

  /**
   * √(−2 log U) of Box and Muller for a uniform U made of 31 random bits, never 0: the largest
   * radius is 6.66, which a fair normal exceeds once in 3.6e10 draws.
   */
  static float radius(int word) {
    float uniform = Math.fma((float) (word >>> 1), TWO_POW_MINUS_31, TWO_POW_MINUS_32);
    return (float) Math.sqrt(log(uniform) * -2f);
  }

  /** A uniform angle in turns, in [−½, ½]. */
  static float turn(int word) {
    return word * TWO_POW_MINUS_32;
  }
}
