package dev.ockham.train.pass;

import dev.ockham.core.kernel.Activations;
import java.lang.foreign.MemorySegment;

/**
 * That a stage reads a value. Of several readers, the one that runs last is the first on the way
 * back and overwrites the gradient; the others add to it.
 */
final class Reading {
  private final PassValue value;
  private boolean adds;
  private MemorySegment scratch = MemorySegment.NULL;

  Reading(PassValue value) {
    this.value = value;
  }

  /** What is read. */
  PassValue value() {
    return value;
  }

  /** Whether the gradient by the value is needed. */
  boolean wanted() {
    return value.wanted();
  }

  /** Whether another reader has left a gradient before, which this one's is added to. */
  boolean adds() {
    return adds;
  }

  /** To be called where another reader comes first. */
  void addFrom(MemorySegment memory) {
    adds = true;
    scratch = memory;
  }

  /** Where the stage writes its gradient by the value, all of the rows; see {@link #finish}. */
  MemorySegment target() {
    return adds ? scratch : value.gradient();
  }

  /** To be called when {@link #target} is written. */
  void finish(int rows) {
    if (adds) {
      Activations.add(value.gradient(), scratch, (long) rows * value.size());
    }
  }
}
