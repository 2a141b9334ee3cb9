package dev.ockham.core.evidence;

/**
 * A symmetric positive definite matrix by its Cholesky factor: systems of equations, and the
 * determinant. One thread, in double.
 */
public final class SymmetricMatrix {

  private final double[][] factor;

  private SymmetricMatrix(double[][] factor) {
    this.factor = factor;
  }

  /**
   * Factorises a matrix in its own memory.
   *
   * @param matrix {@code [n][n]} or its lower triangle; overwritten by the factor
   * @throws ArithmeticException if it is not positive definite
   */
  public static SymmetricMatrix inPlace(double[][] matrix) {
    for (int i = 0; i < matrix.length; i++) {
      double[] row = matrix[i];
      for (int j = 0; j < i; j++) {
        row[j] = (row[j] - dot(row, matrix[j], j)) / matrix[j][j];
      }
      double pivot = row[i] - dot(row, row, i);
      if (!(pivot > 0)) {
        throw new ArithmeticException(
            "the matrix is not positive definite: pivot %s is %s".formatted(i, pivot));
      }
      row[i] = Math.sqrt(pivot);
    }
    return new SymmetricMatrix(matrix);
  }

  /** The rows and columns of these numbers. */
  static SymmetricMatrix part(double[][] matrix, int[] numbers) {
    double[][] part = new double[numbers.length][numbers.length];
    for (int i = 0; i < numbers.length; i++) {
      for (int j = 0; j <= i; j++) {
        part[i][j] = matrix[numbers[i]][numbers[j]];
      }
    }
    return inPlace(part);
  }

  private static double dot(double[] a, double[] b, int length) {
    // Four sums of their own, which a processor adds at once.
    double first = 0;
    double second = 0;
    double third = 0;
    double fourth = 0;
    int i = 0;
    for (; i + 3 < length; i += 4) {
      first += a[i] * b[i];
      second += a[i + 1] * b[i + 1];
      third += a[i + 2] * b[i + 2];
      fourth += a[i + 3] * b[i + 3];
    }
    for (; i < length; i++) {
      first += a[i] * b[i];
    }
    return (first + second) + (third + fourth);
  }

  /** x with A x = b; the caller owns it. */
  public double[] solve(double[] b) {
    if (b.length != factor.length) {
      throw new IllegalArgumentException(
          "a right side of %s for a matrix of %s".formatted(b.length, factor.length));
    }
    double[] x = b.clone();
    for (int i = 0; i < x.length; i++) {
      x[i] = (x[i] - dot(factor[i], x, i)) / factor[i][i];
    }
    for (int i = x.length - 1; i >= 0; i--) {
      x[i] /= factor[i][i];
      for (int j = 0; j < i; j++) {
        x[j] -= factor[i][j] * x[i];
      }
    }
    return x;
  }

  /** Natural logarithm of the determinant; 0 for a matrix of no rows. */
  public double logDeterminant() {
    double sum = 0;
    for (int i = 0; i < factor.length; i++) {
      sum += 2 * Math.log(factor[i][i]);
    }
    return sum;
  }
}
