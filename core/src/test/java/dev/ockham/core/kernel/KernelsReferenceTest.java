package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.kl.KlTerm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kernels against the textbook formulas in double precision. */
class KernelsReferenceTest {
  private static final int SIZE = 1511;
  private static final double KL_SCALE = 1e-3;

  private final Kernels kernels = Kernels.create();

  /** One weight in double precision, updated as the papers write it. */
  private static final class Weight {
    double theta;
    double logSigma2;
    double mTheta;
    double vTheta;
    double mLogSigma2;
    double vLogSigma2;

    void update(double gTheta, double gSigma2, KlTerm term, double s, AdamStep a) {
      double theta2 = theta * theta + 1e-8;
      double slope = term.derivative(logSigma2 - Math.log(theta2));
      double g1 = gTheta - 2 * s * theta * slope / theta2;
      double g2 = Math.exp(logSigma2) * gSigma2 + s * slope;
      mTheta = a.beta1() * mTheta + (1 - a.beta1()) * g1;
      vTheta = a.beta2() * vTheta + (1 - a.beta2()) * g1 * g1;
      mLogSigma2 = a.beta1() * mLogSigma2 + (1 - a.beta1()) * g2;
      vLogSigma2 = a.beta2() * vLogSigma2 + (1 - a.beta2()) * g2 * g2;
      theta -= a.learningRate() * step(mTheta, vTheta, a);
      logSigma2 -= a.learningRate() * step(mLogSigma2, vLogSigma2, a);
      logSigma2 = Math.min(logSigma2, Math.log(theta * theta + 1e-8) + term.maxLogAlpha());
    }

    static double step(double m, double v, AdamStep a) {
      double mHat = m / (1 - Math.pow(a.beta1(), (double) a.step()));
      double vHat = v / (1 - Math.pow(a.beta2(), (double) a.step()));
      return mHat / (Math.sqrt(vHat) + a.epsilon());
    }
  }

  /** A toy likelihood whose gradients depend on the parameters, so that errors could build up. */
  private static double gradientOfTheta(double theta, int i) {
    return 0.02 * (theta - 0.1 * Math.sin(i));
  }

  private static double gradientOfSigma2(double sigma2) {
    return 0.03 + 0.01 * sigma2;
  }

  @ParameterizedTest
  @EnumSource
  void fiftyStepsFollowTheTextbook(KlTerm term) {
    try (Arena arena = Arena.ofConfined()) {
      SparseVdTensors t = SparseVdTensors.zeros(arena, SIZE);
      Weight[] weights = new Weight[SIZE];
      Random random = new Random(17);
      for (int i = 0; i < SIZE; i++) {
        weights[i] = new Weight();
        // Away from 0, where the KL gradient is stiff and a rounding error may change the path.
        weights[i].theta = (float) Math.copySign(random.nextDouble(0.1, 1), i % 2 - 0.5);
        double logAlpha = random.nextDouble(-10, Math.min(6, term.maxLogAlpha()));
        weights[i].logSigma2 = (float) (Math.log(Math.pow(weights[i].theta, 2) + 1e-8) + logAlpha);
        SparseVdTensors.set(t.state().theta().parameter(), i, weights[i].theta);
        SparseVdTensors.set(t.state().logSigma2().parameter(), i, weights[i].logSigma2);
      }
      kernels.refreshSigma2(t.state(), term, 0, SIZE);
      for (int step = 1; step <= 50; step++) {
        AdamStep adam = new AdamStep(1e-3, 0.9, 0.999, 1e-8, step);
        for (int i = 0; i < SIZE; i++) {
          Weight w = weights[i];
          float theta = SparseVdTensors.get(t.state().theta().parameter(), i);
          float sigma2 = SparseVdTensors.get(t.state().sigma2(), i);
          SparseVdTensors.set(t.gTheta(), i, gradientOfTheta(theta, i));
          SparseVdTensors.set(t.gSigma2(), i, gradientOfSigma2(sigma2));
          w.update(
              gradientOfTheta(w.theta, i),
              gradientOfSigma2(Math.exp(w.logSigma2)),
              term,
              KL_SCALE,
              adam);
        }
        t.update(kernels, term, KL_SCALE, adam, 0, SIZE);
      }
      for (int i = 0; i < SIZE; i++) {
        Weight w = weights[i];
        float logSigma2 = SparseVdTensors.get(t.state().logSigma2().parameter(), i);
        assertThat((double) SparseVdTensors.get(t.state().theta().parameter(), i))
            .as("theta %d", i)
            .isCloseTo(w.theta, within(5e-6));
        assertThat((double) logSigma2).as("log sigma2 %d", i).isCloseTo(w.logSigma2, within(5e-5));
        assertThat(SparseVdTensors.get(t.state().sigma2(), i) / Math.exp(logSigma2))
            .isCloseTo(1, within(2e-7));
      }
    }
  }

