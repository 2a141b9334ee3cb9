package dev.ockham.runtime.kernel;

import static dev.ockham.runtime.kernel.Vectors.SPECIES;
import static dev.ockham.runtime.kernel.Vectors.V;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromArray;

import jdk.incubator.vector.FloatVector;

/** Sums of up to 64 rows of weights for one example. */
final class VectorPanels {
  private VectorPanels() {}

  static void run(Panels rows, float[] x, int at, float[] out, int to) {
    int row = 0;
    while (row < rows.bias.length) {
      int width = rows.width(row / Panels.MOST * Panels.MOST);
      int weights = row / Panels.MOST * Panels.MOST * rows.columns + row % Panels.MOST;
      if (row % Panels.MOST + 4 * V <= width) {
        fourWide(rows, weights, width, row, x, at, out, to + row);
        row += 4 * V;
      } else if (row % Panels.MOST + 2 * V <= width) {
        twoWide(rows, weights, width, row, x, at, out, to + row);
        row += 2 * V;
      } else {
        oneWide(rows, weights, width, row, x, at, out, to + row);
        row += V;
      }
    }
  }

  private static void fourWide(
      Panels rows, int weights, int width, int row, float[] x, int at, float[] out, int to) {
    float[] w = rows.weights;
    FloatVector a = fromArray(SPECIES, rows.bias, row);
    FloatVector b = fromArray(SPECIES, rows.bias, row + V);
    FloatVector c = fromArray(SPECIES, rows.bias, row + 2 * V);
    FloatVector d = fromArray(SPECIES, rows.bias, row + 3 * V);
    int from = weights;
    for (int k = 0; k < rows.columns; k++) {
      FloatVector value = broadcast(SPECIES, x[at + k]);
      a = fromArray(SPECIES, w, from).fma(value, a);
      b = fromArray(SPECIES, w, from + V).fma(value, b);
      c = fromArray(SPECIES, w, from + 2 * V).fma(value, c);
      d = fromArray(SPECIES, w, from + 3 * V).fma(value, d);
      from += width;
    }
    a.intoArray(out, to);
    b.intoArray(out, to + V);
    c.intoArray(out, to + 2 * V);
    d.intoArray(out, to + 3 * V);
  }

  private static void twoWide(
      Panels rows, int weights, int width, int row, float[] x, int at, float[] out, int to) {
    float[] w = rows.weights;
    FloatVector a = fromArray(SPECIES, rows.bias, row);
    FloatVector b = fromArray(SPECIES, rows.bias, row + V);
    int from = weights;
    for (int k = 0; k < rows.columns; k++) {
      FloatVector value = broadcast(SPECIES, x[at + k]);
      a = fromArray(SPECIES, w, from).fma(value, a);
      b = fromArray(SPECIES, w, from + V).fma(value, b);
      from += width;
    }
    a.intoArray(out, to);
    b.intoArray(out, to + V);
  }

  private static void oneWide(
      Panels rows, int weights, int width, int row, float[] x, int at, float[] out, int to) {
    float[] w = rows.weights;
    FloatVector a = fromArray(SPECIES, rows.bias, row);
    int from = weights;
    for (int k = 0; k < rows.columns; k++) {
      a = fromArray(SPECIES, w, from).fma(broadcast(SPECIES, x[at + k]), a);
      from += width;
    }
    a.intoArray(out, to);
  }
}
