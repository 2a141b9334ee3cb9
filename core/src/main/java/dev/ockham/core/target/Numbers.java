package dev.ockham.core.target;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/** Numbers that belong to each example, in their own units. */
public final class Numbers implements Targets {

  private final int outputs;
  private final float[] values;

  private Numbers(int outputs, float[] values) {
    if (outputs < 1 || values.length % outputs != 0) {
      throw new IllegalArgumentException(
          "%s numbers are no whole rows of %s".formatted(values.length, outputs));
    }
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new IllegalArgumentException(
            "target %s of example %s is %s, not a finite number"
                .formatted(i % outputs, i / outputs, values[i]));
      }
    }
    this.outputs = outputs;
    this.values = values;
  }

  /**
   * Copies numbers.
   *
   * @param outputs how many each example has, at least 1
   * @param values finite, {@code [examples, outputs]}
   * @throws IllegalArgumentException naming the number that is not finite, or sizes that do not fit
   */
  public static Numbers of(int outputs, float[] values) {
    return new Numbers(outputs, values.clone());
  }

  /**
   * A number of an example.
   *
   * @throws IndexOutOfBoundsException if there is no such example or output
   */
  public float value(int example, int output) {
    Objects.checkIndex(output, outputs);
    return values[Objects.checkIndex(example, count()) * outputs + output];
  }

  /** All numbers, float32 {@code [examples, outputs]}, as a read-only view without a copy. */
  public MemorySegment values() {
    return MemorySegment.ofArray(values).asReadOnly();
  }

  @Override
  public int count() {
    return values.length / outputs;
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public Numbers select(int[] indices) {
    float[] some = new float[Math.multiplyExact(indices.length, outputs)];
    for (int i = 0; i < indices.length; i++) {
      int from = Objects.checkIndex(indices[i], count()) * outputs;
      System.arraycopy(values, from, some, i * outputs, outputs);
    }
    return new Numbers(outputs, some);
  }

  @Override
  public Numbers followedBy(Targets others) {
    if (!(others instanceof Numbers numbers) || numbers.outputs != outputs) {
      throw Targets.unlike(this, others);
    }
    float[] all = Arrays.copyOf(values, Math.addExact(values.length, numbers.values.length));
    System.arraycopy(numbers.values, 0, all, values.length, numbers.values.length);
    return new Numbers(outputs, all);
  }

  /** Examples and numbers of each, for messages. */
  @Override
  public String toString() {
    return "Numbers[" + count() + ", " + outputs + "]";
  }
}
