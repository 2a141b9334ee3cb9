package dev.ockham.runtime.kernel;

import dev.ockham.runtime.model.Matrix;

/** Rows of a table by their numbers; zeros for a number that is none. */
public final class Lookup implements Kernel {
  private final int places;
  private final int rows;
  private final int width;
  private final float[] table;

  /**
   * A table of one row per entry.
   *
   * @param places how many numbers are looked up
   */
  public Lookup(Matrix weight, int places) {
    this.places = places;
    rows = weight.rows();
    width = weight.cols();
    table = weight.toDense();
  }

  @Override
  public void run(float[][] in, float[] out, Scratch scratch) {
    int lanes = scratch.lanes();
    for (int p = 0; p < places; p++) {
      for (int i = 0; i < lanes; i++) {
        float number = in[0][p * lanes + i];
        boolean known = number >= 0 && number < rows;
        int first = known ? ((int) number) * width : 0;
        for (int w = 0; w < width; w++) {
          out[(p * width + w) * lanes + i] = known ? table[first + w] : 0;
        }
      }
    }
  }
}
