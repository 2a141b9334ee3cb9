package dev.ockham.bench.inference;

import java.util.List;

/**
 * How long calls took, in microseconds.
 *
 * @param calls that were timed
 * @param lower first quartile
 * @param median second quartile
 * @param upper third quartile
 * @param p90 nine of ten took no longer
 * @param p99 99 of 100 took no longer
 * @param p999 999 of 1,000 took no longer
 */
public record Latency(
    int calls, double lower, double median, double upper, double p90, double p99, double p999) {

  /** First and third quartile. */
  public List<Double> quartiles() {
    return List.of(lower, upper);
  }

  /** Median and what 90, 99 and 99.9 of a hundred calls stay within. */
  public List<Double> percentiles() {
    return List.of(median, p90, p99, p999);
  }
}
