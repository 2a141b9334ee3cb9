package dev.ockham.train.pass;

import dev.ockham.runtime.graph.Shape;
import java.lang.foreign.MemorySegment;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value of a pass: its numbers, and the gradient by them while the pass goes back. */
final class PassValue {
  private final String name;
  private final Shape shape;
  private final int axis;
  private final boolean wanted;
  private final Supplier<MemorySegment> memory;
  private final @Nullable PassValue same;
  private @Nullable MemorySegment values;
  private MemorySegment gradient = MemorySegment.NULL;

  /**
   * A value.
   *
   * @param axis axis of its units; −1 for none
   * @param wanted whether anything that is trained is before it
   * @param values float32 {@code [capacity, size]}
   */
  PassValue(String name, Shape shape, int axis, boolean wanted, MemorySegment values) {
    this(name, shape, axis, wanted, () -> values);
  }

  /**
   * A value whose memory is only made if somebody asks for it.
   *
   * @param memory float32 {@code [capacity, size]}
   */
  PassValue(String name, Shape shape, int axis, boolean wanted, Supplier<MemorySegment> memory) {
    this(name, shape, axis, wanted, memory, null);
  }

  /** A value that is written over another, in whose memory it then is. */
  static PassValue over(PassValue same, String name, Shape shape, int axis, boolean wanted) {
    return new PassValue(name, shape, axis, wanted, same::values, same);
  }

  private PassValue(
      String name,
      Shape shape,
      int axis,
      boolean wanted,
      Supplier<MemorySegment> memory,
      @Nullable PassValue same) {
    this.same = same;
    this.name = name;
    this.shape = shape;
    this.axis = axis;
    this.wanted = wanted;
    this.memory = memory;
  }

  String name() {
    return name;
  }

  /** Of one example. */
  Shape shape() {
    return shape;
  }

  /** Axis of the units; −1 for none. */
  int axis() {
    return axis;
  }

  /** Numbers of one example. */
  int size() {
    return shape.size();
  }

  /** Whether somebody needs the gradient by it. */
  boolean wanted() {
    return wanted;
  }

  /** The value whose memory this one is in; itself where it has its own. */
  PassValue owner() {
    return same == null ? this : same.owner();
  }

  /** Whether its memory has been made. */
  boolean hasMemory() {
    return values != null;
  }

  /** Gives it memory, before anybody has asked for it. */
  void setValues(MemorySegment memory) {
    values = memory;
  }

  /** Float32 {@code [capacity, size]}. */
  MemorySegment values() {
    if (values == null) {
      values = memory.get();
    }
    return values;
  }

  /** Float32 {@code [capacity, size]}; shared with values whose time is another. */
  MemorySegment gradient() {
    return gradient;
  }

  void setGradient(MemorySegment gradient) {
    this.gradient = gradient;
  }
}
