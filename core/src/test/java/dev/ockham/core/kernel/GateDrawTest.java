package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.gate.BetaBernoulliGate;
import dev.ockham.core.gate.GateBelief;
import dev.ockham.core.gate.GaussianFactorGate;
import dev.ockham.core.gate.HardConcreteGate;
import dev.ockham.core.gate.LogNormalGate;
import dev.ockham.core.kl.KlTerm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.stream.Stream;
import org.apache.commons.numbers.gamma.Erfc;
import org.apache.commons.numbers.gamma.InverseErf;
import org.apache.commons.numbers.gamma.InverseErfc;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Draws of gates and their slopes against the formulas in double and their finite differences. */
class GateDrawTest {

  private static final double ROOT_2 = Math.sqrt(2);
  private static final double MARGIN = 1e-6;

  /** Enough for three tiles, the last one cut at an odd place. */
  private static final int UNITS = 1100;

  private static final int ROWS = 37;

  /** A belief, and how far its numbers go: from, to. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Range(GateBelief belief, double[] first, double[] second) {}

  static Stream<Range> ranges() {
    return Stream.of(
        new Range(new BetaBernoulliGate(1e-4), new double[] {-6, 6}, new double[] {-4, 5}),
        new Range(new BetaBernoulliGate(1e-4), new double[] {-1.1, -0.9}, new double[] {0.5, 0.6}),
        new Range(new BetaBernoulliGate(1e-4), new double[] {-90, 60}, new double[] {-60, 60}),
        new Range(new LogNormalGate(), new double[] {-0.1, 0.1}, new double[] {-5.1, -4.9}),
        new Range(new LogNormalGate(), new double[] {-22, 3}, new double[] {-6, 3}),
        new Range(new LogNormalGate(), new double[] {-60, 60}, new double[] {-12, 4}),
        new Range(new GaussianFactorGate(KlTerm.ARD), new double[] {-3, 3}, new double[] {-12, 4}),
        new Range(new HardConcreteGate(10), new double[] {-5, 5}, new double[] {0, 0}),
        new Range(new HardConcreteGate(10), new double[] {-90, 90}, new double[] {0, 0}));
  }

  @ParameterizedTest
  @MethodSource("ranges")
  void agreesWithTheFormulaInDouble(Range range) {
    Drawn drawn = draw(range, Kernels.create());
    int numbers = drawn.numbers.length;
    double[][] sums = new double[numbers][UNITS];
    double[][] sizes = new double[numbers][UNITS];
    boolean[] kinks = new boolean[UNITS];
    double largest = 0;
    for (int row = 0; row < ROWS; row++) {
      for (int unit = 0; unit < UNITS; unit++) {
        int at = row * UNITS + unit;
        double zeta = drawn.noise[(1 + row) * UNITS + unit];
        double[] p = {drawn.numbers[0][unit], numbers > 1 ? drawn.numbers[1][unit] : 0};
        double shared = drawn.noise[unit];
        double z = z(range.belief, p[0], p[1], shared, zeta);
        // Exponents of a few hundred have an error of some 1e-5, where z is steep.
        assertThat((double) drawn.z[at])
            .as("z of %s at %s, zeta %s, shared %s", range.belief, Arrays.toString(p), zeta, shared)
            .isCloseTo(z, within(1e-4 * Math.abs(z) * drawn.steepness(range.belief) + 3e-7));
        for (int number = 0; number < numbers; number++) {
          double h = 1e-5 * Math.max(1, Math.abs(p[number]) * 0.1);
          double[] slopes = new double[2];
          for (int side = 0; side < 2; side++) {
            double[] q = p.clone();
            double step = side == 0 ? h : -h;
            q[number] += step;
            slopes[side] = (z(range.belief, q[0], q[1], shared, zeta) - z) / step;
          }
          double slope = (slopes[0] + slopes[1]) / 2;
          kinks[unit] |= Math.abs(slopes[0] - slopes[1]) > 1e-2 * (Math.abs(slope) + 1e-3);
          sums[number][unit] += drawn.g[at] * slope;
          sizes[number][unit] += Math.abs(drawn.g[at] * slope);
          largest = Math.max(largest, Math.abs(slope));
        }
      }
    }
    int compared = 0;
    for (int number = 0; number < numbers; number++) {
      for (int unit = 0; unit < UNITS; unit++) {
        if (!kinks[unit]) {
          compared++;
          assertThat((double) drawn.gradients[number][unit])
              .as(
                  "gradient %s of %s at %s, %s; shared %s",
                  number,
                  range.belief,
                  drawn.numbers[0][unit],
                  drawn.numbers[numbers - 1][unit],
                  drawn.noise[unit])
              .isCloseTo(sums[number][unit], within(1e-4 * sizes[number][unit] + 1e-6 * largest));
        }
      }
    }
    assertThat(largest).isPositive();
    assertThat(compared).isGreaterThan(numbers * UNITS / 2);
  }

  @ParameterizedTest
  @MethodSource("ranges")
  void scalarAndVectorGiveTheSameBits(Range range) {
    Drawn scalar = draw(range, Kernels.scalar());
    Drawn vector = draw(range, Kernels.create());
    assertThat(vector.z).isEqualTo(scalar.z);
    assertThat(vector.gradients).isDeepEqualTo(scalar.gradients);
  }

  @Test
  void readsTheFirstUnitsOfWiderNoise() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment[] numbers = {floats(arena, 0.5f, 1), floats(arena, -1, -2)};
      MemorySegment narrow = floats(arena, 0, 0, 0.3f, -0.7f, 1.5f, 2);
      MemorySegment wide = floats(arena, 0, 0, 9, 0.3f, -0.7f, 9, 1.5f, 2, 9);
      GateDraw draw = GateDraw.of(new GaussianFactorGate(KlTerm.ARD), 2, 2, Kernels.scalar());
      MemorySegment a = floats(arena, 0, 0, 0, 0);
      MemorySegment b = floats(arena, 0, 0, 0, 0);
      draw.draw(numbers, narrow, 2, 2, a);
      draw.draw(numbers, wide, 3, 2, b);
      assertThat(b.toArray(ValueLayout.JAVA_FLOAT)).isEqualTo(a.toArray(ValueLayout.JAVA_FLOAT));
      assertThat(a.getAtIndex(ValueLayout.JAVA_FLOAT, 1))
          .isCloseTo(1 - 0.7f * (float) Math.exp(-1), within(1e-6f));
    }
  }

  /** What goes into a draw, and what comes out. */
  private static final class Drawn {
    final float[][] numbers;
    final float[] noise;
    final float[] g;
    final float[] z;
    final float[][] gradients;

