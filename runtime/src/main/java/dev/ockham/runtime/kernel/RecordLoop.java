package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.OwnLoop;
import dev.ockham.runtime.graph.Shape;
import java.util.List;

/** The loop that an operator's record holds. */
public final class RecordLoop implements Kernel {
  private final OwnLoop operator;
  private final List<Shape> in;

  /** The operator's loop for inputs of such shapes. */
  public RecordLoop(OwnLoop operator, List<Shape> in) {
    this.operator = operator;
    this.in = List.copyOf(in);
  }

  @Override
  public void run(float[][] in, float[] out, Scratch scratch) {
    operator.run(this.in, in, out, scratch.lanes());
  }
}
