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

  private static final int MOST_FIRST = 1 << 16;

  private MatrixCode() {}

  /**
   * Writes a matrix.
   *
   * @param work counts what a reader will have to do
   */
  static void write(BitWriter to, PackedMatrix matrix, PackWork work)
      throws MalformedPackException {
    CsrMatrix rows = matrix.numbers().asCsr();
    long cells = (long) rows.rows() * rows.cols();
    boolean sparse = 10L * rows.stored() < DENSE_TENTHS * cells;
    to.codeEven(sparse ? 1 : 0, 1);
    to.codeEven(Float.floatToRawIntBits(matrix.step()), Integer.SIZE);
    int zeros = matrix.step() == 0 ? ValueCode.Exact.zeros(rows.values()) : 0;
    ValueCode values = values(to, matrix.step(), zeros);
    if (sparse) {
      writePlaces(to, rows, values, work);
    } else {
      work.add(cells);
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

  private static void writePlaces(BitWriter to, CsrMatrix matrix, ValueCode values, PackWork work)
      throws MalformedPackException {
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
    work.add((long) matrix.rows() + matrix.cols());
    work.add((long) fullRows.cardinality() * fullColumns.cardinality());
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
   * @param work counts what is asked for
   * @param most bytes of memory that it may take
   * @param meter is told what numbers take
   */
  static PackedMatrix read(
      BitReader from, int rows, int cols, PackWork work, long most, PackMeter meter)
      throws MalformedPackException {
    boolean sparse = from.codeEven(0, 1) == 1;
    float step = Float.intBitsToFloat(from.codeEven(0, Integer.SIZE));
    if (!(step >= 0 && step < Float.POSITIVE_INFINITY)) {
      throw new MalformedPackException("a step is " + step);
    }
    ValueCode values = values(from, step, 0);
    if (sparse) {
      requireMemory((rows + 1L) * Integer.BYTES + cols / Byte.SIZE, most);
      work.add((long) rows + cols);
      return packed(readPlaces(from, rows, cols, work, values, meter), step);
    }
    long cells = (long) rows * cols;
    work.add(cells);
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
      BitReader from, int rows, int cols, PackWork work, ValueCode values, PackMeter meter)
      throws MalformedPackException {
    BitSet fullRows = new BitSet();
    BitSet fullColumns = new BitSet();
    PlaceCode.codeLines(from, fullRows, rows);
    PlaceCode.codeLines(from, fullColumns, cols);
    TextCode.requireMore(from);
    work.add((long) fullRows.cardinality() * fullColumns.cardinality());
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
}
