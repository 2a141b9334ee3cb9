package dev.ockham.core.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ockham.core.kl.KlTerm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Scalar and vector kernels give the same bits, whatever the size, the values and the split. */
class KernelsTwinTest {
  private static final AdamStep STEP = new AdamStep(1e-3, 0.9, 0.999, 1e-8, 3);
  private static final double KL_SCALE = 1.0 / 60_000;

  private final Kernels scalar = Kernels.scalar();
  private final Kernels vector = Kernels.create();

  static Stream<Integer> sizes() {
    return Stream.of(0, 1, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 127, 511, 512, 513, 1031, 8191, 9973);
  }

  static Stream<Integer> widths() {
    return sizes().filter(size -> size > 0);
  }

  @Test
  void theBuildRunsVectors() {
    assertThat(vector.name()).startsWith("vector-");
    assertThat(scalar.name()).isEqualTo("scalar");
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void updatesAgreeAtEverySize(int size) {
    for (KlTerm term : KlTerm.values()) {
      try (Arena arena = Arena.ofConfined()) {
        SparseVdTensors a = SparseVdTensors.typical(arena, size, size);
        SparseVdTensors b = a.copy(arena);
        a.update(scalar, term, KL_SCALE, STEP, 0, size);
        b.update(vector, term, KL_SCALE, STEP, 0, size);
        assertSameBits(a, b);
        assertThat(a.klSum(scalar, term)).isEqualTo(b.klSum(vector, term));
      }
    }
  }

  /** Every pair of extreme values meets in θ and log σ², σ², and in the gradients. */
  @ParameterizedTest
  @EnumSource
  void extremeValuesAgree(KlTerm term) {
    float[] extremes = {
      0f,
      -0f,
      Float.MIN_VALUE,
      -1e-40f,
      Float.MIN_NORMAL,
      1e-20f,
      -1e-4f,
      1f,
      -3f,
      90f,
      -90f,
      700f,
      -700f,
      1e19f,
      -1e20f,
      3e38f,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.NaN
    };
    int size = extremes.length * extremes.length;
    Random random = new Random(11);
    try (Arena arena = Arena.ofConfined()) {
      SparseVdTensors a = SparseVdTensors.typical(arena, size, 1);
      for (int i = 0; i < size; i++) {
        SparseVdTensors.set(a.state().theta().parameter(), i, extremes[i % extremes.length]);
        SparseVdTensors.set(a.state().logSigma2().parameter(), i, extremes[i / extremes.length]);
        SparseVdTensors.set(a.state().sigma2(), i, Math.abs(extremes[i / extremes.length]));
        SparseVdTensors.set(a.gTheta(), i, extremes[random.nextInt(extremes.length)]);
        SparseVdTensors.set(a.gSigma2(), i, extremes[random.nextInt(extremes.length)]);
      }
      SparseVdTensors b = a.copy(arena);
      assertThat(Double.doubleToLongBits(a.klSum(scalar, term)))
          .isEqualTo(Double.doubleToLongBits(b.klSum(vector, term)));
      a.update(scalar, term, KL_SCALE, STEP, 0, size);
      b.update(vector, term, KL_SCALE, STEP, 0, size);
      assertSameBits(a, b);
      logAlphaAgrees(arena, a);
    }
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void scoresAgreeAtEverySize(int size) {
    try (Arena arena = Arena.ofConfined()) {
      logAlphaAgrees(arena, SparseVdTensors.typical(arena, size, 5));
    }
  }

  private void logAlphaAgrees(Arena arena, SparseVdTensors t) {
    MemorySegment theta = t.state().theta().parameter();
    MemorySegment logSigma2 = t.state().logSigma2().parameter();
    MemorySegment a = SparseVdTensors.floats(arena, t.size());
    MemorySegment b = SparseVdTensors.floats(arena, t.size());
    scalar.logAlpha(theta, logSigma2, a, 0, t.size());
    vector.logAlpha(theta, logSigma2, b, 0, t.size());
    assertSameBits(a, b, t.size());
  }

  @ParameterizedTest
  @EnumSource
  void theSplitDoesNotMatter(KlTerm term) {
    int size = 5003;
    try (Arena arena = Arena.ofConfined()) {
      SparseVdTensors whole = SparseVdTensors.typical(arena, size, 2);
      SparseVdTensors parts = whole.copy(arena);
      whole.update(vector, term, KL_SCALE, STEP, 0, size);
      int[] cuts = {0, 1, 14, 700, 701, 1213, 4096, 5002, size};
      for (int i = 1; i < cuts.length; i++) {
        parts.update(i % 2 == 0 ? scalar : vector, term, KL_SCALE, STEP, cuts[i - 1], cuts[i]);
      }
      assertSameBits(whole, parts);
    }
  }

  /** What the JDK's own vector EXP and LOG fail: the same bits before and after compilation. */
  @Test
  void compilationDoesNotChangeTheBits() {
    int size = 2000;
    try (Arena arena = Arena.ofConfined()) {
      SparseVdTensors start = SparseVdTensors.typical(arena, size, 8);
      SparseVdTensors first = start.copy(arena);
      first.update(scalar, KlTerm.MOLCHANOV, KL_SCALE, STEP, 0, size);
      SparseVdTensors again = start.copy(arena);
      for (int round = 0; round < 1500; round++) {
        again.copyFrom(start);
        again.update(round % 5 == 0 ? scalar : vector, KlTerm.MOLCHANOV, KL_SCALE, STEP, 0, size);
        for (int i = 0; i < first.segments().size(); i++) {
          assertThat(again.segments().get(i).mismatch(first.segments().get(i)))
              .as("round %d, tensor %d", round, i)
              .isEqualTo(-1);
        }
      }
    }
  }

  @Test
  void adamAgreesAndLeavesTheRestAlone() {
    try (Arena arena = Arena.ofConfined()) {
      SparseVdTensors a = SparseVdTensors.typical(arena, 1000, 3);
      SparseVdTensors b = a.copy(arena);
      SparseVdTensors before = a.copy(arena);
      scalar.adamUpdate(a.state().theta(), a.gTheta(), STEP, 13, 990);
      vector.adamUpdate(b.state().theta(), b.gTheta(), STEP, 13, 990);
      assertSameBits(a, b);
      for (int i : new int[] {0, 12, 990, 999}) {
        assertThat(SparseVdTensors.get(a.state().theta().parameter(), i))
            .isEqualTo(SparseVdTensors.get(before.state().theta().parameter(), i));
      }
    }
  }

  @Test
  void imagesAgreeOnHeapAndUnalignedMemory() {
    byte[] bytes = new byte[100 * 37];
    new Random(4).nextBytes(bytes);
    int[] indices = {99, 0, 3, 3, 50};
    int n = indices.length * 37;
    MemorySegment a = MemorySegment.ofArray(new float[n]);
    MemorySegment b = MemorySegment.ofArray(new byte[n * Float.BYTES + 1]).asSlice(1);
    scalar.gatherImages(MemorySegment.ofArray(bytes), indices, 37, 33.3f, 0.0127f, a, 0, n);
    vector.gatherImages(MemorySegment.ofArray(bytes), indices, 37, 33.3f, 0.0127f, b, 0, 50);
    vector.gatherImages(MemorySegment.ofArray(bytes), indices, 37, 33.3f, 0.0127f, b, 50, n);
    assertSameBits(a, b, n);
    for (int i = 0; i < n; i++) {
      int pixel = bytes[indices[i / 37] * 37 + i % 37] & 0xFF;
      assertThat(a.getAtIndex(Kernels.F32, i)).isEqualTo((pixel - 33.3f) * 0.0127f);
    }
  }

  @ParameterizedTest
  @MethodSource("widths")
  void noiseAgreesForEveryWidth(int width) {
    int[] ids = {5, -1, 70_000};
    int n = ids.length * width;
    NoiseKey key = NoiseKey.of(9, 8, 7);
    MemorySegment a = MemorySegment.ofArray(new float[n]);
    MemorySegment b = MemorySegment.ofArray(new float[n]);
    scalar.fillNormal(key, ids, width, a, 0, n);
    for (long from = 0; from < n; from += 333) {
      vector.fillNormal(key, ids, width, b, from, Math.min(from + 333, n));
    }
    assertSameBits(a, b, n);
  }

  /** The rule that keeps vectors out of the heap; {@link VectorMath} says why. */
  @Test
  void noVectorCrossesAMethodOfOurs() {
    for (Class<?> type : new Class<?>[] {VectorMath.class, VectorKernels.class}) {
      for (Method method : type.getDeclaredMethods()) {
        assertThat(
                Stream.concat(
                        Stream.of(method.getReturnType()),
                        Arrays.stream(method.getParameterTypes()))
                    .map(Class::getName))
            .as(method.toString())
            .noneMatch(name -> name.startsWith("jdk.incubator.vector"));
      }
    }
  }

  private static void assertSameBits(SparseVdTensors a, SparseVdTensors b) {
    for (int i = 0; i < a.segments().size(); i++) {
      assertSameBits(a.segments().get(i), b.segments().get(i), a.size());
    }
  }

  /** Equal bits; NaNs count as equal, since hardware is free in their payload. */
  private static void assertSameBits(MemorySegment a, MemorySegment b, int size) {
    for (int i = 0; i < size; i++) {
      float x = a.getAtIndex(Kernels.F32, i);
      float y = b.getAtIndex(Kernels.F32, i);
      if (Float.floatToIntBits(x) != Float.floatToIntBits(y)) {
        assertThat(y).as("element %d", i).isEqualTo(x);
        assertThat(Float.floatToIntBits(y))
            .as("sign of element %d", i)
            .isEqualTo(Float.floatToIntBits(x));
      }
    }
  }
}
