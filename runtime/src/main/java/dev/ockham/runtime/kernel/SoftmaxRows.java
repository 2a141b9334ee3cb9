package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Softmax;

/**
 * {@code exp(x − max x) / Σ exp(x − max x)} along an axis, or its logarithm, summed in double. Uses
 * {@link StrictMath}, so the bits are the same on every machine.
 */
public final class SoftmaxRows implements Computation {
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
  public void run(float[][][] in, float[][] out) {
    if (out.length == 0) {
      return;
    }
    double[] row = new double[size];
    for (int i = 0; i < out[0].length; i++) {
      for (int o = 0; o < outer; o++) {
        for (int k = 0; k < inner; k++) {
          row(in[0], o * size * inner + k, i, row, out);
        }
      }
    }
  }

  private void row(float[][] in, int first, int lane, double[] row, float[][] out) {
    float max = in[first][lane];
    for (int k = 1; k < size; k++) {
      max = Math.max(max, in[first + k * inner][lane]);
    }
    double sum = 0;
    for (int k = 0; k < size; k++) {
      double above = (double) in[first + k * inner][lane] - max;
      double power = StrictMath.exp(above);
      row[k] = log ? above : power;
      sum += power;
    }
    double logSum = log ? StrictMath.log(sum) : 0;
    for (int k = 0; k < size; k++) {
      out[first + k * inner][lane] = (float) (log ? row[k] - logSum : row[k] / sum);
    }
  }
}
