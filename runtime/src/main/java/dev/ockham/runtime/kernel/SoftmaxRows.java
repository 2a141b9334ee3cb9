package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Softmax;

/**
 * {@code exp(x − max x) / Σ exp(x − max x)} along an axis, or its logarithm, summed in double. Uses
 * {@link StrictMath}, so the bits are the same on every machine.
 */
public final class SoftmaxRows implements Kernel {
  private final int outer;
  private final int size;
  private final int inner;
  private final boolean log;

  /** Along the operator's axis. */
  public SoftmaxRows(Softmax operator, Shape in) {
    outer = in.product(0, operator.axis());
    size = in.dim(operator.axis());
    inner = in.product(operator.axis() + 1, in.rank());
    log = operator.log();
  }

  @Override
  public boolean inPlace() {
    return true;
  }

  @Override
  public void run(float[][] in, float[] out, Scratch scratch) {
    int step = inner * scratch.lanes();
    double[] row = scratch.doubles(size);
    for (int o = 0; o < outer; o++) {
      for (int k = 0; k < step; k++) {
        row(in[0], o * size * step + k, step, row, out);
      }
    }
  }

  private void row(float[] in, int first, int step, double[] row, float[] out) {
    float max = in[first];
    for (int k = 1; k < size; k++) {
      max = Math.max(max, in[first + k * step]);
    }
    double sum = 0;
    for (int k = 0; k < size; k++) {
      double above = (double) in[first + k * step] - max;
      double power = StrictMath.exp(above);
      row[k] = log ? above : power;
      sum += power;
    }
    double logSum = log ? StrictMath.log(sum) : 0;
    for (int k = 0; k < size; k++) {
      out[first + k * step] = (float) (log ? row[k] - logSum : row[k] / sum);
    }
  }
}
