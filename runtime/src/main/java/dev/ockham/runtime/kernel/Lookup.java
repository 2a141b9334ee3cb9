package dev.ockham.runtime.kernel;

import dev.ockham.runtime.model.Matrix;

/** Rows of a table by their numbers; zeros for a number that is none. */
public final class Lookup implements Computation {
  private final int rows;
  private final int width;
  private final float[] table;

  /** A table of one row per entry. */
  public Lookup(Matrix weight) {
    rows = weight.rows();
    width = weight.cols();
    table = weight.toDense();
  }

  @Override
  public void run(float[][][] in, float[][] out) {
    for (int p = 0; p < in[0].length; p++) {
      float[] number = in[0][p];
      for (int i = 0; i < number.length; i++) {
        boolean known = number[i] >= 0 && number[i] < rows;
        int first = known ? ((int) number[i]) * width : 0;
        for (int w = 0; w < width; w++) {
          out[p * width + w][i] = known ? table[first + w] : 0;
        }
      }
    }
  }
}
