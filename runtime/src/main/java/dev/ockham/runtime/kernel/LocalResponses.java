package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.LocalResponse;
import dev.ockham.runtime.graph.Shape;

/**
 * Numbers over a power of what channels beside theirs have, added up in double. Uses {@link
 * StrictMath}, so the bits are the same on every machine.
 */
public final class LocalResponses implements Kernel {
  private final int channels;
  private final int inner;
  private final int reach;
  private final double factor;
  private final double beta;
  private final double bias;

  /** Over channels along the first axis. */
  public LocalResponses(LocalResponse operator, Shape in) {
    channels = in.dim(0);
    inner = in.product(1, in.rank());
    reach = operator.size() / 2;
    factor = (double) operator.alpha() / operator.size();
    beta = operator.beta();
    bias = operator.bias();
  }

  @Override
  public void run(float[][] in, float[] out, Scratch scratch) {
    int lanes = scratch.lanes();
    float[] x = in[0];
    int plane = inner * lanes;
    for (int channel = 0; channel < channels; channel++) {
      int first = Math.max(0, channel - reach);
      int last = (int) Math.min(channels - 1L, (long) channel + reach);
      for (int i = channel * plane; i < (channel + 1) * plane; i++) {
        double sum = 0;
        for (int other = first; other <= last; other++) {
          double value = x[i + (other - channel) * plane];
          sum += value * value;
        }
        out[i] = (float) (x[i] / StrictMath.pow(bias + factor * sum, beta));
      }
    }
  }
}