    Drawn(float[][] numbers, float[] noise, float[] g, float[] z, float[][] gradients) {
      this.numbers = numbers;
      this.noise = noise;
      this.g = g;
      this.z = z;
      this.gradients = gradients;
    }

    double steepness(GateBelief belief) {
      return belief instanceof BetaBernoulliGate ? 3 : 1;
    }
  }

  private static Drawn draw(Range range, Kernels kernels) {
    try (Arena arena = Arena.ofConfined()) {
      int count = range.belief.names().length;
      MemorySegment noise = arena.allocate(ValueLayout.JAVA_FLOAT, (1L + ROWS) * UNITS);
      int[] examples = new int[1 + ROWS];
      for (int i = 0; i < examples.length; i++) {
        examples[i] = i - 1;
      }
      NoiseKey key = NoiseKey.of(7, 3, 1);
      kernels.fillNormal(key, examples, UNITS, noise, 0, (1L + ROWS) * UNITS);
      MemorySegment byZ = arena.allocate(ValueLayout.JAVA_FLOAT, (long) ROWS * UNITS);
      int[] rows = Arrays.copyOfRange(examples, 1, examples.length);
      kernels.fillNormal(NoiseKey.of(7, 4, 1), rows, UNITS, byZ, 0, (long) ROWS * UNITS);
      MemorySegment z = arena.allocate(ValueLayout.JAVA_FLOAT, (long) ROWS * UNITS);
      MemorySegment[] numbers = new MemorySegment[count];
      MemorySegment[] gradients = new MemorySegment[count];
      for (int i = 0; i < count; i++) {
        numbers[i] = arena.allocate(ValueLayout.JAVA_FLOAT, UNITS);
        gradients[i] = arena.allocate(ValueLayout.JAVA_FLOAT, UNITS);
        double[] ends = i == 0 ? range.first : range.second;
        for (int unit = 0; unit < UNITS; unit++) {
          // The first goes through its range once, the second many times.
          double part = i == 0 ? (double) unit / UNITS : unit * 0.6180339887 % 1;
          numbers[i].setAtIndex(
              ValueLayout.JAVA_FLOAT, unit, (float) (ends[0] + part * (ends[1] - ends[0])));
        }
      }
      GateDraw draw = GateDraw.of(range.belief, UNITS, ROWS + 3, kernels);
      draw.draw(numbers, noise, UNITS, ROWS, z);
      draw.gradients(byZ, ROWS, gradients);
      return new Drawn(arrays(numbers), array(noise), array(byZ), array(z), arrays(gradients));
    }
  }

