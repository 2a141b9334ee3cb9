package dev.ockham.train.pass;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Gives values memory in a pass that has no way back: that of a value serves another once nobody
 * reads it any more. All examples that batch norms take their statistics from then fit at once.
 */
final class ValuePlan {

  private final FreeMemory free;
  private final Map<PassValue, Integer> lastRead = new HashMap<>();

  private ValuePlan(int capacity, Arena arena) {
    free = new FreeMemory(capacity, arena);
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
        value.setValues(free.take(value));
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
      free.give(owner.values());
    }
  }
}
