package dev.ockham.runtime.kernel;

import static dev.ockham.runtime.kernel.Vectors.BYTES;
import static dev.ockham.runtime.kernel.Vectors.ORDER;
import static dev.ockham.runtime.kernel.Vectors.SPECIES;
import static dev.ockham.runtime.kernel.Vectors.V;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Sums of four rows of weights at up to four vectors of places at once. */
final class VectorFours {
  private VectorFours() {}

  static void run(
      Fours rows,
      int block,
      MemorySegment x,
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
      Fours rows, int block, MemorySegment x, int at, int lanes, float[] out, int to, int apart) {
    int[] features = rows.features;
    float[] weights = rows.weights;
    FloatVector a0 = broadcast(SPECIES, rows.bias[4 * block]);
    FloatVector b0 = broadcast(SPECIES, rows.bias[4 * block + 1]);
    FloatVector c0 = broadcast(SPECIES, rows.bias[4 * block + 2]);
    FloatVector d0 = broadcast(SPECIES, rows.bias[4 * block + 3]);
    FloatVector a1 = a0, a2 = a0, a3 = a0;
    FloatVector b1 = b0, b2 = b0, b3 = b0;
    FloatVector c1 = c0, c2 = c0, c3 = c0;
    FloatVector d1 = d0, d2 = d0, d3 = d0;
    int end = rows.starts[block + 1];
    for (int t = rows.starts[block]; t < end; t++) {
      long from = (long) Float.BYTES * (at + features[t] * lanes);
      FloatVector x0 = fromMemorySegment(SPECIES, x, from, ORDER);
      FloatVector x1 = fromMemorySegment(SPECIES, x, from + BYTES, ORDER);
      FloatVector x2 = fromMemorySegment(SPECIES, x, from + 2 * BYTES, ORDER);
      FloatVector x3 = fromMemorySegment(SPECIES, x, from + 3 * BYTES, ORDER);
      FloatVector w = broadcast(SPECIES, weights[4 * t]);
      a0 = x0.fma(w, a0);
      a1 = x1.fma(w, a1);
      a2 = x2.fma(w, a2);
      a3 = x3.fma(w, a3);
      w = broadcast(SPECIES, weights[4 * t + 1]);
      b0 = x0.fma(w, b0);
      b1 = x1.fma(w, b1);
      b2 = x2.fma(w, b2);
      b3 = x3.fma(w, b3);
      w = broadcast(SPECIES, weights[4 * t + 2]);
      c0 = x0.fma(w, c0);
      c1 = x1.fma(w, c1);
      c2 = x2.fma(w, c2);
      c3 = x3.fma(w, c3);
      w = broadcast(SPECIES, weights[4 * t + 3]);
      d0 = x0.fma(w, d0);
      d1 = x1.fma(w, d1);
      d2 = x2.fma(w, d2);
      d3 = x3.fma(w, d3);
    }
    a0.intoArray(out, to);
    a1.intoArray(out, to + V);
    a2.intoArray(out, to + 2 * V);
    a3.intoArray(out, to + 3 * V);
    b0.intoArray(out, to + apart);
    b1.intoArray(out, to + apart + V);
    b2.intoArray(out, to + apart + 2 * V);
    b3.intoArray(out, to + apart + 3 * V);
    c0.intoArray(out, to + 2 * apart);
    c1.intoArray(out, to + 2 * apart + V);
    c2.intoArray(out, to + 2 * apart + 2 * V);
    c3.intoArray(out, to + 2 * apart + 3 * V);
    d0.intoArray(out, to + 3 * apart);
    d1.intoArray(out, to + 3 * apart + V);
    d2.intoArray(out, to + 3 * apart + 2 * V);
    d3.intoArray(out, to + 3 * apart + 3 * V);
  }

  private static void fourByTwo(
      Fours rows, int block, MemorySegment x, int at, int lanes, float[] out, int to, int apart) {
    int[] features = rows.features;
    float[] weights = rows.weights;
    FloatVector a0 = broadcast(SPECIES, rows.bias[4 * block]);
    FloatVector b0 = broadcast(SPECIES, rows.bias[4 * block + 1]);
    FloatVector c0 = broadcast(SPECIES, rows.bias[4 * block + 2]);
    FloatVector d0 = broadcast(SPECIES, rows.bias[4 * block + 3]);
    FloatVector a1 = a0;
    FloatVector b1 = b0;
    FloatVector c1 = c0;
    FloatVector d1 = d0;
    int end = rows.starts[block + 1];
    for (int t = rows.starts[block]; t < end; t++) {
      long from = (long) Float.BYTES * (at + features[t] * lanes);
      FloatVector x0 = fromMemorySegment(SPECIES, x, from, ORDER);
      FloatVector x1 = fromMemorySegment(SPECIES, x, from + BYTES, ORDER);
      FloatVector w = broadcast(SPECIES, weights[4 * t]);
      a0 = x0.fma(w, a0);
      a1 = x1.fma(w, a1);
      w = broadcast(SPECIES, weights[4 * t + 1]);
      b0 = x0.fma(w, b0);
      b1 = x1.fma(w, b1);
      w = broadcast(SPECIES, weights[4 * t + 2]);
      c0 = x0.fma(w, c0);
      c1 = x1.fma(w, c1);
      w = broadcast(SPECIES, weights[4 * t + 3]);
      d0 = x0.fma(w, d0);
      d1 = x1.fma(w, d1);
    }
    a0.intoArray(out, to);
    a1.intoArray(out, to + V);
    b0.intoArray(out, to + apart);
    b1.intoArray(out, to + apart + V);
    c0.intoArray(out, to + 2 * apart);
    c1.intoArray(out, to + 2 * apart + V);
    d0.intoArray(out, to + 3 * apart);
    d1.intoArray(out, to + 3 * apart + V);
  }
}
