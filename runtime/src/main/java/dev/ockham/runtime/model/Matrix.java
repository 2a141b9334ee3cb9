package dev.ockham.runtime.model;

/**
 * An immutable float32 matrix of one row per output unit, stored dense or as compressed rows.
 *
 * <p>Equality compares the storage as well as the numbers; compare {@link #toDense()} for the
 * numbers alone. A matrix may have zero rows or zero columns.
 */
public sealed interface Matrix permits DenseMatrix, CsrMatrix {
  /** Number of rows (outputs), ≥ 0. */
  int rows();

  /** Number of columns (inputs), ≥ 0. */
  int cols();

  /**
   * Number of elements that differ from zero, counted from the values themselves and not from the
   * storage: an explicitly stored zero (or −0) does not count.
   */
  long nonZeros();

  /** The elements row by row, {@code rows × cols} of them; the caller owns the array. */
  float[] toDense();

  /** The same numbers with dense storage. */
  DenseMatrix asDense();

  /** The same numbers, down to the sign of zero, stored as compressed rows. */
  CsrMatrix asCsr();
}
