package dev.ockham.train.pass;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** Memory that one value after another is given. */
final class FreeMemory {

  private final int capacity;
  private final Arena arena;
  private final List<MemorySegment> free = new ArrayList<>();

  /**
   * No memory yet.
   *
   * @param capacity most examples at once
   * @param arena where new memory comes from
   */
  FreeMemory(int capacity, Arena arena) {
    this.capacity = capacity;
    this.arena = arena;
  }

  /** Takes back what nobody needs any more. */
  void give(MemorySegment memory) {
    free.add(memory);
  }

  /** The smallest memory that is free and large enough; new memory where none is. */
  MemorySegment take(PassValue value) {
    long bytes = (long) capacity * value.size() * Float.BYTES;
    MemorySegment best = null;
    for (MemorySegment each : free) {
      if (each.byteSize() >= bytes && (best == null || each.byteSize() < best.byteSize())) {
        best = each;
      }
    }
    if (best == null) {
      return Buffers.floats(arena, (long) capacity * value.size());
    }
    free.remove(best);
    return best;
  }
}
