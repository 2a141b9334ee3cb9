package dev.ockham.runtime.kernel;

import java.util.Arrays;

/**
 * A dense matrix, up to 64 rows at a time: the weights by which those rows take one feature lie
 * side by side.
 *
 * <p>The arrays belong to the kernels and are never written after construction.
 */
final class Panels {
  /** Most rows of a panel. */
  static final int MOST = 64;

  /** Rows are filled up to a multiple of this, with zeros. */
  static final int STEP = 16;

  final int rows;
  final int columns;

  /** Panel by panel, feature by feature, a number for each row of the panel. */
  final float[] weights;

  /** One number for each row, filled up. */
  final float[] bias;

  /** All rows of a matrix. */
  Panels(Terms terms, int columns, float[] bias) {
    rows = bias.length;
    this.columns = columns;
    int filled = (rows + STEP - 1) / STEP * STEP;
    this.bias = Arrays.copyOf(bias, filled);
    weights = new float[Math.multiplyExact(filled, columns)];
    for (int row = 0; row < rows; row++) {
      int first = row / MOST * MOST;
      int width = width(first);
      for (int t = terms.starts[row]; t < terms.starts[row + 1]; t++) {
        weights[first * columns + terms.features[t] * width + row - first] = terms.weights[t];
      }
    }
  }

  /** Rows of the panel that begins with a row. */
  int width(int first) {
    return Math.min(MOST, bias.length - first);
  }
}
