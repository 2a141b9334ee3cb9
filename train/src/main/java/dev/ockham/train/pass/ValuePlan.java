package dev.ockham.train.pass;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives values memory in a pass that has no way back: that of a value serves another once nobody
 * reads it any more. All examples that batch norms take their statistics from then fit at once.
 */
final class ValuePlan {

  private final int capacity;
  private final Arena arena;
  private final List<MemorySegment> free = new ArrayList<>();
  private final Map<PassValue, Integer> lastRead = new HashMap<>();

  private ValuePlan(int capacity, Arena arena) {
    this.capacity = capacity;
    this.arena = arena;
  }

  /**
   * Plans a pass.
   *
   * @param stages in the order in which they run
   * @param outputs the values that stay
   * @param capacity most examples at once
   */
  static void lay(List<Stage> stages, List<PassValue> outputs, int capacity, Arena arena) {
    ValuePlan plan = new ValuePlan(capacity, arena);
    for (int i = 0; i < stages.size(); i++) {
      for (Reading input : stages.get(i).wiring().inputs()) {
        plan.lastRead.put(input.value().owner(), i);
      }
    }
    outputs.forEach(output -> plan.lastRead.put(output.owner(), stages.size()));
    for (int i = 0; i < stages.size(); i++) {
      plan.lay(stages.get(i), i);
    }
  }

  private void lay(Stage stage, int number) {
    List<PassValue> made = new ArrayList<>();
    for (PassValue value : stage.wiring().outputs()) {
      if (value.owner() == value && !value.hasMemory()) {
        value.setValues(take(value));
        made.add(value);
      }
    }
    for (Reading input : stage.wiring().inputs()) {
      release(input.value().owner(), number);
    }
    made.forEach(value -> release(value, number));
  }

  private void release(PassValue owner, int number) {
    Integer last = lastRead.get(owner);
    if (last == null || last == number) {
      lastRead.put(owner, Integer.MAX_VALUE); // Only once.
      free.add(owner.values());
    }
  }

  /** The smallest memory that is free and large enough. */
  private MemorySegment take(PassValue value) {
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
