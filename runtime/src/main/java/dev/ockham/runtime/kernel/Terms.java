package dev.ockham.runtime.kernel;

import dev.ockham.runtime.model.CsrMatrix;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;

/**
 * A matrix as the kernels want it: the non-zero terms of each row, in column order, with each
 * column replaced by the place of its input feature. Both storages give the same terms, which is
 * why they give the same results.
 *
 * <p>The arrays belong to the kernels and are never written after construction.
 */
final class Terms {
  /** Terms of row r are those from {@code starts[r]} to {@code starts[r + 1]} (exclusive). */
  final int[] starts;

  /** Feature that each term multiplies; for a convolution, at output position (0, 0). */
  final int[] features;

  final float[] weights;

  private Terms(Matrix matrix) {
    int count = Math.toIntExact(matrix.nonZeros());
    starts = new int[matrix.rows() + 1];
    features = new int[count];
    weights = new float[count];
  }

  /** Terms of a matrix whose column c is feature c. */
  static Terms of(Matrix matrix) {
    int[] places = new int[matrix.cols()];
    for (int column = 0; column < places.length; column++) {
      places[column] = column;
    }
    return of(matrix, places, Math.max(1, matrix.rows()), 0);
  }

  /**
   * Terms of a matrix whose rows belong to groups, each with features of its own.
   *
   * @param places feature of each column, for the first group
   * @param rows how many rows a group has
   * @param step features from one group to the next
   */
  static Terms of(Matrix matrix, int[] places, int rows, int step) {
    Terms terms = new Terms(matrix);
    if (matrix instanceof CsrMatrix sparse) {
      terms.fill(sparse, places, rows, step);
    } else {
      terms.fill(matrix.asDense(), places, rows, step);
    }
    return terms;
  }

  private void fill(DenseMatrix dense, int[] places, int rows, int step) {
    float[] values = dense.toDense();
    int count = 0;
    for (int row = 0; row < dense.rows(); row++) {
      for (int column = 0; column < dense.cols(); column++) {
        float value = values[row * dense.cols() + column];
        if (value != 0) {
          features[count] = row / rows * step + places[column];
          weights[count++] = value;
        }
      }
      starts[row + 1] = count;
    }
  }

  private void fill(CsrMatrix sparse, int[] places, int rows, int step) {
    int[] offsets = sparse.rowOffsets();
    int[] columns = sparse.columns();
    float[] values = sparse.values();
    int count = 0;
    for (int row = 0; row < sparse.rows(); row++) {
      for (int i = offsets[row]; i < offsets[row + 1]; i++) {
        if (values[i] != 0) {
          features[count] = row / rows * step + places[columns[i]];
          weights[count++] = values[i];
        }
      }
      starts[row + 1] = count;
    }
  }

  /** Terms of a row. */
  int count(int row) {
    return starts[row + 1] - starts[row];
  }
}
