package dev.ockham.core.loss;

import dev.ockham.core.data.Examples;
import dev.ockham.core.evaluate.ModelInputs;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a teacher gives for each example of some data, kept for as long as a run trains, and for
 * examples that were changed. A function of the teacher and the examples alone, for any number of
 * threads.
 */
public final class TeacherOutputs {

  /** Most numbers at once on the way, 64 MB. */
  private static final long MOST_AT_ONCE = 1 << 24;

  private static final int CHUNK = 500;

  /** Four of these bytes are NaN. */
  private static final byte NOT_ASKED = (byte) 0xFF;

  private final Model teacher;
  private final Plan plan;
  private final List<Integer> sizes;
  private final List<MemorySegment> values;

  /** Whether rows are those of a share of a batch, in its order. */
  private final boolean inOrder;

  private TeacherOutputs(
      Model teacher, Plan plan, List<Integer> sizes, List<MemorySegment> values, boolean inOrder) {
    this.teacher = teacher;
    this.plan = plan;
    this.sizes = List.copyOf(sizes);
    this.values = List.copyOf(values);
    this.inOrder = inOrder;
  }

  /**
   * Asks a teacher once for every example.
   *
   * @param examples raw values
   * @param threads cores to use
   * @param arena owns the outputs, 4 bytes for each number of each example
   * @throws IllegalArgumentException if an output is not finite, or all of them do not fit into
   *     memory, naming sizes
   */
  public static TeacherOutputs of(Model teacher, Examples examples, int threads, Arena arena) {
    return of(teacher, examples, IntStream.range(0, examples.count()).toArray(), threads, arena);
  }

  /**
   * As {@link #of(Model, Examples, int, Arena)} for some examples; others have NaN.
   *
   * @param asked which
   */
  public static TeacherOutputs of(
      Model teacher, Examples examples, int[] asked, int threads, Arena arena) {
    List<String> names = teacher.graph().outputs();
    List<Integer> sizes = names.stream().map(name -> teacher.graph().shape(name).size()).toList();
    List<MemorySegment> values = new ArrayList<>();
    for (int size : sizes) {
      values.add(memory((long) examples.count() * size, examples, arena));
    }
    Plan plan = Plan.of(teacher);
    int chunk = chunk(teacher);
    for (int from = 0; from < asked.length; from += chunk) {
      int[] which = Arrays.copyOfRange(asked, from, Math.min(asked.length, from + chunk));
      List<float[]> given = run(plan, teacher, examples.select(which), 0, which.length, threads);
      for (int i = 0; i < given.size(); i++) {
        int size = sizes.get(i);
        requireFinite(given.get(i), names.get(i), which, size);
        for (int row = 0; row < which.length; row++) {
          MemorySegment.copy(
              given.get(i),
              row * size,
              values.get(i),
              ValueLayout.JAVA_FLOAT,
              (long) which[row] * size * Float.BYTES,
              size);
        }
      }
    }
    return new TeacherOutputs(teacher, plan, sizes, values, false);
  }

  /**
   * What the teacher gives for examples that were changed, on one thread.
   *
   * @param changed raw values of a share of a batch, in its order
   * @throws IllegalArgumentException if an output is not finite
   */
  public TeacherOutputs ofChanged(Examples changed) {
    int[] rows = IntStream.range(0, changed.count()).toArray();
    List<float[]> given = run(plan, teacher, changed, 0, rows.length, 1);
    for (int i = 0; i < given.size(); i++) {
      requireFinite(given.get(i), teacher.graph().outputs().get(i), rows, sizes.get(i));
    }
    return new TeacherOutputs(
        teacher, plan, sizes, given.stream().map(MemorySegment::ofArray).toList(), true);
  }

  /**
   * In which rows of {@link #values(int)} some examples are.
   *
   * @param examples of a share of a batch
   */
  public int[] rows(int[] examples) {
    return inOrder ? IntStream.range(0, examples.length).toArray() : examples;
  }

  /** Examples to run at once, so that what a model gives for them is no burden. */
  public static int chunk(Model model) {
    long numbers =
        model.graph().outputs().stream().mapToLong(name -> model.graph().shape(name).size()).sum();
    return Math.clamp(MOST_AT_ONCE / Math.max(1, numbers + ModelInputs.size(model)), 1, CHUNK);
  }

  /**
   * Runs a model of any inputs and outputs on neighbouring examples.
   *
   * @param plan of {@code model}
   * @return one array per output, {@code [count, size of the output]}
   */
  public static List<float[]> run(
      Plan plan, Model model, Examples examples, int from, int count, int threads) {
    float[] rows = examples.values(from, from + count);
    return List.copyOf(plan.run(ModelInputs.split(model, rows, count), count, threads).values());
  }

  private static MemorySegment memory(long numbers, Examples examples, Arena arena) {
    try {
      return arena.allocate(Math.max(1, numbers) * Float.BYTES, Float.BYTES).fill(NOT_ASKED);
    } catch (OutOfMemoryError e) {
      throw new IllegalArgumentException(
          "the teacher's outputs for %s examples need %s MB, more than there is; give it fewer"
              .formatted(examples.count(), (numbers * Float.BYTES) >> 20),
          e);
    }
  }

  private static void requireFinite(float[] given, String output, int[] which, int size) {
    for (int i = 0; i < given.length; i++) {
      if (!Float.isFinite(given[i])) {
        throw new IllegalArgumentException(
            "the teacher's output '%s' is %s for example %s"
                .formatted(output, given[i], which[i / size]));
      }
    }
  }

  /** The number of outputs. */
  public int count() {
    return sizes.size();
  }

  /** Numbers of an output for one example. */
  public int size(int output) {
    return sizes.get(output);
  }

  /** An output for all examples, float32 {@code [examples, size]}, or for those of a share. */
  public MemorySegment values(int output) {
    return values.get(output);
  }

  /** An output for one example, {@code [size]}; the caller owns it. */
  public float[] values(int output, int example) {
    float[] row = new float[sizes.get(output)];
    long offset = (long) example * row.length * Float.BYTES;
    MemorySegment.copy(values.get(output), ValueLayout.JAVA_FLOAT, offset, row, 0, row.length);
    return row;
  }

  /**
   * How much an output changes from example to example: the root of the mean, over its numbers, of
   * the variance of each.
   *
   * @param examples over which ones, at least one
   */
  public double deviation(int output, int[] examples) {
    Spread spread = new Spread(size(output));
    for (int example : examples) {
      spread.add(values(output, example), 0);
    }
    return Math.sqrt(spread.squares() / ((double) examples.length * size(output)));
  }
}
