package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.MatrixProduct;
import dev.ockham.runtime.graph.Shape;
import java.util.Arrays;

/** Matrix products of two values of each example; terms are added in order. */
public final class Products implements Computation {
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
  public void run(float[][][] in, float[][] out) {
    int down = transposeRight ? 1 : columns;
    int right = transposeRight ? shared : 1;
    for (int b = 0; b < batch; b++) {
      for (int m = 0; m < rows; m++) {
        int x = (b * rows + m) * shared;
        for (int n = 0; n < columns; n++) {
          float[] to = out[(b * rows + m) * columns + n];
          Arrays.fill(to, 0f);
          dot(in[0], x, in[1], b * shared * columns + n * right, down, to);
        }
      }
    }
  }

  private void dot(float[][] x, int firstX, float[][] y, int firstY, int step, float[] to) {
    int k = 0;
    for (; k + 2 <= shared; k += 2) {
      addTwo(
          to, x[firstX + k], y[firstY + k * step], x[firstX + k + 1], y[firstY + (k + 1) * step]);
    }
    for (; k < shared; k++) {
      addProduct(to, x[firstX + k], y[firstY + k * step]);
    }
  }

  private static void addTwo(float[] sum, float[] a, float[] b, float[] c, float[] d) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] = sum[i] + a[i] * b[i] + c[i] * d[i];
    }
  }

  private static void addProduct(float[] sum, float[] a, float[] b) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] = sum[i] + a[i] * b[i];
    }
  }
}
