package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.FloatMath.*;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FloatMath} on arrays: the same operations in the same order with the same constants, so
 * the same bits. Read the formulas and accuracies there.
 *
 * <p>The functions work in place on x[0], …, x[n − 1] and on up to {@value #MAX_LANES} − 1 elements
 * beyond, for which the array must have room. They take arrays and not vectors on purpose: past
 * some 40 vector operations the compiler stops inlining methods of ours into a loop, and each
 * vector that then crosses a call becomes an object. A loop that calls nothing but the vector API
 * is safe.
 */
final class VectorMath {
  /** The noise layout is made for no more; see {@link Kernels#fillNormal}. */
  static final int MAX_LANES = 16;

  static final VectorSpecies<Float> F =
      FloatVector.SPECIES_PREFERRED.length() <= MAX_LANES
          ? FloatVector.SPECIES_PREFERRED
          : FloatVector.SPECIES_512;

  static final VectorSpecies<Integer> I = F.withLanes(int.class);

  private VectorMath() {}

  static void exp(float[] x, int n) {
    for (int i = 0; i < n; i += F.length()) {
      FloatVector c = fromArray(F, x, i);
      c = c.blend(EXP_MAX, c.compare(VectorOperators.GT, EXP_MAX));
      c = c.blend(EXP_MIN, c.compare(VectorOperators.LT, EXP_MIN));
      FloatVector shifted = c.fma(broadcast(F, LOG2_E), broadcast(F, ROUNDING));
      FloatVector k = shifted.sub(ROUNDING);
      FloatVector r = k.fma(broadcast(F, -LN2_HIGH), c);
      r = k.fma(broadcast(F, -LN2_LOW), r);
      FloatVector p = broadcast(F, EXP_4).fma(r, broadcast(F, EXP_3));
      p = p.fma(r, broadcast(F, EXP_2));
      p = p.fma(r, broadcast(F, EXP_1));
      p = p.fma(r, broadcast(F, EXP_0));
      FloatVector y = r.mul(r).fma(p, r).add(1f);
      IntVector power = shifted.reinterpretAsInts().add(EXPONENT_BIAS);
      power = power.lanewise(VectorOperators.LSHL, MANTISSA_BITS);
      y.mul(power.reinterpretAsFloats()).intoArray(x, i);
    }
  }

  static void log(float[] x, int n) {
    for (int i = 0; i < n; i += F.length()) {
      FloatVector given = fromArray(F, x, i);
      FloatVector c =
          given.blend(Float.MAX_VALUE, given.compare(VectorOperators.GT, Float.MAX_VALUE));
      c = c.blend(Float.MIN_NORMAL, c.compare(VectorOperators.LT, Float.MIN_NORMAL));
      IntVector bits = c.reinterpretAsInts();
      IntVector exponent = bits.sub(SQRT_HALF_BITS).lanewise(VectorOperators.ASHR, MANTISSA_BITS);
      FloatVector e = (FloatVector) exponent.convert(VectorOperators.I2F, 0);
      IntVector mantissa = bits.sub(exponent.lanewise(VectorOperators.LSHL, MANTISSA_BITS));
      FloatVector f = mantissa.reinterpretAsFloats().sub(1f);
      FloatVector p = broadcast(F, LOG_8).fma(f, broadcast(F, LOG_7));
      p = p.fma(f, broadcast(F, LOG_6));
      p = p.fma(f, broadcast(F, LOG_5));
      p = p.fma(f, broadcast(F, LOG_4));
      p = p.fma(f, broadcast(F, LOG_3));
      p = p.fma(f, broadcast(F, LOG_2));
      p = p.fma(f, broadcast(F, LOG_1));
      p = p.fma(f, broadcast(F, LOG_0));
      FloatVector f2 = f.mul(f);
      FloatVector y = f2.mul(f).mul(p);
      y = e.fma(broadcast(F, LN2_LOW), y);
      y = f2.fma(broadcast(F, -0.5f), y);
      y = y.add(f);
      y = e.fma(broadcast(F, LN2_HIGH), y);
      y.blend(given, given.compare(VectorOperators.NE, given)).intoArray(x, i);
    }
  }

  /** {@link FloatMath#exactSlope}, with {@link FloatMath#dawson} written out. */
  static void exactSlope(float[] u, int n) {
    for (int i = 0; i < n; i += F.length()) {
      FloatVector given = fromArray(F, u, i);
      FloatVector t = given.div(given.add(PIVOT));
      FloatVector s = t.fma(broadcast(F, LOW_SCALE), broadcast(F, -1f));
      FloatVector low = broadcast(F, DAWSON_LOW_10).fma(s, broadcast(F, DAWSON_LOW_9));
      low = low.fma(s, broadcast(F, DAWSON_LOW_8));
      low = low.fma(s, broadcast(F, DAWSON_LOW_7));
      low = low.fma(s, broadcast(F, DAWSON_LOW_6));
      low = low.fma(s, broadcast(F, DAWSON_LOW_5));
      low = low.fma(s, broadcast(F, DAWSON_LOW_4));
      low = low.fma(s, broadcast(F, DAWSON_LOW_3));
      low = low.fma(s, broadcast(F, DAWSON_LOW_2));
      low = low.fma(s, broadcast(F, DAWSON_LOW_1));
      low = low.fma(s, broadcast(F, DAWSON_LOW_0));
      s = t.fma(broadcast(F, HIGH_SCALE), broadcast(F, -HIGH_SHIFT));
      FloatVector high = broadcast(F, DAWSON_HIGH_10).fma(s, broadcast(F, DAWSON_HIGH_9));
      high = high.fma(s, broadcast(F, DAWSON_HIGH_8));
      high = high.fma(s, broadcast(F, DAWSON_HIGH_7));
      high = high.fma(s, broadcast(F, DAWSON_HIGH_6));
      high = high.fma(s, broadcast(F, DAWSON_HIGH_5));
      high = high.fma(s, broadcast(F, DAWSON_HIGH_4));
      high = high.fma(s, broadcast(F, DAWSON_HIGH_3));
      high = high.fma(s, broadcast(F, DAWSON_HIGH_2));
      high = high.fma(s, broadcast(F, DAWSON_HIGH_1));
      high = high.fma(s, broadcast(F, DAWSON_HIGH_0));
      FloatVector dawson = t.mul(low.blend(high, t.compare(VectorOperators.GT, SPLIT)));
      dawson.mul(-1f).intoArray(u, i);
    }
  }

  static void exactKl(float[] u, int n, float[] work) {
    System.arraycopy(u, 0, work, 0, n);
    log(work, n);
    for (int i = 0; i < n; i += F.length()) {
      FloatVector given = fromArray(F, u, i);
      FloatVector t = given.div(given.add(PIVOT));
      FloatVector s = t.fma(broadcast(F, LOW_SCALE), broadcast(F, -1f));
      FloatVector low = broadcast(F, KL_LOW_8).fma(s, broadcast(F, KL_LOW_7));
      low = low.fma(s, broadcast(F, KL_LOW_6));
      low = low.fma(s, broadcast(F, KL_LOW_5));
      low = low.fma(s, broadcast(F, KL_LOW_4));
      low = low.fma(s, broadcast(F, KL_LOW_3));
      low = low.fma(s, broadcast(F, KL_LOW_2));
      low = low.fma(s, broadcast(F, KL_LOW_1));
      low = low.fma(s, broadcast(F, KL_LOW_0));
      s = t.fma(broadcast(F, HIGH_SCALE), broadcast(F, -HIGH_SHIFT));
      FloatVector high = broadcast(F, KL_HIGH_8).fma(s, broadcast(F, KL_HIGH_7));
      high = high.fma(s, broadcast(F, KL_HIGH_6));
      high = high.fma(s, broadcast(F, KL_HIGH_5));
      high = high.fma(s, broadcast(F, KL_HIGH_4));
      high = high.fma(s, broadcast(F, KL_HIGH_3));
      high = high.fma(s, broadcast(F, KL_HIGH_2));
      high = high.fma(s, broadcast(F, KL_HIGH_1));
      high = high.fma(s, broadcast(F, KL_HIGH_0));
      high = fromArray(F, work, i).fma(broadcast(F, 0.5f), high);
      t.mul(low).blend(high, t.compare(VectorOperators.GT, SPLIT)).intoArray(u, i);
    }
  }

  /** work = e^z with the z of {@link FloatMath#molchanovSlope}. */
  private static void molchanovExp(float[] u, int n, float[] work) {
    logOfTwice(u, n, work);
    for (int i = 0; i < n; i += F.length()) {
      fromArray(F, work, i)
          .fma(broadcast(F, -MOLCHANOV_K3), broadcast(F, MOLCHANOV_K2))
          .intoArray(work, i);
    }
    exp(work, n);
  }

  static void molchanovSlope(float[] u, int n, float[] work) {
    molchanovExp(u, n, work);
    ardSlope(u, n);
    for (int i = 0; i < n; i += F.length()) {
      FloatVector e = fromArray(F, work, i);
      FloatVector q = broadcast(F, 1f).div(e.add(1f));
      FloatVector bump = e.mul(q).mul(q);
      bump.fma(broadcast(F, -MOLCHANOV_K1_K3), fromArray(F, u, i)).intoArray(u, i);
    }
  }

  static void molchanovKl(float[] u, int n, float[] work, float[] more) {
    molchanovExp(u, n, more);
    ardKl(u, n, work);
    for (int i = 0; i < n; i += F.length()) {
      FloatVector bump = broadcast(F, MOLCHANOV_K1).div(fromArray(F, more, i).add(1f));
      bump.add(fromArray(F, u, i)).intoArray(u, i);
    }
  }

  static void kingmaSlope(float[] u, int n) {
    for (int i = 0; i < n; i += F.length()) {
      FloatVector alpha = broadcast(F, 0.5f).div(fromArray(F, u, i));
      FloatVector p = alpha.fma(broadcast(F, 3f * KINGMA_C3), broadcast(F, 2f * KINGMA_C2));
      p = p.fma(alpha, broadcast(F, KINGMA_C1));
      p = p.fma(alpha, broadcast(F, 0.5f));
      p.mul(-1f).intoArray(u, i);
    }
  }

  static void kingmaKl(float[] u, int n, float[] work) {
    System.arraycopy(u, 0, work, 0, n);
    lowerBoundKl(u, n);
    for (int i = 0; i < n; i += F.length()) {
      FloatVector alpha = broadcast(F, 0.5f).div(fromArray(F, work, i));
      FloatVector p = alpha.fma(broadcast(F, KINGMA_C3), broadcast(F, KINGMA_C2));
      p = p.fma(alpha, broadcast(F, KINGMA_C1));
      p.mul(-1f).fma(alpha, fromArray(F, u, i)).intoArray(u, i);
    }
  }

  static void lowerBoundKl(float[] u, int n) {
    logOfTwice(u, n, u);
    for (int i = 0; i < n; i += F.length()) {
      fromArray(F, u, i).fma(broadcast(F, 0.5f), broadcast(F, SMALL_ALPHA_OFFSET)).intoArray(u, i);
    }
  }

  static void ardSlope(float[] u, int n) {
    for (int i = 0; i < n; i += F.length()) {
      FloatVector given = fromArray(F, u, i);
      given.div(given.fma(broadcast(F, -2f), broadcast(F, -1f))).intoArray(u, i);
    }
  }

  /** ½ log1p(2u); {@link FloatMath#log1p} is written out here. */
  static void ardKl(float[] u, int n, float[] work) {
    for (int i = 0; i < n; i += F.length()) {
      FloatVector given = fromArray(F, u, i);
      given.add(given).add(1f).intoArray(work, i);
    }
    log(work, n);
    for (int i = 0; i < n; i += F.length()) {
      FloatVector given = fromArray(F, u, i);
      FloatVector x = given.add(given);
      FloatVector w = x.add(1f);
      FloatVector lost = x.sub(w.sub(1f));
      fromArray(F, work, i).add(lost.div(w)).mul(0.5f).intoArray(u, i);
    }
  }

  private static void logOfTwice(float[] u, int n, float[] out) {
    for (int i = 0; i < n; i += F.length()) {
      FloatVector given = fromArray(F, u, i);
      given.add(given).intoArray(out, i);
    }
    log(out, n);
  }

  static void radius(int[] words, int n, float[] out) {
    for (int i = 0; i < n; i += F.length()) {
      IntVector word = IntVector.fromArray(I, words, i).lanewise(VectorOperators.LSHR, 1);
      FloatVector k = (FloatVector) word.convert(VectorOperators.I2F, 0);
      k.fma(broadcast(F, TWO_POW_MINUS_31), broadcast(F, TWO_POW_MINUS_32)).intoArray(out, i);
    }
    log(out, n);
    for (int i = 0; i < n; i += F.length()) {
      fromArray(F, out, i).mul(-2f).sqrt().intoArray(out, i);
    }
  }

  /** radius·cos and radius·sin of the turns that the words give, in the layout of the noise. */
  static void polar(float[] radius, int[] words, int n, float[] out) {
    for (int i = 0; i < n; i += F.length()) {
      IntVector word = IntVector.fromArray(I, words, i);
      FloatVector turn = ((FloatVector) word.convert(VectorOperators.I2F, 0)).mul(TWO_POW_MINUS_32);
      FloatVector shifted = turn.fma(broadcast(F, 4f), broadcast(F, ROUNDING));
      FloatVector f = shifted.sub(ROUNDING).fma(broadcast(F, -0.25f), turn);
      IntVector quadrant = shifted.reinterpretAsInts();
      FloatVector q = f.mul(f);
      FloatVector sin = broadcast(F, SIN_3).fma(q, broadcast(F, SIN_2));
      sin = sin.fma(q, broadcast(F, SIN_1));
      sin = sin.fma(q, broadcast(F, SIN_0));
      sin = f.mul(sin);
      FloatVector cos = broadcast(F, COS_3).fma(q, broadcast(F, COS_2));
      cos = cos.fma(q, broadcast(F, COS_1));
      cos = cos.fma(q, broadcast(F, COS_0));
      cos = cos.fma(q, broadcast(F, 1f));
      // All ones in the lanes of odd quadrants, where sine and cosine change places.
      IntVector odd = quadrant.and(1).neg();
      IntVector a = cos.reinterpretAsInts();
      IntVector b = sin.reinterpretAsInts();
      IntVector swap = a.lanewise(VectorOperators.XOR, b).and(odd);
      a = a.lanewise(VectorOperators.XOR, swap);
      b = b.lanewise(VectorOperators.XOR, swap);
      IntVector sign = quadrant.add(1).and(2).lanewise(VectorOperators.LSHL, 30);
      a = a.lanewise(VectorOperators.XOR, sign);
      sign = quadrant.and(2).lanewise(VectorOperators.LSHL, 30);
      b = b.lanewise(VectorOperators.XOR, sign);
      FloatVector r = fromArray(F, radius, i);
      int cosines = i + (i & -MAX_LANES);
      r.mul(a.reinterpretAsFloats()).intoArray(out, cosines);
      r.mul(b.reinterpretAsFloats()).intoArray(out, cosines + MAX_LANES);
    }
  }
}
