package dev.ockham.runtime.model;

import java.util.Arrays;

/**
 * A matrix in compressed sparse rows: the stored elements of row {@code r} are those at positions
 * {@code rowOffsets[r]} to {@code rowOffsets[r + 1]} (exclusive) of {@code values}, and {@code
 * columns} says where in the row each one sits, in increasing order.
 */
public final class CsrMatrix implements Matrix {
  private final int cols;
  private final int[] rowOffsets;
  private final int[] columns;
  private final float[] values;

  private CsrMatrix(int cols, int[] rowOffsets, int[] columns, float[] values) {
    this.cols = cols;
    this.rowOffsets = rowOffsets;
    this.columns = columns;
    this.values = values;
  }

  /**
   * A matrix of the given parts, all copied.
   *
   * @param cols number of columns, ≥ 0
   * @param rowOffsets {@code rows + 1} positions that start at 0, never decrease, and end at the
   *     number of stored elements
   * @param columns column of each stored element, strictly increasing within a row
   * @param values the stored elements; zeros are allowed
   * @throws IllegalArgumentException naming the part, the index and the value that is wrong
   */
  public static CsrMatrix of(int cols, int[] rowOffsets, int[] columns, float[] values) {
    if (cols < 0) {
      throw new IllegalArgumentException("cols = " + cols + " is negative");
    }
    if (columns.length != values.length) {
      throw new IllegalArgumentException(
          "columns has %s entries but values has %s".formatted(columns.length, values.length));
    }
    checkRowOffsets(rowOffsets, values.length);
    checkColumns(cols, rowOffsets, columns);
    return new CsrMatrix(cols, rowOffsets.clone(), columns.clone(), values.clone());
  }

  /**
   * Compresses a dense matrix. What is left out is exactly positive zero, so {@link #toDense()}
   * gives the same bits back; a negative zero stays as a stored element.
   *
   * @param values the elements row by row, {@code rows × cols} of them
   */
  public static CsrMatrix of(int rows, int cols, float[] values) {
    if (rows < 0 || cols < 0 || (long) rows * cols != values.length) {
      throw new IllegalArgumentException(
          "matrix of %s rows and %s cols cannot have %s values"
              .formatted(rows, cols, values.length));
    }
    int stored = 0;
    for (float value : values) {
      stored += isStored(value) ? 1 : 0;
    }
    int[] rowOffsets = new int[rows + 1];
    int[] columns = new int[stored];
    float[] kept = new float[stored];
    int position = 0;
    for (int row = 0; row < rows; row++) {
      for (int col = 0; col < cols; col++) {
        float value = values[row * cols + col];
        if (isStored(value)) {
          columns[position] = col;
          kept[position++] = value;
        }
      }
      rowOffsets[row + 1] = position;
    }
    return new CsrMatrix(cols, rowOffsets, columns, kept);
  }

  private static boolean isStored(float value) {
    return Float.floatToRawIntBits(value) != 0;
  }

  private static void checkRowOffsets(int[] rowOffsets, int stored) {
    if (rowOffsets.length == 0) {
      throw new IllegalArgumentException("row_offsets is empty, it needs rows + 1 entries");
    }
    if (rowOffsets[0] != 0) {
      throw new IllegalArgumentException("row_offsets[0] = " + rowOffsets[0] + ", it must be 0");
    }
    for (int row = 1; row < rowOffsets.length; row++) {
      if (rowOffsets[row] < rowOffsets[row - 1]) {
        throw new IllegalArgumentException(
            "row_offsets[%s] = %s is below row_offsets[%s] = %s"
                .formatted(row, rowOffsets[row], row - 1, rowOffsets[row - 1]));
      }
    }
    int last = rowOffsets[rowOffsets.length - 1];
    if (last != stored) {
      throw new IllegalArgumentException(
          "row_offsets ends at %s but %s values are stored".formatted(last, stored));
    }
  }

  private static void checkColumns(int cols, int[] rowOffsets, int[] columns) {
    for (int row = 0; row + 1 < rowOffsets.length; row++) {
      int previous = -1;
      for (int i = rowOffsets[row]; i < rowOffsets[row + 1]; i++) {
        if (columns[i] < 0 || columns[i] >= cols) {
          throw new IllegalArgumentException(
              "columns[%s] = %s is outside 0..%s (row %s)".formatted(i, columns[i], cols - 1, row));
        }
        if (columns[i] <= previous) {
          throw new IllegalArgumentException(
              "columns[%s] = %s does not increase after %s (row %s)"
                  .formatted(i, columns[i], previous, row));
        }
        previous = columns[i];
      }
    }
  }

  @Override
  public int rows() {
    return rowOffsets.length - 1;
  }

  @Override
  public int cols() {
    return cols;
  }

  /** Number of stored elements, ≥ {@link #nonZeros()}. */
  public int stored() {
    return values.length;
  }

  @Override
  public long nonZeros() {
    long count = 0;
    for (float value : values) {
      if (value != 0) {
        count++;
      }
    }
    return count;
  }

  @Override
  public DenseMatrix asDense() {
    return DenseMatrix.owning(rows(), cols, toDense());
  }

  @Override
  public CsrMatrix asCsr() {
    return this;
  }

  @Override
  public float[] toDense() {
    float[] dense = new float[Math.multiplyExact(rows(), cols)];
    for (int row = 0; row < rows(); row++) {
      for (int i = rowOffsets[row]; i < rowOffsets[row + 1]; i++) {
        dense[row * cols + columns[i]] = values[i];
      }
    }
    return dense;
  }

  /** A copy of the {@code rows + 1} row offsets. */
  public int[] rowOffsets() {
    return rowOffsets.clone();
  }

  /** A copy of the column of each stored element. */
  public int[] columns() {
    return columns.clone();
  }

  /** A copy of the stored elements. */
  public float[] values() {
    return values.clone();
  }

  /** Position of the first stored element of {@code row}; {@code row = rows} gives the end. */
  int rowStart(int row) {
    return rowOffsets[row];
  }

  int columnAt(int position) {
    return columns[position];
  }

  float valueAt(int position) {
    return values[position];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CsrMatrix that
        && cols == that.cols
        && Arrays.equals(rowOffsets, that.rowOffsets)
        && Arrays.equals(columns, that.columns)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    int hash = 31 * cols + Arrays.hashCode(rowOffsets);
    return 31 * (31 * hash + Arrays.hashCode(columns)) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "CSR matrix " + rows() + "×" + cols + " with " + values.length + " stored";
  }
}
