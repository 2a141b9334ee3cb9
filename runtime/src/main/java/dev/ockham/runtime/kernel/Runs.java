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
   * Copies of some features of one input.
   *
   * @param from for each place written, the one read; others than those below {@code size} are left
   *     alone
   */
  static Runs of(int[] from, int size) {
    return of(from, new int[] {size})[0];
  }

  /**
   * Copies of some features from each of several inputs, whose numbers are counted on from one to
   * the next.
   *
   * @param from for each place written, the one read; others than those of the inputs are left
   *     alone
   * @param sizes numbers of each input
   */
  static Runs[] of(int[] from, int[] sizes) {
    int[] firsts = new int[sizes.length];
    Ints[] runs = new Ints[sizes.length];
    for (int k = 0; k < sizes.length; k++) {
      firsts[k] = k == 0 ? 0 : firsts[k - 1] + sizes[k - 1];
      runs[k] = new Ints();
    }
    int end = Arrays.stream(sizes).sum();
    int place = 0;
    while (place < from.length) {
      int first = place++;
      if (from[first] < 0 || from[first] >= end) {
        continue;
      }
      int k = owner(firsts, from[first]);
      int low = firsts[k];
      int high = low + sizes[k];
      int step = 1;
      if (within(from, place, low, high)) {
        step = from[place] - from[first];
        while (within(from, place, low, high) && from[place] - from[place - 1] == step) {
          place++;
        }
      }
      runs[k].add(first);
      runs[k].add(from[first] - low);
      runs[k].add(place - first);
      runs[k].add(step);
    }
    return Arrays.stream(runs).map(each -> new Runs(each.all())).toArray(Runs[]::new);
  }

  /** The last input that begins at a number or before it; empty ones begin where the next does. */
  private static int owner(int[] firsts, int number) {
    int low = 0;
    int high = firsts.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (firsts[middle] <= number) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
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
