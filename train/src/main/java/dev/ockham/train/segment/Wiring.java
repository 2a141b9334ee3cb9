package dev.ockham.train.segment;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What a stage reads and gives.
 *
 * @param inputs in the operator's order
 * @param output the one value it gives
 */
record Wiring(List<Reading> inputs, PassValue output) {
  Wiring {
    inputs = List.copyOf(inputs);
  }

  /** The first input. */
  Reading input() {
    return inputs.getFirst();
  }

  /** Values of the first input. */
  MemorySegment in() {
    return input().value().values();
  }

  /** Values of the output. */
  MemorySegment out() {
    return output.values();
  }

  /** Gradient by the output. */
  MemorySegment byOut() {
    return output.gradient();
  }
}
