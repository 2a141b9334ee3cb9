package dev.ockham.report.event;

/**
 * How often values fall into buckets half a unit wide, with edges at multiples of one half, so that
 * a threshold such as log α = 3 is an edge.
 *
 * @param min smallest finite value
 * @param max largest finite value
 * @param count how many values are finite
 * @param sum of the finite values
 * @param sumOfSquares of the finite values
 * @param upperEdges of the buckets, growing; the first bucket begins half a unit below its edge
 * @param counts values per bucket; a value on an edge belongs to the bucket above it
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody; lives for one event
record Histogram(
    double min,
    double max,
    long count,
    double sum,
    double sumOfSquares,
    double[] upperEdges,
    double[] counts) {

  /** Width of a bucket. */
  static final double WIDTH = 0.5;

  /** Values beyond are counted in the last bucket on their side: no score that is sane is there. */
  private static final int FARTHEST_BUCKET = 200;

  /** The histogram of the values that are finite; without any, one empty bucket at 0. */
  static Histogram of(float[] values) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    double sum = 0;
    double squares = 0;
    long count = 0;
    for (float value : values) {
      if (Float.isFinite(value)) {
        min = Math.min(min, value);
        max = Math.max(max, value);
        sum += value;
        squares += (double) value * value;
        count++;
      }
    }
    if (count == 0) {
      return new Histogram(0, 0, 0, 0, 0, new double[] {WIDTH}, new double[1]);
    }
    int first = bucket(min);
    double[] counts = new double[bucket(max) - first + 1];
    for (float value : values) {
      if (Float.isFinite(value)) {
        counts[bucket(value) - first]++;
      }
    }
    double[] edges = new double[counts.length];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = WIDTH * (first + i + 1);
    }
    return new Histogram(min, max, count, sum, squares, edges, counts);
  }

  private static int bucket(double value) {
    return (int) Math.clamp(Math.floor(value / WIDTH), -FARTHEST_BUCKET, FARTHEST_BUCKET);
  }
}
