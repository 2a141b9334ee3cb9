package dev.ockham.runtime.plan;

import dev.ockham.runtime.graph.Shape;

/**
 * Mean and biased variance of each unit over examples and positions, added up in double in the
 * order of the examples.
 *
 * <p>Values are taken relative to a unit's first one, so that a unit that never changes has exactly
 * its value as mean and a variance of exactly 0.
 */
public final class UnitMoments {
  private final int[][] positions;
  private final int size;
  private final double[] first;
  private final double[] sums;
  private final double[] squares;
  private long examples;

  /**
   * No examples yet.
   *
   * @param shape of one example's value
   * @param axis axis of the units
   */
  public UnitMoments(Shape shape, int axis) {
    int units = shape.dim(axis);
    int inner = shape.product(axis + 1, shape.rank());
    size = shape.size();
    positions = new int[units][units == 0 ? 0 : size / units];
    for (int unit = 0; unit < units; unit++) {
      for (int k = 0; k < positions[unit].length; k++) {
        positions[unit][k] = (k / inner * units + unit) * inner + k % inner;
      }
    }
    first = new double[units];
    sums = new double[units];
    squares = new double[units];
  }

  /**
   * Moments of the means of units over their positions, in float as gates take them.
   *
   * @param values {@code [count, size of the shape]}
   * @param shape of one example's value
   * @param axis axis of the units
   */
  public static Moments ofMeans(float[] values, Shape shape, int axis) {
    UnitMoments layout = new UnitMoments(shape, axis);
    UnitMoments moments = new UnitMoments(Shape.of(layout.first.length), 0);
    int count = layout.size == 0 ? 0 : values.length / layout.size;
    float[] means = new float[layout.first.length];
    for (int example = 0; example < count; example++) {
      for (int unit = 0; unit < means.length; unit++) {
        int[] places = layout.positions[unit];
        float sum = values[example * layout.size + places[0]];
        for (int k = 1; k < places.length; k++) {
          sum += values[example * layout.size + places[k]];
        }
        means[unit] = sum / places.length;
      }
      moments.add(means);
    }
    return moments.moments();
  }

  /**
   * Adds examples to the moments.
   *
   * @param values {@code [count, size of the shape]}
   * @throws IllegalArgumentException if these are no whole examples
   */
  public void add(float[] values) {
    if (size == 0 ? values.length > 0 : values.length % size != 0) {
      throw new IllegalArgumentException(
          "%s values are no whole examples of %s numbers".formatted(values.length, size));
    }
    int count = size == 0 ? 0 : values.length / size;
    float[] block = new float[values.length];
    Examples.spread(values, 0, size, count, block, count);
    add(block, count, count);
  }

  /**
   * Adds a block of examples.
   *
   * @param block {@code [feature of the shape][lane]}
   * @param used lanes that have an example, the first ones
   */
  void add(float[] block, int used, int lanes) {
    for (int unit = 0; unit < first.length; unit++) {
      if (examples == 0 && used > 0) {
        first[unit] = block[positions[unit][0] * lanes];
      }
      double[] sum = new double[used];
      double[] square = new double[used];
      for (int place : positions[unit]) {
        add(block, place * lanes, first[unit], sum, square);
      }
      for (int lane = 0; lane < used; lane++) {
        sums[unit] += sum[lane];
        squares[unit] += square[lane];
      }
    }
    examples += used;
  }

  private static void add(float[] block, int at, double first, double[] sum, double[] square) {
    for (int lane = 0; lane < sum.length; lane++) {
      double above = block[at + lane] - first;
      sum[lane] += above;
      square[lane] += above * above;
    }
  }

  /** Mean and variance so far; NaN without examples. */
  public Moments moments() {
    double[] mean = new double[first.length];
    double[] variance = new double[first.length];
    for (int unit = 0; unit < mean.length; unit++) {
      double count = (double) examples * positions[unit].length;
      double shift = sums[unit] / count;
      mean[unit] = first[unit] + shift;
      variance[unit] = Math.max(0, squares[unit] / count - shift * shift);
    }
    return new Moments(mean, variance);
  }
}
