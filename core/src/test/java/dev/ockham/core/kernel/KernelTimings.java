package dev.ockham.core.kernel;

import com.sun.management.ThreadMXBean;
import dev.ockham.core.kl.KlTerm;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Prints what the kernels cost on this machine, scalar and vector interleaved in one process: the
 * median time per element and the bytes allocated per call. A program to run by hand, not a test:
 * timings are reported, never asserted.
 */
final class KernelTimings {
  /** The weights of LeNet-300-100. */
  private static final int WEIGHTS = 266_200;

  private static final int ROUNDS = 400;

  private static final ThreadMXBean THREAD = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private record Race(String name, long elements, Runnable scalar, Runnable vector) {}

  public static void main(String[] args) {
    Kernels scalar = Kernels.scalar();
    Kernels vector = Kernels.create();
    System.out.println(vector.name() + " against " + scalar.name());
    try (Arena arena = Arena.ofShared();
        ParallelRanges pair = new ParallelRanges(2)) {
      SparseVdTensors t = SparseVdTensors.typical(arena, WEIGHTS, 7);
      AdamStep step = new AdamStep(1e-3, 0.9, 0.999, 1e-8, 10);
      double s = 1.0 / 60_000;
      MemorySegment pixels = arena.allocate(1000L * 784);
      MemorySegment batch = arena.allocate(100L * 784 * Float.BYTES);
      int[] hundred = new int[100];
      Arrays.setAll(hundred, i -> i * 7);
      int[] one = {0};
      NoiseKey key = NoiseKey.of(1, 2, 3);
      MemorySegment wide = t.gTheta();
      for (Race race :
          List.of(
              update(scalar, vector, t, KlTerm.EXACT, s, step),
              update(scalar, vector, t, KlTerm.MOLCHANOV, s, step),
              update(scalar, vector, t, KlTerm.KINGMA_CUBIC, s, step),
              update(scalar, vector, t, KlTerm.LOWER_BOUND, s, step),
              update(scalar, vector, t, KlTerm.ARD, s, step),
              update(scalar, vector, t, KlTerm.EXACT, s, step),
              new Race(
                  "update exact, two threads",
                  WEIGHTS,
                  () -> pair.run(WEIGHTS, (a, b) -> t.update(scalar, KlTerm.EXACT, s, step, a, b)),
                  () -> pair.run(WEIGHTS, (a, b) -> t.update(vector, KlTerm.EXACT, s, step, a, b))),
              new Race(
                  "adam",
                  WEIGHTS,
                  () -> scalar.adamUpdate(t.state().theta(), t.gTheta(), step, 0, WEIGHTS),
                  () -> vector.adamUpdate(t.state().theta(), t.gTheta(), step, 0, WEIGHTS)),
              new Race(
                  "klSum exact",
                  WEIGHTS,
                  () -> t.klSum(scalar, KlTerm.EXACT),
                  () -> t.klSum(vector, KlTerm.EXACT)),
              noise("normal, one wide row", scalar, vector, key, one, WEIGHTS, wide),
              noise("normal, 100 x 300", scalar, vector, key, hundred, 300, wide),
              noise("normal, 100 x 100", scalar, vector, key, hundred, 100, wide),
              noise("normal, 100 x 10", scalar, vector, key, hundred, 10, wide),
              new Race(
                  "gather 100 x 784",
                  78_400,
                  () -> scalar.gatherImages(pixels, hundred, 784, 33f, 0.01f, batch, 0, 78_400),
                  () -> vector.gatherImages(pixels, hundred, 784, 33f, 0.01f, batch, 0, 78_400)),
              new Race("hand-over of 2 blocks", 1, () -> {}, () -> pair.run(9000, (a, b) -> {})))) {
        report(race);
      }
    }
  }

  private static Race update(
      Kernels scalar, Kernels vector, SparseVdTensors t, KlTerm term, double s, AdamStep step) {
    return new Race(
        "update " + term.cliName(),
        t.size(),
        () -> t.update(scalar, term, s, step, 0, t.size()),
        () -> t.update(vector, term, s, step, 0, t.size()));
  }

  private static Race noise(
      String name,
      Kernels scalar,
      Kernels vector,
      NoiseKey key,
      int[] ids,
      int width,
      MemorySegment out) {
    long n = (long) ids.length * width;
    return new Race(
        name,
        n,
        () -> scalar.fillNormal(key, ids, width, out, 0, n),
        () -> vector.fillNormal(key, ids, width, out, 0, n));
  }

  private static void report(Race race) {
    double[] scalar = new double[ROUNDS];
    double[] vector = new double[ROUNDS];
    for (int i = 0; i < 2 * ROUNDS; i++) { // the first half warms up
      scalar[i % ROUNDS] = nanos(race.scalar());
      vector[i % ROUNDS] = nanos(race.vector());
    }
    long before = THREAD.getCurrentThreadAllocatedBytes();
    race.vector().run();
    long bytes = THREAD.getCurrentThreadAllocatedBytes() - before;
    System.out.printf(
        Locale.ROOT,
        "%-28s scalar %8.2f  vector %8.2f ns/element  (%9.1f, %9.1f µs)  vector allocates %d B%n",
        race.name(),
        median(scalar) / race.elements(),
        median(vector) / race.elements(),
        median(scalar) / 1e3,
        median(vector) / 1e3,
        bytes);
  }

  private static double nanos(Runnable work) {
    long start = System.nanoTime();
    work.run();
    return System.nanoTime() - start;
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }

  private KernelTimings() {}
}
