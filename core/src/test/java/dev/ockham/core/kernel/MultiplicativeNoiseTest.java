package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.SparseVdTensors.floats;
import static dev.ockham.core.kernel.SparseVdTensors.get;
import static dev.ockham.core.kernel.SparseVdTensors.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.method.AlphaSharing;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The loops of multiplicative noise against double, whatever registers and ranges. */
class MultiplicativeNoiseTest {

  private static final double NO_LIMIT = Double.POSITIVE_INFINITY;

  /** With β₁ = 0 Adam's first moment is the gradient. */
  private static final AdamStep BARE = new AdamStep(0, 0, 0.5, 1e-8, 1);

  private static final AdamStep STEP = new AdamStep(1e-2, 0.9, 0.999, 1e-8, 3);

  private static MemorySegment random(Arena arena, int size, long seed, double low, double high) {
    SplittableRandom random = new SplittableRandom(seed);
    MemorySegment segment = floats(arena, size);
    for (int i = 0; i < size; i++) {
      set(segment, i, random.nextDouble(low, high));
    }
    return segment;
  }

  /** L(θ, σ²) = aθ + cσ² with σ² = αθ²: ∂/∂θ = a + 2cαθ, ∂/∂log α = cαθ². */
  @Test
  void theChainRuleGoesThroughTheVariance() {
    int size = 1031;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment theta = random(arena, size, 1, -1, 1);
      MemorySegment alpha = random(arena, size, 2, 0.01, 30);
      set(theta, 7, 0);
      MemorySegment sigma2 = floats(arena, size);
      MultiplicativeNoise.variance(theta, alpha, size, 1, sigma2, 0, size);
      MemorySegment byTheta = random(arena, size, 3, -1, 1);
      MemorySegment bySigma2 = random(arena, size, 4, -2, 2);
      MemorySegment a = floats(arena, size).copyFrom(byTheta);
      MemorySegment c = floats(arena, size).copyFrom(bySigma2);
      MultiplicativeNoise.gradients(theta, sigma2, byTheta, bySigma2, 0, size);
      for (int i = 0; i < size; i++) {
        double t = get(theta, i);
        double noise = (double) get(c, i) * get(alpha, i);
        assertThat((double) get(byTheta, i))
            .isCloseTo(get(a, i) + 2 * noise * t, within(1e-6 * (1 + Math.abs(noise))));
        assertThat((double) get(bySigma2, i))
            .isCloseTo(noise * t * t, within(1e-6 * Math.abs(noise)));
      }
      assertThat(get(byTheta, 7)).as("a weight at 0 has no noise").isEqualTo(get(a, 7));
      assertThat(get(bySigma2, 7)).isZero();
    }
  }

  static Stream<Arguments> sharings() {
    return Stream.of("mlp:6-5", "net:3x4x4-conv4x2-flatten-dense2")
        .map(network -> Architectures.parse(network).weightTensors().getFirst())
        .flatMap(
            layer -> Stream.of(AlphaSharing.values()).map(sharing -> Arguments.of(layer, sharing)));
  }

  /** The groups that the variance is spread by are those that gradients are gathered by. */
  @ParameterizedTest
  @MethodSource("sharings")
  void theVarianceTakesTheAlphaOfItsGroup(WeightTensor layer, AlphaSharing sharing) {
    int size = (int) layer.weights();
    int groups = sharing.groups(layer);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment theta = random(arena, size, 5, -1, 1);
      MemorySegment alpha = random(arena, groups, 6, 0.1, 9);
      MemorySegment sigma2 = floats(arena, size);
      long period = sharing == AlphaSharing.UNIT ? layer.fanIn() : size;
      MultiplicativeNoise.variance(theta, alpha, period, period / groups, sigma2, 0, size);
      float[] perGroup = new float[groups];
      for (int i = 0; i < groups; i++) {
        perGroup[i] = get(alpha, i);
      }
      float[] spread = sharing.spread(layer, perGroup);
      int kernel = layer.fanIn() / layer.inputs();
      for (int i = 0; i < size; i++) {
        double t = get(theta, i);
        assertThat((double) get(sigma2, i)).isCloseTo(spread[i] * t * t, within(1e-6 * spread[i]));
        if (sharing == AlphaSharing.UNIT) {
          assertThat(spread[i]).as("input unit").isEqualTo(perGroup[i / kernel % layer.inputs()]);
        }
      }
    }
  }

  /** Each of {@code count} variables under a log α has a KL of its own. */
  @ParameterizedTest
  @EnumSource
  void theGradientCountsTheKlOncePerVariable(KlTerm term) {
    int size = 1511;
    int count = 37;
    double klScale = 1e-2;
    try (Arena arena = Arena.ofConfined()) {
      AdamState logAlpha = state(arena, size, Math.min(6, term.maxLogAlpha()));
      MemorySegment gradient = random(arena, size, 8, -1, 1);
      MemorySegment alpha = floats(arena, size);
      MultiplicativeNoise.update(
          Kernels.create(),
          logAlpha,
          gradient,
          alpha,
          term,
          count,
          klScale,
          NO_LIMIT,
          BARE,
          0,
          size);
      double kl = 0;
      for (int i = 0; i < size; i++) {
        double at = get(logAlpha.parameter(), i);
        double expected = get(gradient, i) + klScale * count * term.derivative(at);
        assertThat((double) get(logAlpha.m(), i)).isCloseTo(expected, within(3e-6));
        assertThat((double) get(alpha, i)).isCloseTo(Math.exp(at), within(1e-6 * Math.exp(at)));
        kl += term.value(at);
      }
      assertThat(MultiplicativeNoise.klSum(Kernels.create(), term, logAlpha.parameter(), 0, size))
          .as("KL of one variable each")
          .isCloseTo(kl, within(1e-6 * kl));
    }
  }

  /** The limit is on log α: 0 for α ≤ 1, neither 1 nor α itself. */
  @Test
  void logAlphaIsHeldAtItsLimit() {
    int size = 70;
    try (Arena arena = Arena.ofConfined()) {
      AdamState logAlpha = state(arena, size, 0);
      MemorySegment gradient = floats(arena, size);
      gradient.fill((byte) 0);
      MemorySegment alpha = floats(arena, size);
      for (int step = 1; step <= 2000; step++) {
        MultiplicativeNoise.update(
            Kernels.create(),
            logAlpha,
            gradient,
            alpha,
            KlTerm.KINGMA_CUBIC,
            1,
            1,
            0,
            new AdamStep(1e-2, 0.9, 0.999, 1e-8, step),
            0,
            size);
      }
      for (int i = 0; i < size; i++) {
        assertThat(get(logAlpha.parameter(), i)).isZero();
        assertThat(get(alpha, i)).isEqualTo(1);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 17, 511, 513, 5003})
  void registersAndRangesDoNotMatter(int size) {
    try (Arena arena = Arena.ofConfined()) {
      Work whole = Work.of(arena, size);
      Work parts = Work.of(arena, size);
      whole.run(Kernels.create(), 0, size);
      int from = 0;
      for (int to : new int[] {1, Math.min(14, size), size / 2 + 1, size}) {
        parts.run(to % 2 == 0 ? Kernels.create() : Kernels.scalar(), from, Math.max(from, to));
        from = Math.max(from, to);
      }
      for (int i = 0; i < whole.segments().length; i++) {
        assertThat(parts.segments()[i].mismatch(whole.segments()[i])).as("%d", i).isEqualTo(-1);
      }
      MemorySegment logAlpha = whole.logAlpha().parameter();
      assertThat(MultiplicativeNoise.klSum(Kernels.scalar(), KlTerm.EXACT, logAlpha, 0, size))
          .isEqualTo(MultiplicativeNoise.klSum(Kernels.create(), KlTerm.EXACT, logAlpha, 0, size));
    }
  }

  private static AdamState state(Arena arena, int size, double most) {
    return new AdamState(
        random(arena, size, 7, -8, most), floats(arena, size), floats(arena, size));
  }

  /** One of everything that a step of multiplicative noise touches. */
  private record Work(
      MemorySegment theta,
      MemorySegment sigma2,
      MemorySegment byTheta,
      MemorySegment bySigma2,
      AdamState logAlpha,
      MemorySegment alpha) {

    static Work of(Arena arena, int size) {
      return new Work(
          random(arena, size, 1, -1, 1),
          random(arena, size, 2, 0, 1),
          random(arena, size, 3, -1, 1),
          random(arena, size, 4, -1, 1),
          state(arena, size, 3),
          floats(arena, size));
    }

    void run(Kernels kernels, int from, int to) {
      MultiplicativeNoise.gradients(theta, sigma2, byTheta, bySigma2, from, to);
      MultiplicativeNoise.update(
          kernels, logAlpha, bySigma2, alpha, KlTerm.EXACT, 3, 0.1, NO_LIMIT, STEP, from, to);
      MultiplicativeNoise.variance(
          theta, alpha, alpha.byteSize() / Float.BYTES, 1, sigma2, from, to);
    }

    MemorySegment[] segments() {
      return new MemorySegment[] {
        sigma2, byTheta, bySigma2, logAlpha.parameter(), logAlpha.m(), logAlpha.v(), alpha
      };
    }
  }
}