  private static float[] array(MemorySegment segment) {
    return segment.toArray(ValueLayout.JAVA_FLOAT);
  }

  private static float[][] arrays(MemorySegment[] segments) {
    return Arrays.stream(segments).map(GateDrawTest::array).toArray(float[][]::new);
  }

  private static MemorySegment floats(Arena arena, float... values) {
    return arena.allocateFrom(ValueLayout.JAVA_FLOAT, values);
  }

  // ---- The formulas -----------------------------------------------------------------------------

  private static double z(
      GateBelief belief, double first, double second, double shared, double zeta) {
    return switch (belief) {
      case BetaBernoulliGate _ -> {
        double a = Math.log1p(Math.exp(first));
        double b = Math.log1p(Math.exp(second));
        double logU = Math.log(Math.clamp(phi(shared), MARGIN, 1 - MARGIN));
        double power = Math.min(Math.exp(logU / b), 1 - MARGIN);
        double logPi = Math.min(Math.log1p(-power) / a, -MARGIN);
        double logit = logPi - Math.log(-Math.expm1(logPi));
        yield sigmoid((logit + logitPhi(zeta)) / 0.1);
      }
      case LogNormalGate _ -> logNormal(first, Math.exp(second), zeta);
      case GaussianFactorGate _ -> first + Math.exp(0.5 * second) * zeta;
      case HardConcreteGate _ ->
          Math.clamp(1.2 * sigmoid((first + logitPhi(zeta)) * 1.5) - 0.1, 0, 1);
    };
  }

  private static double logNormal(double mu, double sigma, double zeta) {
    double a = (-20 - mu) / sigma;
    double b = -mu / sigma;
    double u = phi(a) + phi(zeta) * mass(a, b);
    double v = phi(-b) + phi(-zeta) * mass(a, b);
    double x;
    if (u < MARGIN || v < MARGIN) {
      x = (u < v ? -1 : 1) * ROOT_2 * InverseErfc.value(2 * MARGIN);
    } else if (Math.min(u, v) > 0.1) {
      x = ROOT_2 * InverseErf.value(u - v);
    } else {
      x = (u < v ? -1 : 1) * ROOT_2 * InverseErfc.value(2 * Math.min(u, v));
    }
    return Math.exp(Math.min(mu + sigma * x, 0));
  }

  private static double mass(double a, double b) {
    return a > 0 ? phi(-a) - phi(-b) : phi(b) - phi(a);
  }

  private static double phi(double x) {
    return 0.5 * Erfc.value(-x / ROOT_2);
  }

  private static double logitPhi(double x) {
    return Math.log(phi(x)) - Math.log(phi(-x));
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }
}
