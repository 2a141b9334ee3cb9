package dev.ockham.train.engine;

import java.lang.foreign.MemorySegment;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.openblas.global.openblas;

/**
 * Matrix products on float32 memory, by the BLAS that libtorch itself calls. One thread each, see
 * {@link Libtorch}; equal arguments give equal bits.
 */
public final class MatrixProduct {

  private static final int ROW_MAJOR = openblas.CblasRowMajor;
  private static final int AS_IS = openblas.CblasNoTrans;
  private static final int TRANSPOSED = openblas.CblasTrans;

  private MatrixProduct() {}

  /** A matrix that begins somewhere in some memory; rows follow each other. */
  public static final class Matrix {
    private final FloatPointer pointer;

    /**
     * A matrix over memory, which must outlive it.
     *
     * @param memory float32, row-major
     */
    public Matrix(MemorySegment memory) {
      this.pointer = new FloatPointer(new Address(memory.address()));
    }

    /** The matrix whose first number is the one of the given index. */
    public Matrix at(long index) {
      return new Matrix(pointer.address() + index * Float.BYTES);
    }

    private Matrix(long address) {
      this.pointer = new FloatPointer(new Address(address));
    }
  }

  private static final class Address extends Pointer {
    Address(long address) {
      this.address = address;
    }
  }

  /** c = a·b + keep·c, with a {@code [m, k]}, b {@code [k, n]}, c {@code [m, n]}. */
  public static void product(int m, int n, int k, Matrix a, Matrix b, float keep, Matrix c) {
    sgemm(AS_IS, AS_IS, m, n, k, a, k, b, n, keep, c);
  }

  /** c = a·bᵀ + keep·c, with a {@code [m, k]}, b {@code [n, k]}, c {@code [m, n]}. */
  public static void byTransposed(int m, int n, int k, Matrix a, Matrix b, float keep, Matrix c) {
    sgemm(AS_IS, TRANSPOSED, m, n, k, a, k, b, k, keep, c);
  }

  /** c = aᵀ·b + keep·c, with a {@code [k, m]}, b {@code [k, n]}, c {@code [m, n]}. */
  public static void transposedBy(int m, int n, int k, Matrix a, Matrix b, float keep, Matrix c) {
    sgemm(TRANSPOSED, AS_IS, m, n, k, a, m, b, n, keep, c);
  }

  private static void sgemm(
      int transposeA,
      int transposeB,
      int m,
      int n,
      int k,
      Matrix a,
      int strideA,
      Matrix b,
      int strideB,
      float keep,
      Matrix c) {
    openblas.cblas_sgemm(
        ROW_MAJOR,
        transposeA,
        transposeB,
        m,
        n,
        k,
        1f,
        a.pointer,
        strideA,
        b.pointer,
        strideB,
        keep,
        c.pointer,
        n);
  }

  /** sums = keep·sums + the sums of the rows of a {@code [rows, columns]}. */
  public static void rowSums(
      int rows, int columns, Matrix a, Matrix ones, float keep, Matrix sums) {
    openblas.cblas_sgemv(
        ROW_MAJOR,
        AS_IS,
        rows,
        columns,
        1f,
        a.pointer,
        columns,
        ones.pointer,
        1,
        keep,
        sums.pointer,
        1);
  }

  /** sums = the sums of the columns of a {@code [rows, columns]}. */
  public static void columnSums(int rows, int columns, Matrix a, Matrix ones, Matrix sums) {
    openblas.cblas_sgemv(
        ROW_MAJOR,
        TRANSPOSED,
        rows,
        columns,
        1f,
        a.pointer,
        columns,
        ones.pointer,
        1,
        0f,
        sums.pointer,
        1);
  }
}
