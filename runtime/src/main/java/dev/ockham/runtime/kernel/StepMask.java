package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.LengthMask;

/** One number for steps before the length of a sequence, another for those behind it. */
public final class StepMask implements Kernel {
  private final LengthMask operator;
  private final int steps;

  /** A mask of a number of steps. */
  public StepMask(LengthMask operator, int steps) {
    this.steps = steps;
    this.operator = operator;
  }

  @Override
  public void run(float[][] in, float[] out, Scratch scratch) {
    int lanes = scratch.lanes();
    for (int step = 0; step < steps; step++) {
      for (int i = 0; i < lanes; i++) {
        out[step * lanes + i] = step < in[0][i] ? operator.within() : operator.beyond();
      }
    }
  }
}
