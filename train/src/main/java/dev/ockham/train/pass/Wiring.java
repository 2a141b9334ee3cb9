package dev.ockham.train.pass;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * What a stage reads and gives.
 *
 * @param inputs in the operator's order
 * @param outputs what it gives: one value, but for segments of several nodes
 */
record Wiring(List<Reading> inputs, List<PassValue> outputs) {
  Wiring {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /** Of a stage that gives one value. */
  Wiring(List<Reading> inputs, PassValue output) {
    this(inputs, List.of(output));
  }

  /** The first input. */
  Reading input() {
    return inputs.getFirst();
  }

  /** The first output. */
  PassValue output() {
    return outputs.getFirst();
  }

  /** Whether somebody needs the gradient by an output. */
  boolean wanted() {
    return outputs.stream().anyMatch(PassValue::wanted);
  }

  /** Values of the first input. */
  MemorySegment in() {
    return input().value().values();
  }

  /** Values of the first output. */
  MemorySegment out() {
    return output().values();
  }

  /** Gradient by the first output. */
  MemorySegment byOut() {
    return output().gradient();
  }
}
