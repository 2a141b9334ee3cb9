package dev.ockham.runtime.kernel;

/**
 * Rows of weights, four at a time: what any of the four reads has a term for each.
 *
 * <p>The arrays belong to the kernels and are never written after construction.
 */
final class Fours {
  static final int ROWS = 4;

  /** Terms of block b are those from {@code starts[b]} to {@code starts[b + 1]} (exclusive). */
  final int[] starts;

  final int[] features;

  /** Four numbers for each term. */
  final float[] weights;

  /** One number for each row. */
  final float[] bias;

  private Fours(int[] starts, int[] features, float[] weights, float[] bias) {
    this.starts = starts;
    this.features = features;
    this.weights = weights;
    this.bias = bias;
  }

  /**
   * All whole blocks of rows; a block that is not dense enough is empty.
   *
   * @param least share of a block's weights that must be there
   */
  static Fours of(Terms terms, float[] bias, Form form, double least) {
    return of(terms, new int[0], bias, form, least);
  }

  /**
   * The same where features are not in the order of columns.
   *
   * @param columns for each feature of a group of rows its column; empty where they are in order
   */
  static Fours of(Terms terms, int[] columns, float[] bias, Form form, double least) {
    int blocks = bias.length / ROWS;
    int[] starts = new int[blocks + 1];
    Ints features = new Ints();
    Floats weights = new Floats();
    int[] next = new int[ROWS];
    for (int b = 0; b < blocks; b++) {
      int there = terms.starts[(b + 1) * ROWS] - terms.starts[b * ROWS];
      int before = features.count();
      System.arraycopy(terms.starts, b * ROWS, next, 0, ROWS);
      for (int first = lowest(terms, columns, b, next);
          first < Integer.MAX_VALUE;
          first = lowest(terms, columns, b, next)) {
        for (int r = 0; r < ROWS; r++) {
          boolean here = at(terms, columns, b * ROWS + r, next[r]) == first;
          if (here && features.count() == weights.count() / ROWS) {
            features.add(terms.features[next[r]]);
          }
          weights.add(here ? terms.weights[next[r]] : 0f);
          next[r] += here ? 1 : 0;
        }
      }
      double all = Math.max(1.0, (double) ROWS * (features.count() - before));
      if (!form.dense(there / all, least)) {
        features.cut(before);
        weights.cut(before * ROWS);
      }
      starts[b + 1] = features.count();
    }
    return new Fours(starts, features.all(), weights.all(), bias);
  }

  private static int lowest(Terms terms, int[] columns, int block, int[] next) {
    int lowest = Integer.MAX_VALUE;
    for (int r = 0; r < ROWS; r++) {
      lowest = Math.min(lowest, at(terms, columns, block * ROWS + r, next[r]));
    }
    return lowest;
  }

  /** A number that grows from one term of a row to the next; the same for the same feature. */
  private static int at(Terms terms, int[] columns, int row, int term) {
    if (term >= terms.starts[row + 1]) {
      return Integer.MAX_VALUE;
    }
    int feature = terms.features[term];
    if (columns.length == 0) {
      return feature;
    }
    int inGroup = feature % columns.length;
    return feature - inGroup + columns[inGroup];
  }

  /** Whether a block can be used. */
  boolean has(int block) {
    return block < starts.length - 1 && starts[block + 1] > starts[block];
  }
}
