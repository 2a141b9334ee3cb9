package dev.ockham.runtime.kernel;

import java.util.Arrays;

/**
 * Numbers that are the same for every example.
 *
 * @param values one per feature; not copied, never written
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Fixed(float[] values) implements Kernel {

  @Override
  public void run(float[][] in, float[] out, Scratch scratch) {
    int lanes = scratch.lanes();
    for (int f = 0; f < values.length; f++) {
      Arrays.fill(out, f * lanes, (f + 1) * lanes, values[f]);
    }
  }
}
