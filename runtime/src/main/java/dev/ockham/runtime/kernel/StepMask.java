package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.LengthMask;

/** One number for steps before the length of a sequence, another for those behind it. */
public final class StepMask implements Computation {
  private final LengthMask operator;

  /** A mask. */
  public StepMask(LengthMask operator) {
    this.operator = operator;
  }

  @Override
  public void run(float[][][] in, float[][] out) {
    float[] length = in[0][0];
    for (int step = 0; step < out.length; step++) {
      float[] to = out[step];
      for (int i = 0; i < to.length; i++) {
        to[i] = step < length[i] ? operator.within() : operator.beyond();
      }
    }
  }
}
