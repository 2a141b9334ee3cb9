package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.Matrix;

/**
 * Sums of weighted features along the last axis. A sum is the bias first, then the terms in column
 * order.
 */
public final class FullyConnected implements Kernel {
  private final int positions;
  private final LinearRows rows;
  private final Finish finish;

  /**
   * Prepares a dense layer.
   *
   * @param bias one number per row; not copied
   * @param finish without a pool
   */
  public FullyConnected(Shape in, Matrix weight, float[] bias, Finish finish, Form form) {
    positions = in.product(0, in.rank() - 1);
    rows = new LinearRows(weight, bias, form);
    this.finish = finish;
  }

  @Override
  public void run(float[][] in, float[] out, Scratch scratch) {
    int lanes = scratch.lanes();
    int count = rows.rows() * lanes;
    for (int p = 0; p < positions; p++) {
      rows.run(in[0], p * rows.columns() * lanes, out, p * count, scratch);
      if (finish.sum() || finish.bounded()) {
        scratch
            .arithmetic()
            .finish(
                out,
                p * count,
                count,
                1,
                count,
                finish.sum() ? in[1] : null,
                out,
                p * count,
                finish.bounds());
      }
    }
  }
}
