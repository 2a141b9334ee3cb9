package dev.ockham.runtime.model;

/**
 * A matrix as the kernels want it: the non-zero terms of each row, in column order, with each
 * column replaced by the place of its input feature. Both storages give the same terms, which is
 * why they give the same logits.
 *
 * <p>The arrays belong to the kernels and are never written after construction.
 */
final class Terms {
  /** The terms of a layer without weights. */
  static final Terms NONE = new Terms(DenseMatrix.of(0, 0, new float[0]));

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

  /** Terms of a dense layer: column c is feature c. */
  static Terms of(ModelLayer.Dense layer) {
    Terms terms = new Terms(layer.weights());
    terms.fill(layer.weights());
    return terms;
  }

  /** Terms of a convolution: column (c, i, j) is the feature at channel c, row i, column j. */
  static Terms of(ModelLayer.Conv2d layer, Shape input) {
    Terms terms = new Terms(layer.weights());
    terms.fill(layer.weights());
    int kernelWidth = layer.kernelWidth();
    int area = layer.kernelHeight() * kernelWidth;
    for (int t = 0; t < terms.features.length; t++) {
      int channel = terms.features[t] / area;
      int row = terms.features[t] % area / kernelWidth;
      int col = terms.features[t] % kernelWidth;
      terms.features[t] = (channel * input.height() + row) * input.width() + col;
    }
    return terms;
  }

  private void fill(Matrix matrix) {
    switch (matrix) {
      case DenseMatrix dense -> fill(dense);
      case CsrMatrix sparse -> fill(sparse);
    }
  }

  private void fill(DenseMatrix dense) {
    float[] values = dense.values();
    int count = 0;
    for (int row = 0; row < dense.rows(); row++) {
      for (int col = 0; col < dense.cols(); col++) {
        float value = values[row * dense.cols() + col];
        if (value != 0) {
          features[count] = col;
          weights[count++] = value;
        }
      }
      starts[row + 1] = count;
    }
  }

  private void fill(CsrMatrix sparse) {
    int count = 0;
    for (int row = 0; row < sparse.rows(); row++) {
      for (int i = sparse.rowStart(row); i < sparse.rowStart(row + 1); i++) {
        if (sparse.valueAt(i) != 0) {
          features[count] = sparse.columnAt(i);
          weights[count++] = sparse.valueAt(i);
        }
      }
      starts[row + 1] = count;
    }
  }
}
