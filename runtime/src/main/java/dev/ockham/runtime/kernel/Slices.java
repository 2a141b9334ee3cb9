package dev.ockham.runtime.kernel;

import java.util.Arrays;

/**
 * Rows of few weights, sixteen at a time, for one example: the k-th terms of sixteen rows lie side
 * by side. Rows are sorted by how many terms they have, so that few places stay empty; an empty
 * place repeats the row's last feature with weight 0.
 *
 * <p>The arrays belong to the kernels and are never written after construction.
 */
final class Slices {
  static final int ROWS = 16;

  /** Terms, not of rows but of the sixteen, before each slice. */
  final int[] starts;

  /** Sixteen features for each term. */
  final int[] features;

  /** Sixteen weights for each term. */
  final float[] weights;

  /** Sixteen numbers for each slice; 0 for a row that is none. */
  final float[] bias;

  /** For each of sixteen rows of each slice, which row it is; one behind the last for none. */
  final int[] rows;

  /** How many rows there are. */
  final int count;

  /** The same terms row by row. */
  final Terms terms;

  /** Slices of all rows. */
  Slices(Terms terms, float[] allBias) {
    this.terms = terms;
    count = allBias.length;
    int slices = (allBias.length + ROWS - 1) / ROWS;
    int[] order = longestFirst(terms, count);
    starts = new int[slices + 1];
    rows = new int[slices * ROWS];
    bias = new float[slices * ROWS];
    for (int s = 0; s < slices; s++) {
      starts[s + 1] = starts[s] + terms.count(order[s * ROWS]);
    }
    features = new int[starts[slices] * ROWS];
    weights = new float[features.length];
    for (int place = 0; place < rows.length; place++) {
      rows[place] = place < count ? order[place] : place;
      if (place < count) {
        bias[place] = allBias[rows[place]];
        fill(place, terms.starts[rows[place]], terms.count(rows[place]));
      }
    }
  }

  /** Rows by how many terms they have, those with as many in their order. */
  private static int[] longestFirst(Terms terms, int rows) {
    long[] keys = new long[rows];
    for (int row = 0; row < rows; row++) {
      keys[row] = ((long) -terms.count(row) << 32) | row;
    }
    Arrays.sort(keys);
    int[] order = new int[rows];
    for (int place = 0; place < rows; place++) {
      order[place] = (int) keys[place];
    }
    return order;
  }

  private void fill(int place, int first, int count) {
    int slice = place / ROWS;
    for (int k = 0; k < starts[slice + 1] - starts[slice]; k++) {
      int to = (starts[slice] + k) * ROWS + place % ROWS;
      if (count > 0) {
        features[to] = terms.features[first + Math.min(k, count - 1)];
      }
      weights[to] = k < count ? terms.weights[first + k] : 0f;
    }
  }
}
