package dev.ockham.bench.inference;

/** Batches in the order that a library wants. */
final class Batches {

  private Batches() {}

  /** A matrix of so many rows with rows and columns changed. */
  static float[] transposed(float[] matrix, int rows) {
    int columns = matrix.length / rows;
    float[] result = new float[matrix.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        result[j * rows + i] = matrix[i * columns + j];
      }
    }
    return result;
  }
}
