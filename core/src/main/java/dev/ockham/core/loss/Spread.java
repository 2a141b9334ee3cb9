package dev.ockham.core.loss;

/** Adds up how far numbers are from their means, each number of a row by itself (Welford). */
final class Spread {

  private final double[] mean;
  private final double[] squares;
  private long rows;

  Spread(int size) {
    mean = new double[size];
    squares = new double[size];
  }

  /** Takes one row, which begins at an offset. */
  void add(float[] values, int offset) {
    rows++;
    for (int i = 0; i < mean.length; i++) {
      double before = values[offset + i] - mean[i];
      mean[i] += before / rows;
      squares[i] += before * (values[offset + i] - mean[i]);
    }
  }

  /** Σ (x − mean of its place)² over all rows and places. */
  double squares() {
    double sum = 0;
    for (double each : squares) {
      sum += each;
    }
    return sum;
  }
}
