package dev.ockham.runtime.pack;

import dev.ockham.runtime.model.CsrMatrix;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import java.util.Arrays;
import java.util.BitSet;

/** One matrix: whether it is sparse, its step, and its numbers with or without their places. */
final class MatrixCode {

  /** From so many of ten cells on, places are not worth a mixer. */
  private static final int DENSE_TENTHS = 9;

  /** Cells that may be asked for beside those that the bytes pay for. */
  private static final long FREE_CELLS = 1L << 22;

  private static final long CELLS_PER_BYTE = 1L << 15;
  private static final int MOST_FIRST = 1 << 16;

  private MatrixCode() {}

  static void write(BitWriter to, PackedMatrix matrix) {
    CsrMatrix rows = matrix.numbers().asCsr();
    long cells = (long) rows.rows() * rows.cols();
    boolean sparse = 10L * rows.stored() < DENSE_TENTHS * cells;
    to.codeEven(sparse ? 1 : 0, 1);
    to.codeEven(Float.floatToRawIntBits(matrix.step()), Integer.SIZE);
    int zeros = matrix.step() == 0 ? ValueCode.Exact.zeros(rows.values()) : 0;
    ValueCode values = values(to, matrix.step(), zeros);
    if (sparse) {
      writePlaces(to, rows, values);
    } else {
      AdaptiveBits zero = new AdaptiveBits(1, 255);
      for (float value : matrix.numbers().toDense()) {
        if (zero.code(to, 0, isZero(value) ? 1 : 0) == 0) {
          values.code(to, value);
        }
      }
    }
  }

  private static boolean isZero(float value) {
    return Float.floatToRawIntBits(value) == 0;
  }

  private static ValueCode values(BitCoder coder, float step, int zeros) {
    return step == 0
        ? new ValueCode.Exact(coder.codeEven(zeros, ValueCode.Exact.ZEROS_BITS))
        : new ValueCode.Steps(step);
  }

  private static void writePlaces(BitWriter to, CsrMatrix matrix, ValueCode values) {
    int[] offsets = matrix.rowOffsets();
    int[] columns = matrix.columns();
    float[] numbers = matrix.values();
    BitSet fullRows = new BitSet();
    BitSet fullColumns = new BitSet();
    for (int i = 0; i < matrix.rows(); i++) {
      fullRows.set(i, offsets[i + 1] > offsets[i]);
    }
    for (int column : columns) {
      fullColumns.set(column);
    }
    PlaceCode.codeLines(to, fullRows, matrix.rows());
    PlaceCode.codeLines(to, fullColumns, matrix.cols());
    int[] live = fullColumns.stream().toArray();
    PlaceCode places = new PlaceCode(live.length);
    for (int i = fullRows.nextSetBit(0); i >= 0; i = fullRows.nextSetBit(i + 1)) {
      places.beginRow();
      int at = offsets[i];
      for (int j = 0; j < live.length; j++) {
        boolean here = at < offsets[i + 1] && columns[at] == live[j];
        if (places.code(to, j, here ? 1 : 0) == 1) {
          values.code(to, numbers[at++]);
        }
      }
    }
  }

  /**
   * Reads a matrix.
   *
   * @param bytes that there are in all, which bounds how many cells there can be
   * @param most bytes of memory that it may take
   * @param meter is told what numbers take
   */
  static PackedMatrix read(
      BitReader from, int rows, int cols, long bytes, long most, PackMeter meter)
      throws MalformedPackException {
    boolean sparse = from.codeEven(0, 1) == 1;
    float step = Float.intBitsToFloat(from.codeEven(0, Integer.SIZE));
    if (!(step >= 0 && step < Float.POSITIVE_INFINITY)) {
      throw new MalformedPackException("a step is " + step);
    }
    ValueCode values = values(from, step, 0);
    if (sparse) {
      requireMemory((rows + 1L) * Integer.BYTES + cols / Byte.SIZE, most);
      return packed(readPlaces(from, rows, cols, bytes, values, meter), step);
    }
    long cells = (long) rows * cols;
    requirePaid(cells, bytes);
    requireMemory(cells * Float.BYTES, most);
    float[] numbers = new float[(int) cells];
    AdaptiveBits zero = new AdaptiveBits(1, 255);
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = zero.code(from, 0, 0) == 1 ? 0 : finite(meter.value(values, from));
      TextCode.requireMore(from);
    }
    return packed(DenseMatrix.of(rows, cols, numbers), step);
  }

  private static PackedMatrix packed(Matrix numbers, float step) throws MalformedPackException {
    try {
      return new PackedMatrix(numbers, step);
    } catch (IllegalArgumentException e) {
      throw new MalformedPackException(String.valueOf(e.getMessage()), e);
    }
  }

  private static CsrMatrix readPlaces(
      BitReader from, int rows, int cols, long bytes, ValueCode values, PackMeter meter)
      throws MalformedPackException {
    BitSet fullRows = new BitSet();
    BitSet fullColumns = new BitSet();
    PlaceCode.codeLines(from, fullRows, rows);
    PlaceCode.codeLines(from, fullColumns, cols);
    TextCode.requireMore(from);
    requirePaid((long) fullRows.cardinality() * fullColumns.cardinality(), bytes);
    int[] live = fullColumns.stream().toArray();
    PlaceCode places = new PlaceCode(live.length);
    int[] offsets = new int[rows + 1];
    int[] columns = new int[MOST_FIRST];
    float[] numbers = new float[MOST_FIRST];
    int stored = 0;
    for (int i = 0; i < rows; i++) {
      if (fullRows.get(i)) {
        places.beginRow();
        for (int j = 0; j < live.length; j++) {
          if (places.code(from, j, 0) == 1) {
            if (stored == numbers.length) {
              columns = Arrays.copyOf(columns, 2 * stored);
              numbers = Arrays.copyOf(numbers, 2 * stored);
            }
            columns[stored] = live[j];
            numbers[stored++] = finite(meter.value(values, from));
          }
        }
        TextCode.requireMore(from);
      }
      offsets[i + 1] = stored;
    }
    return CsrMatrix.of(
        cols, offsets, Arrays.copyOf(columns, stored), Arrays.copyOf(numbers, stored));
  }

  private static float finite(float value) throws MalformedPackException {
    if (!Float.isFinite(value)) {
      throw new MalformedPackException("a number is " + value);
    }
    return value;
  }

  private static void requireMemory(long needed, long most) throws MalformedPackException {
    if (needed > most) {
      throw new MalformedPackException(
          "a matrix needs %s bytes, and %s MB are left (-Xmx)".formatted(needed, most >> 20));
    }
  }

  private static void requirePaid(long cells, long bytes) throws MalformedPackException {
    if (cells > FREE_CELLS + CELLS_PER_BYTE * bytes) {
      throw new MalformedPackException(
          "a matrix claims %s cells, which %s bytes cannot hold".formatted(cells, bytes));
    }
  }
}
