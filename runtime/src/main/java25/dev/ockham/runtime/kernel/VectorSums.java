package dev.ockham.runtime.kernel;

import static dev.ockham.runtime.kernel.Vectors.BYTES;
import static dev.ockham.runtime.kernel.Vectors.ORDER;
import static dev.ockham.runtime.kernel.Vectors.SPECIES;
import static dev.ockham.runtime.kernel.Vectors.V;
import static jdk.incubator.vector.FloatVector.broadcast;
import static jdk.incubator.vector.FloatVector.fromMemorySegment;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** Sums of one row of weights at up to eight vectors of places at once. */
final class VectorSums {
  private VectorSums() {}

  static void run(
      Terms terms,
      int row,
      float bias,
      MemorySegment x,
      int at,
      int lanes,
      float[] out,
      int to,
      int count) {
    int first = terms.starts[row];
    int end = terms.starts[row + 1];
    int left = (count + V - 1) / V;
    int i = 0;
    while (left > 0) {
      if (left >= 7) {
        eight(terms.features, terms.weights, first, end, bias, x, at + i, lanes, out, to + i);
        i += 8 * V;
        left -= 8;
      } else if (left >= 5) {
        six(terms.features, terms.weights, first, end, bias, x, at + i, lanes, out, to + i);
        i += 6 * V;
        left -= 6;
      } else if (left == 4) {
        four(terms.features, terms.weights, first, end, bias, x, at + i, lanes, out, to + i);
        i += 4 * V;
        left -= 4;
      } else if (left == 3) {
        three(terms.features, terms.weights, first, end, bias, x, at + i, lanes, out, to + i);
        i += 3 * V;
        left -= 3;
      } else if (left == 2) {
        two(terms.features, terms.weights, first, end, bias, x, at + i, lanes, out, to + i);
        i += 2 * V;
        left -= 2;
      } else {
        one(terms.features, terms.weights, first, end, bias, x, at + i, lanes, out, to + i);
        i += V;
        left--;
      }
    }
  }

  private static void eight(
      int[] features,
      float[] weights,
      int first,
      int end,
      float bias,
      MemorySegment x,
      int at,
      int lanes,
      float[] out,
      int to) {
    FloatVector a = broadcast(SPECIES, bias);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    FloatVector e = a;
    FloatVector f = a;
    FloatVector g = a;
    FloatVector h = a;
    for (int t = first; t < end; t++) {
      FloatVector w = broadcast(SPECIES, weights[t]);
      long from = (long) Float.BYTES * (at + features[t] * lanes);
      a = fromMemorySegment(SPECIES, x, from, ORDER).fma(w, a);
      b = fromMemorySegment(SPECIES, x, from + BYTES, ORDER).fma(w, b);
      c = fromMemorySegment(SPECIES, x, from + 2 * BYTES, ORDER).fma(w, c);
      d = fromMemorySegment(SPECIES, x, from + 3 * BYTES, ORDER).fma(w, d);
      e = fromMemorySegment(SPECIES, x, from + 4 * BYTES, ORDER).fma(w, e);
      f = fromMemorySegment(SPECIES, x, from + 5 * BYTES, ORDER).fma(w, f);
      g = fromMemorySegment(SPECIES, x, from + 6 * BYTES, ORDER).fma(w, g);
      h = fromMemorySegment(SPECIES, x, from + 7 * BYTES, ORDER).fma(w, h);
    }
    a.intoArray(out, to);
    b.intoArray(out, to + V);
    c.intoArray(out, to + 2 * V);
    d.intoArray(out, to + 3 * V);
    e.intoArray(out, to + 4 * V);
    f.intoArray(out, to + 5 * V);
    g.intoArray(out, to + 6 * V);
    h.intoArray(out, to + 7 * V);
  }

