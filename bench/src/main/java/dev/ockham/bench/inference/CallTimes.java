package dev.ockham.bench.inference;

import java.util.Arrays;

/** Times of single calls, in nanoseconds; the later ones are dropped where there are too many. */
final class CallTimes {

  private static final int MOST = 1 << 21;

  private long[] nanos = new long[1 << 10];
  private int count;

  void add(long each) {
    if (count == MOST) {
      return;
    }
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = each;
  }

  int count() {
    return count;
  }

  /** What came of them, in microseconds. */
  Latency latency() {
    long[] sorted = Arrays.copyOf(nanos, count);
    Arrays.sort(sorted);
    return new Latency(
        count,
        at(sorted, 0.25),
        at(sorted, 0.5),
        at(sorted, 0.75),
        at(sorted, 0.9),
        at(sorted, 0.99),
        at(sorted, 0.999));
  }

  private static double at(long[] sorted, double share) {
    int place = (int) Math.min(sorted.length - 1, (long) (share * sorted.length));
    return sorted[place] / 1e3;
  }
}
