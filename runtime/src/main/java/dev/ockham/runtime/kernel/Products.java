package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.MatrixProduct;
import dev.ockham.runtime.graph.Shape;
import java.util.Arrays;

/** Matrix products of two values of each example; terms are added in order. */
public final class Products implements Kernel {
  private final int batch;
  private final int rows;
  private final int shared;
  private final int columns;
  private final boolean transposeRight;

  /** A product of values of the given shapes. */
  public Products(MatrixProduct operator, Shape x, Shape out) {
    int rank = x.rank();
    batch = x.product(0, rank - 2);
    rows = x.dim(rank - 2);
    shared = x.dim(rank - 1);
    columns = out.dim(rank - 1);
    transposeRight = operator.transposeRight();
  }

  @Override
  public void run(float[][] in, float[] out, Scratch scratch) {
    int lanes = scratch.lanes();
    int down = transposeRight ? 1 : columns;
    int right = transposeRight ? shared : 1;
    for (int b = 0; b < batch; b++) {
      for (int m = 0; m < rows; m++) {
        int x = (b * rows + m) * shared;
        for (int n = 0; n < columns; n++) {
          int to = ((b * rows + m) * columns + n) * lanes;
          int y = b * shared * columns + n * right;
          if (lanes == 1) {
            out[to] = dot(in[0], x, in[1], y, down);
          } else {
            dots(in[0], x, in[1], y, down, out, to, scratch);
          }
        }
      }
    }
  }

  private float dot(float[] x, int firstX, float[] y, int firstY, int step) {
    float sum = 0;
    for (int k = 0; k < shared; k++) {
      sum = Math.fma(x[firstX + k], y[firstY + k * step], sum);
    }
    return sum;
  }

  private void dots(
      float[] x,
      int firstX,
      float[] y,
      int firstY,
      int step,
      float[] out,
      int to,
      Scratch scratch) {
    int lanes = scratch.lanes();
    Arrays.fill(out, to, to + lanes, 0f);
    for (int k = 0; k < shared; k++) {
      int a = (firstX + k) * lanes;
      int b = (firstY + k * step) * lanes;
      scratch.arithmetic().addProducts(x, a, y, b, out, to, lanes);
    }
  }
}
