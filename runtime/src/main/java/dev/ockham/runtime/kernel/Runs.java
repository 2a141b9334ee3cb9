package dev.ockham.runtime.kernel;

import java.util.Arrays;

/** Features copied from places to others, as runs of places at even distances. */
final class Runs {
  static final int NUMBERS = 4;

  /** Four numbers a run: first place written, first one read, how many, distance of those read. */
  final int[] runs;

  private Runs(int[] runs) {
    this.runs = runs;
  }

  /**
   * Copies of some features.
   *
   * @param from for each place written, the one read; those outside of {@code low} to {@code high}
   *     are left alone
   * @param low first place that is read, from which on reading counts
   * @param high end of the places read
   */
  static Runs of(int[] from, int low, int high) {
    int[] runs = new int[NUMBERS * from.length];
    int count = 0;
    int place = 0;
    while (place < from.length) {
      int first = place++;
      if (from[first] < low || from[first] >= high) {
        continue;
      }
      int step = 1;
      if (within(from, place, low, high)) {
        step = from[place] - from[first];
        while (within(from, place, low, high) && from[place] - from[place - 1] == step) {
          place++;
        }
      }
      runs[count] = first;
      runs[count + 1] = from[first] - low;
      runs[count + 2] = place - first;
      runs[count + 3] = step;
      count += NUMBERS;
    }
    return new Runs(Arrays.copyOf(runs, count));
  }

  private static boolean within(int[] from, int place, int low, int high) {
    return place < from.length && from[place] >= low && from[place] < high;
  }

  /** Copies features, each of a number of lanes. */
  void copy(float[] from, float[] to, int lanes) {
    for (int r = 0; r < runs.length; r += NUMBERS) {
      int write = runs[r] * lanes;
      int read = runs[r + 1] * lanes;
      int count = runs[r + 2];
      int step = runs[r + 3] * lanes;
      if (runs[r + 3] == 1) {
        System.arraycopy(from, read, to, write, count * lanes);
      } else if (lanes == 1) {
        for (int k = 0; k < count; k++) {
          to[write + k] = from[read + k * step];
        }
      } else {
        for (int k = 0; k < count; k++) {
          System.arraycopy(from, read + k * step, to, write + k * lanes, lanes);
        }
      }
    }
  }
}
