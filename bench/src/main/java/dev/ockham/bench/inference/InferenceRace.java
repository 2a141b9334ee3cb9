package dev.ockham.bench.inference;

import com.sun.management.ThreadMXBean;
import dev.ockham.onnx.check.RandomInputs;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.engine.Libtorch;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleConsumer;

/**
 * What a prediction costs: Ockham's runtime on the pruned network and on the dense one, ONNX
 * Runtime on both, libtorch on the dense one. They take turns in one process on the same inputs,
 * after a warm-up and after their outputs were compared.
 *
 * @param entrants the two forms of the network
 * @param threads that each may use, ≥ 1
 * @param seconds that each is timed for at each size of a batch; as many before that for warm-up
 */
public record InferenceRace(Entrants entrants, int threads, double seconds) {

  /** Ockham, pruned. */
  public static final String OCKHAM = "ockham";

  /** Ockham, dense. */
  public static final String OCKHAM_DENSE = "ockham_dense";

  /** ONNX Runtime, dense. */
  public static final String ORT_DENSE = "ort_dense";

  /** ONNX Runtime, pruned, as {@code export} writes it. */
  public static final String ORT_PRUNED = "ort_pruned";

  /** libtorch, dense. */
  public static final String LIBTORCH_DENSE = "libtorch_dense";

  /** Batches that take turns, so that no input is always the same. */
  private static final int BATCHES = 8;

  private static final long SEED = 1;

  /** A runner goes on for so long before the next has its turn, and makes at most so many calls. */
  private static final long TURN_NANOS = 2_000_000;

  /** Longer with several threads, where each turn begins with a rest. */
  private static final long PARALLEL_TURN_NANOS = 100_000_000;

  /**
   * With several threads, milliseconds before a turn. Threads of ONNX Runtime and of libtorch spin
   * for up to 0.13 s after a call, each on a core that the next runner's threads want.
   */
  private static final long REST_MILLIS = 200;

  private static final int MOST_CALLS = 2000;
  private static final int LEAST_TURNS = 5;

  /** Rounds of calls whose allocation is counted, and calls of each. */
  private static final int ROUNDS = 11;

  private static final int CALLS = 10;

  /** Largest difference that counts as the same function, over the output's scale. */
  private static final double LIMIT = 1e-3;

  /**
   * One size of a batch.
   *
   * @param batch examples in it
   * @param times by runner, of a whole batch
   * @param allocated bytes that a call of Ockham's allocates on the calling thread: the median of
   *     {@value #ROUNDS} rounds of {@value #CALLS} calls
   * @param difference the largest between two runners' outputs that ought to be equal, over the
   *     output's scale
   */
  public record Row(int batch, Map<String, Latency> times, double allocated, double difference) {
    /** Copies the map. */
    public Row {
      times = new LinkedHashMap<>(times);
    }

    /** Median of a runner in microseconds. */
    public double micros(String runner) {
      return Objects.requireNonNull(times.get(runner), runner).median();
    }

    /** Median of one runner by that of another. */
    public double ratio(String runner, String other) {
      return micros(runner) / micros(other);
    }
  }

