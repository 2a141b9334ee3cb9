package dev.ockham.core.data;

import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.NoTargets;
import dev.ockham.core.target.Targets;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Objects;

/**
 * An immutable list of examples, with targets or without, of any finite floats, {@code [count,
 * shape…]}, on the heap or in a mapped file; plain feature vectors are of shape {@code [features]}.
 * Training standardises each feature by its own mean and deviation, and the model remembers them,
 * so give the values as they are.
 */
public final class Features implements Examples {

  private final Shape shape;
  private final MemorySegment values;
  private final Targets targets;
  private final Belonging belonging;
  private final List<Input> inputs;

  /** Takes ownership of the memory. */
  private Features(Shape shape, MemorySegment values, Targets targets) {
    this(shape, values, targets, Belonging.none(targets.count()), List.of());
  }

  private Features(
      Shape shape, MemorySegment values, Targets targets, Belonging belonging, List<Input> inputs) {
    long expected = (long) targets.count() * shape.size();
    long numbers = values.byteSize() / Float.BYTES;
    if (shape.size() == 0 || numbers != expected) {
      throw new IllegalArgumentException(
          "values has %s numbers, but %s examples of %s need %s"
              .formatted(numbers, targets.count(), shape, expected));
    }
    this.shape = shape;
    this.values = values.asReadOnly();
    this.targets = targets;
    if (belonging.count() != targets.count()) {
      throw new IllegalArgumentException(
          "%s examples, but it is known of %s what they belong to"
              .formatted(targets.count(), belonging.count()));
    }
    this.belonging = belonging;
    int named = inputs.stream().mapToInt(input -> input.shape().size()).sum();
    if (!inputs.isEmpty() && named != shape.size()) {
      throw new IllegalArgumentException(
          "examples of %s have inputs of %s numbers".formatted(shape, named));
    }
    this.inputs = List.copyOf(inputs);
  }

