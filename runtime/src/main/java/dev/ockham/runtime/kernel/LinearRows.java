package dev.ockham.runtime.kernel;

import dev.ockham.runtime.model.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * A matrix times a vector of features, in the form that is fastest for its density: for one example
 * {@link Slices} or {@link Panels}, for many at once {@link Terms} or {@link Fours}.
 */
final class LinearRows {
  /** Density from which on one example is faster with the zeros. */
  private static final double DENSE_ALONE = 0.1;

  /** Share of the weights of four rows from which on many examples are faster with the zeros. */
  private static final double DENSE_TOGETHER = 0.4;

  private final int columns;
  private final float[] bias;
  private final Terms terms;
  private final Fours fours;
  private final @Nullable Slices slices;
  private final @Nullable Panels panels;

  /**
   * Rows of a matrix.
   *
   * @param bias one number per row; not copied
   */
  LinearRows(Matrix weight, float[] bias, Form form) {
    this(Terms.of(weight), weight.cols(), bias, form);
  }

  private LinearRows(Terms terms, int columns, float[] bias, Form form) {
    this.columns = columns;
    this.bias = bias;
    this.terms = terms;
    double all = Math.max(1.0, (double) columns * bias.length);
    fours = Fours.of(terms, bias, form, DENSE_TOGETHER);
    boolean dense = form.dense(terms.weights.length / all, DENSE_ALONE);
    slices = dense ? null : new Slices(terms, bias);
    panels = dense ? new Panels(terms, columns, bias) : null;
  }

  int rows() {
    return bias.length;
  }

  int columns() {
    return columns;
  }

  /**
   * The sums of all rows.
   *
   * @param at place of feature 0 of lane 0
   * @param to place of row 0 of lane 0
   */
  void run(float[] x, int at, float[] out, int to, Scratch scratch) {
    Arithmetic arithmetic = scratch.arithmetic();
    int lanes = scratch.lanes();
    if (lanes == 1) {
      if (slices != null) {
        arithmetic.slices(slices, x, at, out, to);
      } else if (panels != null) {
        arithmetic.panels(panels, x, at, out, to);
      }
      return;
    }
    boolean there = scratch.isAligned(x);
    Aligned aligned = scratch.aligned();
    if (!there) {
      arithmetic.align(x, at, columns * lanes, aligned);
    }
    int row = 0;
    while (row < bias.length) {
      if (row % Fours.ROWS == 0 && fours.has(row / Fours.ROWS)) {
        arithmetic.fours(
            fours, row / Fours.ROWS, aligned, 0, lanes, out, to + row * lanes, lanes, lanes);
        row += Fours.ROWS;
      } else {
        arithmetic.sums(terms, row, bias[row], aligned, 0, lanes, out, to + row * lanes, lanes);
        row++;
      }
    }
  }
}