  /** Versions of the rivals. */
  public static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("onnxruntime", OnnxRuntimeContestant.version());
    versions.put("libtorch", Libtorch.version());
    return versions;
  }

  /**
   * Runs the race at one size of a batch.
   *
   * @param count examples in a batch, ≥ 1
   * @param progress is told the share that is done, from 0 to 1
   * @throws RaceException if a runner refuses the network, or two that ought to agree do not
   */
  public Row run(int count, DoubleConsumer progress) throws RaceException {
    List<float[]> batches = new ArrayList<>();
    Model model = entrants.pruned();
    String input = model.graph().inputs().getFirst().name();
    for (int i = 0; i < BATCHES; i++) {
      batches.add(
          Objects.requireNonNull(RandomInputs.draw(model, count, SEED + i).inputs().get(input)));
    }
    Map<String, Contestant> runners = new LinkedHashMap<>();
    try {
      runners.put(OCKHAM, new OckhamContestant(model, batches, count, threads));
      runners.put(OCKHAM_DENSE, new OckhamContestant(entrants.dense(), batches, count, threads));
      runners.put(ORT_DENSE, OnnxRuntimeContestant.of(entrants.dense(), batches, count, threads));
      runners.put(ORT_PRUNED, OnnxRuntimeContestant.of(model, batches, count, threads));
      runners.put(
          LIBTORCH_DENSE, new LibtorchContestant(entrants.dense(), batches, count, threads));
      double difference = requireAgreement(runners);
      var _ = turns(runners, threads, seconds, share -> progress.accept(share / 2));
      Map<String, CallTimes> times =
          turns(runners, threads, seconds, share -> progress.accept((1 + share) / 2));
      Map<String, Latency> latencies = new LinkedHashMap<>();
      times.forEach((name, each) -> latencies.put(name, each.latency()));
      return new Row(
          count, latencies, allocated(Objects.requireNonNull(runners.get(OCKHAM))), difference);
    } finally {
      runners.values().forEach(Contestant::close);
    }
  }

  /**
   * Lets runners take turns.
   *
   * @param threads that each uses; with more than one, all rest before each turn
   * @param seconds for each
   * @param progress is told the share that is done
   */
  static Map<String, CallTimes> turns(
      Map<String, Contestant> runners, int threads, double seconds, DoubleConsumer progress) {
    Map<String, CallTimes> times = new LinkedHashMap<>();
    runners.keySet().forEach(name -> times.put(name, new CallTimes()));
    long began = System.nanoTime();
    double all = seconds * runners.size() * 1e9;
    int turn = 0;
    while (turn < LEAST_TURNS || System.nanoTime() - began < all) {
      for (Map.Entry<String, Contestant> runner : runners.entrySet()) {
        CallTimes own = Objects.requireNonNull(times.get(runner.getKey()));
        if (threads > 1) {
          rest();
        }
        turn(runner.getValue(), own, threads > 1 ? PARALLEL_TURN_NANOS : TURN_NANOS);
      }
      turn++;
      progress.accept(Math.min(1, (System.nanoTime() - began) / all));
    }
    return times;
  }

  private static void rest() {
    try {
      Thread.sleep(REST_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void turn(Contestant runner, CallTimes times, long nanos) {
    long end = System.nanoTime() + nanos;
    long before = System.nanoTime();
    int calls = 0;
    do {
      runner.predict(times.count() % BATCHES);
      long now = System.nanoTime();
      times.add(now - before);
      before = now;
      calls++;
    } while (before < end && calls < MOST_CALLS);
  }

  /**
   * Bytes a call, on this thread. What the JVM allocates once, say to leave compiled code, is none.
   */
  private static double allocated(Contestant runner) {
    if (!(ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads)) {
      return Double.NaN;
    }
    long[] bytes = new long[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < CALLS; i++) {
        runner.predict(i % BATCHES);
      }
      bytes[round] = threads.getCurrentThreadAllocatedBytes() - before;
    }
    Arrays.sort(bytes);
    return (double) bytes[ROUNDS / 2] / CALLS;
  }

  private double requireAgreement(Map<String, Contestant> runners) throws RaceException {
    double largest = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
      Map<String, float[]> outputs = new LinkedHashMap<>();
      for (Map.Entry<String, Contestant> runner : runners.entrySet()) {
        runner.getValue().predict(batch);
        outputs.put(runner.getKey(), runner.getValue().output());
      }
      largest = Math.max(largest, require(outputs, OCKHAM, ORT_PRUNED));
      largest = Math.max(largest, require(outputs, OCKHAM_DENSE, ORT_DENSE));
      largest = Math.max(largest, require(outputs, OCKHAM_DENSE, LIBTORCH_DENSE));
      if (entrants.same()) {
        largest = Math.max(largest, require(outputs, OCKHAM, OCKHAM_DENSE));
      }
    }
    return largest;
  }

  private static double require(Map<String, float[]> outputs, String one, String other)
      throws RaceException {
    double difference =
        difference(
            Objects.requireNonNull(outputs.get(one)), Objects.requireNonNull(outputs.get(other)));
    if (!(difference <= LIMIT)) {
      throw new RaceException(
          "%s and %s differ by %s of the output's scale: they do not run the same function"
              .formatted(one, other, (float) difference));
    }
    return difference;
  }

  /** The largest difference over the largest number; NaN where a number is. */
  static double difference(float[] expected, float[] found) {
    double scale = Float.MIN_NORMAL;
    double largest = 0;
    for (int i = 0; i < expected.length; i++) {
      double each = Math.abs((double) expected[i] - found[i]);
      if (Double.isNaN(each)) {
        return Double.NaN;
      }
      largest = Math.max(largest, each);
      scale = Math.max(scale, Math.abs(expected[i]));
    }
    return largest / scale;
  }
}