  private static void six(
      int[] features,
      float[] weights,
      int first,
      int end,
      float bias,
      MemorySegment x,
      int at,
      int lanes,
      float[] out,
      int to) {
    FloatVector a = broadcast(SPECIES, bias);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    FloatVector e = a;
    FloatVector f = a;
    for (int t = first; t < end; t++) {
      FloatVector w = broadcast(SPECIES, weights[t]);
      long from = (long) Float.BYTES * (at + features[t] * lanes);
      a = fromMemorySegment(SPECIES, x, from, ORDER).fma(w, a);
      b = fromMemorySegment(SPECIES, x, from + BYTES, ORDER).fma(w, b);
      c = fromMemorySegment(SPECIES, x, from + 2 * BYTES, ORDER).fma(w, c);
      d = fromMemorySegment(SPECIES, x, from + 3 * BYTES, ORDER).fma(w, d);
      e = fromMemorySegment(SPECIES, x, from + 4 * BYTES, ORDER).fma(w, e);
      f = fromMemorySegment(SPECIES, x, from + 5 * BYTES, ORDER).fma(w, f);
    }
    a.intoArray(out, to);
    b.intoArray(out, to + V);
    c.intoArray(out, to + 2 * V);
    d.intoArray(out, to + 3 * V);
    e.intoArray(out, to + 4 * V);
    f.intoArray(out, to + 5 * V);
  }

  private static void four(
      int[] features,
      float[] weights,
      int first,
      int end,
      float bias,
      MemorySegment x,
      int at,
      int lanes,
      float[] out,
      int to) {
    FloatVector a = broadcast(SPECIES, bias);
    FloatVector b = a;
    FloatVector c = a;
    FloatVector d = a;
    for (int t = first; t < end; t++) {
      FloatVector w = broadcast(SPECIES, weights[t]);
      long from = (long) Float.BYTES * (at + features[t] * lanes);
      a = fromMemorySegment(SPECIES, x, from, ORDER).fma(w, a);
      b = fromMemorySegment(SPECIES, x, from + BYTES, ORDER).fma(w, b);
      c = fromMemorySegment(SPECIES, x, from + 2 * BYTES, ORDER).fma(w, c);
      d = fromMemorySegment(SPECIES, x, from + 3 * BYTES, ORDER).fma(w, d);
    }
    a.intoArray(out, to);
    b.intoArray(out, to + V);
    c.intoArray(out, to + 2 * V);
    d.intoArray(out, to + 3 * V);
  }

  private static void three(
      int[] features,
      float[] weights,
      int first,
      int end,
      float bias,
      MemorySegment x,
      int at,
      int lanes,
      float[] out,
      int to) {
    FloatVector a = broadcast(SPECIES, bias);
    FloatVector b = a;
    FloatVector c = a;
    for (int t = first; t < end; t++) {
      FloatVector w = broadcast(SPECIES, weights[t]);
      long from = (long) Float.BYTES * (at + features[t] * lanes);
      a = fromMemorySegment(SPECIES, x, from, ORDER).fma(w, a);
      b = fromMemorySegment(SPECIES, x, from + BYTES, ORDER).fma(w, b);
      c = fromMemorySegment(SPECIES, x, from + 2 * BYTES, ORDER).fma(w, c);
    }
    a.intoArray(out, to);
    b.intoArray(out, to + V);
    c.intoArray(out, to + 2 * V);
  }

  private static void two(
      int[] features,
      float[] weights,
      int first,
      int end,
      float bias,
      MemorySegment x,
      int at,
      int lanes,
      float[] out,
      int to) {
    FloatVector a = broadcast(SPECIES, bias);
    FloatVector b = a;
    for (int t = first; t < end; t++) {
      FloatVector w = broadcast(SPECIES, weights[t]);
      long from = (long) Float.BYTES * (at + features[t] * lanes);
      a = fromMemorySegment(SPECIES, x, from, ORDER).fma(w, a);
      b = fromMemorySegment(SPECIES, x, from + BYTES, ORDER).fma(w, b);
    }
    a.intoArray(out, to);
    b.intoArray(out, to + V);
  }

  private static void one(
      int[] features,
      float[] weights,
      int first,
      int end,
      float bias,
      MemorySegment x,
      int at,
      int lanes,
      float[] out,
      int to) {
    FloatVector a = broadcast(SPECIES, bias);
    for (int t = first; t < end; t++) {
      FloatVector w = broadcast(SPECIES, weights[t]);
      long from = (long) Float.BYTES * (at + features[t] * lanes);
      a = fromMemorySegment(SPECIES, x, from, ORDER).fma(w, a);
    }
    a.intoArray(out, to);
  }
}
