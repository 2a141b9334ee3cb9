package dev.ockham.runtime.kernel;

/** Sums of scaled rows, lane by lane. */
final class Lanes {
  /** Stands for a row of zeros that need not be added. */
  static final float[] NOTHING = new float[0];

  private Lanes() {}

  /** Adds the terms of one row of weights to {@code sum}; {@code shift} moves every feature. */
  static void accumulate(Terms terms, int row, float[][] in, int shift, float[] sum) {
    int[] features = terms.features;
    float[] weights = terms.weights;
    int t = terms.starts[row];
    int end = terms.starts[row + 1];
    for (; t + 4 <= end; t += 4) {
      addFour(
          sum,
          in[features[t] + shift],
          weights[t],
          in[features[t + 1] + shift],
          weights[t + 1],
          in[features[t + 2] + shift],
          weights[t + 2],
          in[features[t + 3] + shift],
          weights[t + 3]);
    }
    for (; t < end; t++) {
      addOne(sum, in[features[t] + shift], weights[t]);
    }
  }

  /** The same where some rows are {@link #NOTHING}, whose terms are left out. */
  static void accumulateSome(Terms terms, int row, float[][] in, int shift, float[] sum) {
    float[][] rows = new float[4][];
    float[] weights = new float[4];
    int held = 0;
    for (int t = terms.starts[row]; t < terms.starts[row + 1]; t++) {
      float[] from = in[terms.features[t] + shift];
      if (from.length == 0) { // NOTHING
        continue;
      }
      rows[held] = from;
      weights[held++] = terms.weights[t];
      if (held == 4) {
        addFour(
            sum,
            rows[0],
            weights[0],
            rows[1],
            weights[1],
            rows[2],
            weights[2],
            rows[3],
            weights[3]);
        held = 0;
      }
    }
    for (int k = 0; k < held; k++) {
      addOne(sum, rows[k], weights[k]);
    }
  }

  /** Four terms in one pass over {@code sum}, added one after the other: the bits of addOne. */
  private static void addFour(
      float[] sum,
      float[] a,
      float wa,
      float[] b,
      float wb,
      float[] c,
      float wc,
      float[] d,
      float wd) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] = sum[i] + wa * a[i] + wb * b[i] + wc * c[i] + wd * d[i];
    }
  }

  static void addOne(float[] sum, float[] a, float wa) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] = sum[i] + wa * a[i];
    }
  }

  static void maxInPlace(float[] largest, float[] other) {
    for (int i = 0; i < largest.length; i++) {
      largest[i] = Math.max(largest[i], other[i]);
    }
  }

  static void minInPlace(float[] smallest, float[] other) {
    for (int i = 0; i < smallest.length; i++) {
      smallest[i] = Math.min(smallest[i], other[i]);
    }
  }

  static void add(double[] sum, float[] a) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += a[i];
    }
  }
}
