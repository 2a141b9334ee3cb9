package dev.ockham.runtime.kernel;

import static dev.ockham.runtime.kernel.Vectors.V;
import static dev.ockham.runtime.kernel.Vectors.all;
import static dev.ockham.runtime.kernel.Vectors.load;

import jdk.incubator.vector.FloatVector;

/** Sums of four rows of weights at up to four vectors of places at once. */
final class VectorFours {
  private VectorFours() {}

  static void run(
      Fours rows,
      int block,
      float[] x,
      int at,
      int lanes,
      float[] out,
      int to,
      int distance,
      int count) {
    int left = (count + V - 1) / V;
    int i = 0;
    while (left > 0) {
      if (left >= 3 && V == Slices.ROWS) {
        fourByFour(rows, block, x, at + i, lanes, out, to + i, distance);
        i += 4 * V;
        left -= 4;
      } else {
        fourByTwo(rows, block, x, at + i, lanes, out, to + i, distance);
        i += 2 * V;
        left -= 2;
      }
    }
  }

  private static void fourByFour(
      Fours rows, int block, float[] x, int at, int lanes, float[] out, int to, int distance) {
    int[] features = rows.features;
    float[] weights = rows.weights;
    FloatVector a0 = all(rows.bias[4 * block]);
    FloatVector b0 = all(rows.bias[4 * block + 1]);
    FloatVector c0 = all(rows.bias[4 * block + 2]);
    FloatVector d0 = all(rows.bias[4 * block + 3]);
    FloatVector a1 = a0;
    FloatVector a2 = a0;
    FloatVector a3 = a0;
    FloatVector b1 = b0;
    FloatVector b2 = b0;
    FloatVector b3 = b0;
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    FloatVector d1 = d0;
    FloatVector d2 = d0;
    FloatVector d3 = d0;
    int end = rows.starts[block + 1];
    for (int t = rows.starts[block]; t < end; t++) {
      int from = at + features[t] * lanes;
      FloatVector x0 = load(x, from);
      FloatVector x1 = load(x, from + V);
      FloatVector x2 = load(x, from + 2 * V);
      FloatVector x3 = load(x, from + 3 * V);
      FloatVector w = all(weights[4 * t]);
      a0 = x0.fma(w, a0);
      a1 = x1.fma(w, a1);
      a2 = x2.fma(w, a2);
      a3 = x3.fma(w, a3);
      w = all(weights[4 * t + 1]);
      b0 = x0.fma(w, b0);
      b1 = x1.fma(w, b1);
      b2 = x2.fma(w, b2);
      b3 = x3.fma(w, b3);
      w = all(weights[4 * t + 2]);
      c0 = x0.fma(w, c0);
      c1 = x1.fma(w, c1);
      c2 = x2.fma(w, c2);
      c3 = x3.fma(w, c3);
      w = all(weights[4 * t + 3]);
      d0 = x0.fma(w, d0);
      d1 = x1.fma(w, d1);
      d2 = x2.fma(w, d2);
      d3 = x3.fma(w, d3);
    }
    store(a0, a1, a2, a3, out, to);
    store(b0, b1, b2, b3, out, to + distance);
    store(c0, c1, c2, c3, out, to + 2 * distance);
    store(d0, d1, d2, d3, out, to + 3 * distance);
  }

  private static void store(
      FloatVector a, FloatVector b, FloatVector c, FloatVector d, float[] out, int to) {
    a.intoArray(out, to);
    b.intoArray(out, to + V);
    c.intoArray(out, to + 2 * V);
    d.intoArray(out, to + 3 * V);
  }

  private static void fourByTwo(
      Fours rows, int block, float[] x, int at, int lanes, float[] out, int to, int distance) {
    int[] features = rows.features;
    float[] weights = rows.weights;
    FloatVector a0 = all(rows.bias[4 * block]);
    FloatVector b0 = all(rows.bias[4 * block + 1]);
    FloatVector c0 = all(rows.bias[4 * block + 2]);
    FloatVector d0 = all(rows.bias[4 * block + 3]);
    FloatVector a1 = a0;
    FloatVector b1 = b0;
    FloatVector c1 = c0;
    FloatVector d1 = d0;
    int end = rows.starts[block + 1];
    for (int t = rows.starts[block]; t < end; t++) {
      int from = at + features[t] * lanes;
      FloatVector x0 = load(x, from);
      FloatVector x1 = load(x, from + V);
      FloatVector w = all(weights[4 * t]);
      a0 = x0.fma(w, a0);
      a1 = x1.fma(w, a1);
      w = all(weights[4 * t + 1]);
      b0 = x0.fma(w, b0);
      b1 = x1.fma(w, b1);
      w = all(weights[4 * t + 2]);
      c0 = x0.fma(w, c0);
      c1 = x1.fma(w, c1);
      w = all(weights[4 * t + 3]);
      d0 = x0.fma(w, d0);
      d1 = x1.fma(w, d1);
    }
    a0.intoArray(out, to);
    a1.intoArray(out, to + V);
    b0.intoArray(out, to + distance);
    b1.intoArray(out, to + distance + V);
    c0.intoArray(out, to + 2 * distance);
    c1.intoArray(out, to + 2 * distance + V);
    d0.intoArray(out, to + 3 * distance);
    d1.intoArray(out, to + 3 * distance + V);
  }
}
