package dev.ockham.runtime.model;

import java.nio.FloatBuffer;
import java.util.Arrays;

/** A matrix that stores every element, row by row. */
public final class DenseMatrix implements Matrix {
  private final int rows;
  private final int cols;
  private final float[] values;

  private DenseMatrix(int rows, int cols, float[] values) {
    this.rows = rows;
    this.cols = cols;
    this.values = values;
  }

  /**
   * A matrix of the given elements.
   *
   * @param values the elements row by row, {@code rows × cols} of them; copied
   * @throws IllegalArgumentException if a dimension is negative or the length does not match
   */
  public static DenseMatrix of(int rows, int cols, float[] values) {
    return owning(rows, cols, values.clone());
  }

  /**
   * A matrix over an array without a copy, for large ones that nobody else has.
   *
   * @param values the elements row by row; the matrix's from now on, and not to be written
   */
  public static DenseMatrix owning(int rows, int cols, float[] values) {
    if (rows < 0 || cols < 0) {
      throw new IllegalArgumentException(
          "matrix of %s rows and %s cols: neither may be negative".formatted(rows, cols));
    }
    if ((long) rows * cols != values.length) {
      throw new IllegalArgumentException(
          "matrix of %s rows and %s cols needs %s values, got %s"
              .formatted(rows, cols, (long) rows * cols, values.length));
    }
    return new DenseMatrix(rows, cols, values);
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int cols() {
    return cols;
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
    return this;
  }

  @Override
  public CsrMatrix asCsr() {
    return CsrMatrix.of(rows, cols, values);
  }

  @Override
  public float[] toDense() {
    return values.clone();
  }

  /** The elements row by row, read-only; no copy. */
  public FloatBuffer elements() {
    return FloatBuffer.wrap(values).asReadOnlyBuffer();
  }

  /** The element storage itself, for the kernels of this package; never written. */
  float[] values() {
    return values;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DenseMatrix that
        && rows == that.rows
        && cols == that.cols
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * rows + cols) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return "dense matrix " + rows + "×" + cols;
  }
}
