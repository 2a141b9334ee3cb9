package dev.ockham.train.pass;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives gradients memory. The gradient by a value is needed from its last reader on the way there,
 * which is the first on the way back, to its giver; then its memory serves another. So a chain
 * needs little more than the memory of its two largest neighbours.
 */
final class GradientPlan {

  private final int capacity;
  private final Arena arena;
  private final FreeMemory free;
  private @Nullable MemorySegment scratch;

  private GradientPlan(int capacity, Arena arena) {
    this.capacity = capacity;
    this.arena = arena;
    free = new FreeMemory(capacity, arena);
  }

  /**
   * Plans the way back.
   *
   * @param stages in the order of the way there; the output of each leads to one of {@code last}
   * @param last the values whose gradients are given from outside
   * @param capacity most examples at once
   */
  static void lay(List<Stage> stages, List<PassValue> last, int capacity, Arena arena) {
    GradientPlan plan = new GradientPlan(capacity, arena);
    last.forEach(value -> value.setGradient(plan.free.take(value)));
    for (Stage stage : stages.reversed()) {
      if (stage.wiring().wanted()) {
        plan.lay(stage, largest(stages));
      }
    }
  }

  private static int largest(List<Stage> stages) {
    return stages.stream()
        .flatMap(stage -> stage.wiring().inputs().stream())
        .mapToInt(input -> input.value().size())
        .max()
        .orElse(0);
  }

  private void lay(Stage stage, int largest) {
    MemorySegment byOutput = stage.wiring().byOut();
    boolean passed = false;
    boolean passes = stage.passesGradient();
    for (Reading input : stage.wiring().inputs()) {
      PassValue value = input.value();
      if (!input.wanted()) {
        passes = false;
        continue;
      }
      if (value.gradient().address() != 0) {
        input.addFrom(scratch(largest));
      } else if (passes) {
        value.setGradient(byOutput);
        passed = true;
      } else {
        value.setGradient(free.take(value));
      }
      passes = false;
    }
    for (PassValue output : stage.wiring().outputs()) {
      long address = output.gradient().address();
      if (address != 0 && !(passed && address == byOutput.address())) {
        free.give(output.gradient());
      }
    }
  }

  private MemorySegment scratch(int largest) {
    if (scratch == null) {
      scratch = Buffers.floats(arena, (long) capacity * largest);
    }
    return scratch;
  }
}
