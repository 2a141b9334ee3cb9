package dev.ockham.train.pass;

import dev.ockham.core.kernel.GateDraw;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.train.engine.TensorScope;
import dev.ockham.train.gate.GateLeaves;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * The factors of a gate that is learnt and sees no example, drawn and differentiated by kernels.
 */
final class LearntFactors implements AutoCloseable {

  private final List<Leaf> numbers;
  private final MemorySegment[] values;
  private final MemorySegment[] gradients;
  private final GateDraw draw;

  LearntFactors(GateLeaves.Learnt gate, int units, int capacity, Kernels kernels, Arena arena) {
    numbers = gate.numbers().stream().map(number -> Leaf.of(number, arena)).toList();
    values = numbers.stream().map(Leaf::memory).toArray(MemorySegment[]::new);
    gradients =
        numbers.stream().map(leaf -> leaf.gradient().segment()).toArray(MemorySegment[]::new);
    draw = GateDraw.of(gate.belief(), units, capacity, kernels);
  }

  /**
   * Draws.
   *
   * @param noise what the gate drew, {@code [1 + rows, width]}
   * @param z {@code [rows, units]}, overwritten
   */
  void draw(MemorySegment noise, int width, int rows, MemorySegment z) {
    draw.draw(values, noise, width, rows, z);
  }

  /** Leaves the gradients by the numbers, from those by the factors of the last draw. */
  void backward(MemorySegment byFactors, int rows) {
    draw.gradients(byFactors, rows, gradients);
  }

  /** Hands the gradients to the leaves. */
  void publish() {
    try (TensorScope _ = new TensorScope()) {
      numbers.forEach(Leaf::publish);
    }
  }

  @Override
  public void close() {
    numbers.forEach(Leaf::close);
  }
}