  /** The sign that published code got wrong: with no data, the KL drives log α up and θ to 0. */
  @Test
  void withoutDataTheKlPrunes() {
    try (Arena arena = Arena.ofConfined()) {
      SparseVdTensors t = SparseVdTensors.zeros(arena, 8);
      t.state().theta().parameter().fill((byte) 0x3E); // 0.1857
      for (int step = 1; step <= 300; step++) {
        t.update(kernels, KlTerm.EXACT, 1, new AdamStep(0.05, 0.9, 0.999, 1e-8, step), 0, 8);
      }
      MemorySegment scores = SparseVdTensors.floats(arena, 8);
      kernels.logAlpha(
          t.state().theta().parameter(), t.state().logSigma2().parameter(), scores, 0, 8);
      assertThat(SparseVdTensors.get(scores, 0)).isGreaterThan(3f);
    }
  }

  @ParameterizedTest
  @EnumSource
  void refreshProjectsToTheLargestLogAlpha(KlTerm term) {
    try (Arena arena = Arena.ofConfined()) {
      SparseVdTensors t = SparseVdTensors.typical(arena, SIZE, 23);
      MemorySegment before = SparseVdTensors.floats(arena, SIZE);
      MemorySegment after = SparseVdTensors.floats(arena, SIZE);
      MemorySegment theta = t.state().theta().parameter();
      kernels.logAlpha(theta, t.state().logSigma2().parameter(), before, 0, SIZE);
      kernels.refreshSigma2(t.state(), term, 0, SIZE);
      kernels.logAlpha(theta, t.state().logSigma2().parameter(), after, 0, SIZE);
      for (int i = 0; i < SIZE; i++) {
        float expected = (float) Math.min(SparseVdTensors.get(before, i), term.maxLogAlpha());
        assertThat(SparseVdTensors.get(after, i)).isEqualTo(expected);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void klSumIsTheSumOfTheTerm(KlTerm term) {
    try (Arena arena = Arena.ofConfined()) {
      int size = 3 * Kernels.BLOCK + 77;
      SparseVdTensors t = SparseVdTensors.typical(arena, size, 29);
      kernels.refreshSigma2(t.state(), term, 0, size);
      double expected = 0;
      for (int i = 0; i < size; i++) {
        double theta = SparseVdTensors.get(t.state().theta().parameter(), i);
        double sigma2 = SparseVdTensors.get(t.state().sigma2(), i);
        expected += term.value(Math.log(sigma2) - Math.log(theta * theta + 1e-8));
      }
      assertThat(t.klSum(kernels, term)).isCloseTo(expected, within(1e-6 * expected));
    }
  }

  @Test
  void logAlphaIsTheScore() {
    try (Arena arena = Arena.ofConfined()) {
      SparseVdTensors t = SparseVdTensors.typical(arena, SIZE, 31);
      MemorySegment theta = t.state().theta().parameter();
      MemorySegment logSigma2 = t.state().logSigma2().parameter();
      MemorySegment out = SparseVdTensors.floats(arena, SIZE);
      kernels.logAlpha(theta, logSigma2, out, 0, SIZE);
      for (int i = 0; i < SIZE; i++) {
        double x = SparseVdTensors.get(theta, i);
        double expected = SparseVdTensors.get(logSigma2, i) - Math.log(x * x + 1e-8);
        assertThat((double) SparseVdTensors.get(out, i)).isCloseTo(expected, within(4e-6));
      }
    }
  }

  /** A weight exactly at 0 has a finite score, and a finite update. */
  @Test
  void zeroWeightsStayFinite() {
    try (Arena arena = Arena.ofConfined()) {
      SparseVdTensors t = SparseVdTensors.zeros(arena, 9);
      kernels.refreshSigma2(t.state(), KlTerm.EXACT, 0, 9);
      t.update(kernels, KlTerm.EXACT, 1, new AdamStep(1e-3, 0.9, 0.999, 1e-8, 1), 0, 9);
      for (MemorySegment segment : t.segments()) {
        assertThat(SparseVdTensors.get(segment, 4)).isFinite();
      }
    }
  }

  /** Once a gradient is 0 for good, as behind a ReLU that is off for every example. */
  @Test
  void momentsThatDecayNeverBecomeSubnormal() {
    int size = 37;
    for (Kernels kernels : List.of(Kernels.scalar(), Kernels.create())) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment m = FloatBuffers.of(arena, FloatBuffers.normal(1, size));
        float[] squares = FloatBuffers.normal(2, size);
        for (int i = 0; i < size; i++) {
          squares[i] *= squares[i] * 1e-30f;
        }
        MemorySegment v = FloatBuffers.of(arena, squares);
        AdamState state = new AdamState(FloatBuffers.zeros(arena, size), m, v);
        MemorySegment none = FloatBuffers.zeros(arena, size);
        for (int step = 1; step <= 20_000; step++) {
          kernels.adamUpdate(state, none, new AdamStep(1e-3, 0.9, 0.999, 1e-8, step), 0, size);
        }
        for (MemorySegment moment : List.of(m, v)) {
          for (float x : FloatBuffers.of(moment)) {
            assertThat(x == 0 || Math.abs(x) >= Float.MIN_NORMAL).as("%s", x).isTrue();
            assertThat(Math.abs(x)).isLessThan(1e-30f);
          }
        }
      }
    }
  }
}
