package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.kl.KlTerm;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

/** float32 accuracy of each function against double precision, at dense points. */
class FloatMathTest {
  private static final int POINTS = 200_000;

  @FunctionalInterface
  private interface FloatFunction {
    float of(float x);
  }

  /** The largest |f(x) − reference(x)| / scale(reference) at the points. */
  private static double worst(
      FloatFunction f, DoubleUnaryOperator reference, float[] points, double floor) {
    double worst = 0;
    for (float x : points) {
      double expected = reference.applyAsDouble(x);
      double error = Math.abs(f.of(x) - expected) / Math.max(Math.abs(expected), floor);
      worst = Math.max(worst, error);
    }
    return worst;
  }

  private static float[] linear(double low, double high) {
    float[] points = new float[POINTS + 1];
    for (int i = 0; i <= POINTS; i++) {
      points[i] = (float) (low + (high - low) * i / POINTS);
    }
    return points;
  }

  /** u for log α from 12 down to −12. */
  private static float[] halfSnrs() {
    float[] points = linear(-12, 12);
    for (int i = 0; i <= POINTS; i++) {
      points[i] = (float) (0.5 * Math.exp(points[i]));
    }
    return points;
  }

  private static double logAlpha(double u) {
    return -Math.log(2 * u);
  }

  @Test
  void elementaryFunctions() {
    assertThat(worst(FloatMath::exp, Math::exp, linear(-87, 88), 0)).isLessThan(1.5e-7);
    assertThat(
            worst(
                x -> FloatMath.log((float) Math.exp(x)),
                x -> Math.log((float) Math.exp(x)),
                linear(-87, 88),
                0.0))
        .isLessThan(1.5e-7);
    assertThat(worst(FloatMath::log, Math::log, linear(0.5, 2), 0)).isLessThan(2e-7);
    assertThat(worst(FloatMath::log1p, Math::log1p, linear(1e-3, 3), 0)).isLessThan(3e-7);
    assertThat(worst(FloatMath::log1p, Math::log1p, linear(1e-6, 1e-3), 0)).isLessThan(3e-7);
    assertThat(worst(FloatMath::cosTurns, x -> Math.cos(2 * Math.PI * x), linear(-2, 2), 1))
        .isLessThan(1.5e-7);
    assertThat(worst(FloatMath::sinTurns, x -> Math.sin(2 * Math.PI * x), linear(-2, 2), 1))
        .isLessThan(1.5e-7);
  }

  @Test
  void exactTermIsWithinTwoPartsInAMillion() {
    assertThat(worst(FloatMath::dawson, u -> -KlTerm.EXACT.derivative(logAlpha(u)), halfSnrs(), 0))
        .isLessThan(1e-6);
    assertThat(worst(FloatMath::exactKl, u -> KlTerm.EXACT.value(logAlpha(u)), halfSnrs(), 0))
        .isLessThan(1e-6);
  }

  @Test
  void otherTermsAreWithinTwoPartsInAMillion() {
    assertThat(
            worst(
                FloatMath::molchanovSlope,
                u -> KlTerm.MOLCHANOV.derivative(logAlpha(u)),
                halfSnrs(),
                0))
        .isLessThan(2e-6);
    assertThat(
            worst(FloatMath::molchanovKl, u -> KlTerm.MOLCHANOV.value(logAlpha(u)), halfSnrs(), 0))
        .isLessThan(2e-6);
    assertThat(worst(FloatMath::ardSlope, u -> KlTerm.ARD.derivative(logAlpha(u)), halfSnrs(), 0))
        .isLessThan(1e-6);
    assertThat(worst(FloatMath::ardKl, u -> KlTerm.ARD.value(logAlpha(u)), halfSnrs(), 0))
        .isLessThan(1e-6);
  }

  /** α ≤ 1 only, where the forms are meant to be used. */
  @Test
  void formsForSmallAlpha() {
    float[] smallAlpha = linear(0.5, 5000);
    assertThat(
            worst(
                FloatMath::kingmaSlope,
                u -> KlTerm.KINGMA_CUBIC.derivative(logAlpha(u)),
                smallAlpha,
                0))
        .isLessThan(2e-6);
    assertThat(
            worst(
                FloatMath::kingmaKl, u -> KlTerm.KINGMA_CUBIC.value(logAlpha(u)), smallAlpha, 0.1))
        .isLessThan(2e-6);
    assertThat(
            worst(
                FloatMath::lowerBoundKl,
                u -> KlTerm.LOWER_BOUND.value(logAlpha(u)),
                smallAlpha,
                0.1))
        .isLessThan(1e-6);
  }

  @Test
  void limitsOfTheExactTerm() {
    for (float u : new float[] {1e-37f, 1e-20f, 1e-9f}) {
      assertThat(FloatMath.dawson(u) / u).isBetween(1 - 1e-6f, 1 + 1e-6f);
      assertThat(FloatMath.exactKl(u) / u).isBetween(1 - 1e-6f, 1 + 1e-6f);
    }
    assertThat(FloatMath.dawson(0)).isEqualTo(0f);
    assertThat(FloatMath.exactKl(0)).isEqualTo(0f);
    assertThat(FloatMath.dawson(FloatMath.U_MAX)).isBetween(0.4999999f, 0.5000001f);
    double atTheEnd = 0.5 * Math.log(2e38) + KlTerm.SMALL_ALPHA_OFFSET;
    assertThat(FloatMath.exactKl(FloatMath.U_MAX) / atTheEnd).isBetween(1 - 1e-6, 1 + 1e-6);
  }

  @Test
  void specialArguments() {
    assertThat(FloatMath.exp(0)).isEqualTo(1f);
    assertThat(FloatMath.exp(Float.POSITIVE_INFINITY)).isEqualTo(FloatMath.exp(88)).isFinite();
    assertThat(FloatMath.exp(Float.NEGATIVE_INFINITY))
        .isEqualTo(FloatMath.exp(-87))
        .isGreaterThan(Float.MIN_NORMAL);
    assertThat(FloatMath.log(1)).isEqualTo(0f);
    assertThat(FloatMath.log(0)).isEqualTo(FloatMath.log(Float.MIN_NORMAL));
    assertThat(FloatMath.log(Float.POSITIVE_INFINITY)).isEqualTo(FloatMath.log(Float.MAX_VALUE));
    assertThat(FloatMath.halfSnr(1, 0)).isEqualTo(FloatMath.U_MAX);
    assertThat(FloatMath.halfSnr(1e30f, 1)).isEqualTo(FloatMath.U_MAX);
    assertThat(FloatMath.exp(Float.NaN)).isNaN();
    assertThat(FloatMath.log(Float.NaN)).isNaN();
    assertThat(FloatMath.dawson(Float.NaN)).isNaN();
    assertThat(FloatMath.exactKl(Float.NaN)).isNaN();
    assertThat(FloatMath.halfSnr(Float.NaN, 1)).isNaN();
  }

  @Test
  void radiusAndTurnCoverTheirRange() {
    assertThat(FloatMath.radius(0)).isBetween(6.65f, 6.67f);
    assertThat(FloatMath.radius(-1)).isEqualTo(0f);
    assertThat(FloatMath.turn(Integer.MIN_VALUE)).isEqualTo(-0.5f);
    assertThat(FloatMath.turn(Integer.MAX_VALUE)).isEqualTo(0.5f);
  }
}
