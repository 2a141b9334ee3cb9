package dev.ockham.runtime.kernel;

import java.util.Arrays;

/**
 * A dense matrix, 16, 32 or 64 rows at a time: the weights by which those rows take one feature lie
 * side by side.
 *
 * <p>The arrays belong to the kernels and are never written after construction.
 */
final class Panels {
  /** Most rows of a panel. */
  static final int MOST = 64;

  /** Fewest rows of a panel, which is filled up with zeros; then comes twice as many. */
  private static final int FEWEST = 16;

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
    int rest = rows % MOST;
    int last = rest == 0 ? 0 : rest <= FEWEST ? FEWEST : rest <= 2 * FEWEST ? 2 * FEWEST : MOST;
    int filled = rows - rest + last;
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
