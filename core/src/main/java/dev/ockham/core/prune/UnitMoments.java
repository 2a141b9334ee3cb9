package dev.ockham.core.prune;

/**
 * Mean and biased variance of each unit over examples and positions, added up in double in the
 * order of the examples.
 *
 * <p>Values are taken relative to a unit's first one, so that a unit that never changes has exactly
 * its value as mean and a variance of exactly 0.
 */
public final class UnitMoments {
  private final int positions;
  private final double[] first;
  private final double[] sums;
  private final double[] squares;
  private long examples;

  /**
   * No examples yet.
   *
   * @param units units of a dense layer, or channels
   * @param positions values of a unit in one example: 1, or height × width
   */
  public UnitMoments(int units, int positions) {
    this.positions = positions;
    first = new double[units];
    sums = new double[units];
    squares = new double[units];
  }

  /**
   * Adds examples to the moments.
   *
   * @param values {@code [count, units, positions]}
   * @throws IllegalArgumentException if these are no whole examples
   */
  public void add(float[] values) {
    int size = first.length * positions;
    if (values.length % size != 0) {
      throw new IllegalArgumentException(
          "%s values are no whole examples of %s units and %s positions"
              .formatted(values.length, first.length, positions));
    }
    for (int start = 0; start < values.length; start += size) {
      for (int unit = 0; unit < first.length; unit++) {
        add(unit, values, start + unit * positions);
      }
      examples++;
    }
  }

  private void add(int unit, float[] values, int from) {
    if (examples == 0) {
      first[unit] = values[from];
    }
    double sum = 0;
    double square = 0;
    for (int i = from; i < from + positions; i++) {
      double above = values[i] - first[unit];
      sum += above;
      square += above * above;
    }
    sums[unit] += sum;
    squares[unit] += square;
  }

  /** Mean of each unit; NaN without examples. The caller owns the array. */
  public double[] mean() {
    double[] mean = new double[first.length];
    for (int unit = 0; unit < mean.length; unit++) {
      mean[unit] = first[unit] + sums[unit] / count();
    }
    return mean;
  }

  /** Mean squared distance of each unit from its mean, at least 0; the caller owns the array. */
  public double[] variance() {
    double[] variance = new double[first.length];
    for (int unit = 0; unit < variance.length; unit++) {
      double shift = sums[unit] / count();
      variance[unit] = Math.max(0, squares[unit] / count() - shift * shift);
    }
    return variance;
  }

  private double count() {
    return (double) examples * positions;
  }
}