  private static Features owning(Shape shape, float[] values, Targets targets) {
    Features features = new Features(shape, MemorySegment.ofArray(values), targets);
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "feature %s of example %s is %s, not a finite number"
                .formatted(i % shape.size(), i / shape.size(), values[i]));
      }
    }
    return features;
  }

  /**
   * Copies feature vectors, one row per example.
   *
   * @param rows finite numbers, {@code [count][features]}, at least one row, all of one length
   * @param labels {@code [count]}; classes are counted from 0
   * @throws IllegalArgumentException naming the row that is of another length, or the value that is
   *     not allowed
   */
  public static Features of(float[][] rows, int[] labels) {
    if (rows.length == 0 || rows.length != labels.length) {
      throw new IllegalArgumentException(
          "%s rows and %s labels; there must be one label per row, and at least one row"
              .formatted(rows.length, labels.length));
    }
    int width = rows[0].length;
    float[] values = new float[Math.multiplyExact(rows.length, width)];
    for (int i = 0; i < rows.length; i++) {
      if (rows[i].length != width) {
        throw new IllegalArgumentException(
            "row %s has %s features, but row 0 has %s".formatted(i, rows[i].length, width));
      }
      System.arraycopy(rows[i], 0, values, i * width, width);
    }
    return owning(Shape.of(width), values, ClassLabels.of(labels));
  }

  /**
   * Copies examples of any shape, such as images of floats.
   *
   * @param values finite numbers, {@code [count, shape…]}
   * @param labels {@code [count]}; classes are counted from 0
   * @throws IllegalArgumentException if the lengths disagree, or naming the value that is not
   *     allowed
   */
  public static Features of(Shape shape, float[] values, int[] labels) {
    return owning(shape, values.clone(), ClassLabels.of(labels));
  }

  /**
   * Copies examples that nobody knows the labels of, to learn a teacher's outputs for.
   *
   * @param values finite numbers, {@code [count, shape…]}
   * @throws IllegalArgumentException if the numbers are not whole examples, or naming the value
   *     that is not finite
   */
  public static Features unlabelled(Shape shape, float[] values) {
    int count = values.length / Math.max(1, shape.size());
    return owning(shape, values.clone(), new NoTargets(count));
  }

  /**
   * Copies examples with targets of any kind.
   *
   * @param values finite numbers, {@code [count, shape…]}
   * @param targets one for each
   * @throws IllegalArgumentException if the numbers do not fit, or naming the value that is not
   *     finite
   */
  public static Features of(Shape shape, float[] values, Targets targets) {
    return owning(shape, values.clone(), targets);
  }

  /**
   * Examples over memory that nobody changes as long as they are used, such as a mapped file.
   *
   * @param values float32 {@code [count, shape…]} of finite numbers, which is not checked again;
   *     not copied
   * @param targets one for each
   * @throws IllegalArgumentException if the numbers do not fit
   */
  public static Features of(Shape shape, MemorySegment values, Targets targets) {
    return new Features(shape, values, targets);
  }

  @Override
  public int count() {
    return targets.count();
  }

  @Override
  public Shape shape() {
    return shape;
  }

  @Override
  public Targets targets() {
    return targets;
  }

  @Override
  public Features select(int[] indices) {
    long size = (long) shape.size() * Float.BYTES;
    MemorySegment some = ExampleRoom.ofFloats((long) indices.length * shape.size());
    for (int i = 0; i < indices.length; i++) {
      long from = Objects.checkIndex(indices[i], count()) * size;
      MemorySegment.copy(values, from, some, i * size, size);
    }
    return new Features(shape, some, targets.select(indices), belonging.select(indices), inputs);
  }

  @Override
  public Features withTargets(Targets others) {
    return new Features(shape, values, others, belonging, inputs);
  }

  /**
   * What the numbers of an example are for, one input of a network after another; empty where they
   * are for one input of any name.
   */
  public List<Input> inputs() {
    return inputs;
  }

  /**
   * The same examples, for inputs of these names.
   *
   * @param named in the order in which an example has their numbers
   * @throws IllegalArgumentException if they have more numbers together, or fewer
   */
  public Features withInputs(List<Input> named) {
    return new Features(shape, values, targets, belonging, named);
  }

  /** What the examples belong to, by which {@link Split} keeps them together. */
  public Belonging belonging() {
    return belonging;
  }

  /**
   * The same examples, belonging to something else.
   *
   * @throws IllegalArgumentException if it is for another number of examples
   */
  public Features withBelonging(Belonging others) {
    return new Features(shape, values, targets, others, inputs);
  }

  @Override
  public Features followedBy(Examples more) {
    if (!(more instanceof Features features)
        || !features.shape.equals(shape)
        || !features.inputs.equals(inputs)) {
      throw new IllegalArgumentException(more + " cannot follow " + this);
    }
    long own = values.byteSize();
    long others = features.values.byteSize();
    MemorySegment all = ExampleRoom.ofFloats((own + others) / Float.BYTES);
    MemorySegment.copy(values, 0, all, 0, own);
    MemorySegment.copy(features.values, 0, all, own, others);
    return new Features(shape, all, targets.followedBy(features.targets)).withInputs(inputs);
  }

  @Override
  public float[] values(int from, int to) {
    Objects.checkFromToIndex(from, to, count());
    float[] some = new float[Math.multiplyExact(to - from, shape.size())];
    long offset = (long) from * shape.size() * Float.BYTES;
    MemorySegment.copy(values, ValueLayout.JAVA_FLOAT_UNALIGNED, offset, some, 0, some.length);
    return some;
  }

  /** All values, float32 {@code [count, shape…]}, as a read-only view without a copy. */
  public MemorySegment values() {
    return values;
  }

  /** Sizes only, for messages and logs. */
  @Override
  public String toString() {
    return "Features[" + count() + ", " + shape + "]";
  }
}
