package dev.ockham.core.metrics;

import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.noise.CounterDraws;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * How far a number could be off because it was measured on these examples and not on others: the
 * percentile bootstrap (Efron 1979). Two models are compared on the same examples each time, so
 * that what is hard for both drops out. A pure function of its arguments.
 */
public final class PairedBootstrap {

  /** Resamples that intervals are made of. */
  public static final int RESAMPLES = 1000;

  /** Share of resamples within an interval. */
  public static final double LEVEL = 0.95;

  private static final int PURPOSE = 0x424F4F54;

  private PairedBootstrap() {}

  /**
   * The range that holds {@link #LEVEL} of the resamples.
   *
   * @param from lower end; NaN where the number is not defined in some resample
   * @param to upper end
   */
  public record Interval(double from, double to) {
    /** Whether all of it is on one side of a value. */
    public boolean excludes(double value) {
      return from > value || to < value;
    }
  }

  /**
   * Intervals of some numbers that are functions of a sample.
   *
   * @param examples how many there are, at least one
   * @param seed which resamples; equal seeds draw equal ones
   * @param statistics the numbers for the examples at some indices, which may come more than once;
   *     always as many numbers
   */
  public static List<Interval> of(int examples, long seed, Function<int[], double[]> statistics) {
    return of(examples, RESAMPLES, seed, statistics);
  }

  /**
   * Intervals of several statistics, from the same resamples.
   *
   * @param resamples how many, at least 1
   */
  public static List<Interval> of(
      int examples, int resamples, long seed, Function<int[], double[]> statistics) {
    if (examples < 1 || resamples < 1) {
      throw new IllegalArgumentException(
          "%s resamples of %s examples; both must be at least 1".formatted(resamples, examples));
    }
    NoiseKey key = NoiseKey.of(seed, PURPOSE, 0);
    double[][] drawn = new double[resamples][];
    int[] indices = new int[examples];
    for (int r = 0; r < resamples; r++) {
      for (int i = 0; i < examples; i++) {
        indices[i] = (int) (CounterDraws.uniform(key, r, i) * examples);
      }
      drawn[r] = statistics.apply(indices);
    }
    List<Interval> intervals = new ArrayList<>();
    for (int k = 0; k < drawn[0].length; k++) {
      int number = k;
      double[] sorted = Arrays.stream(drawn).mapToDouble(each -> each[number]).sorted().toArray();
      intervals.add(
          Double.isNaN(sorted[resamples - 1])
              ? new Interval(Double.NaN, Double.NaN)
              : new Interval(quantile(sorted, (1 - LEVEL) / 2), quantile(sorted, (1 + LEVEL) / 2)));
    }
    return intervals;
  }

  /** By linear interpolation between the two values around it, as NumPy does by default. */
  private static double quantile(double[] sorted, double at) {
    double place = at * (sorted.length - 1);
    int below = (int) Math.floor(place);
    int above = Math.min(sorted.length - 1, below + 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
