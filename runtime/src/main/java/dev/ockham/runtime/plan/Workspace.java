package dev.ockham.runtime.plan;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Objects;

/** The rows in which one block of examples is run. */
final class Workspace {
  private final int lanes;
  private final IdentityHashMap<int[], float[][]> known = new IdentityHashMap<>();
  private float[][] rows = new float[0][];

  /** For a number of examples. */
  Workspace(int lanes) {
    this.lanes = lanes;
  }

  int lanes() {
    return lanes;
  }

  /** Makes all rows of a layout that are not there yet. */
  void grow(Layout layout) {
    int before = rows.length;
    if (layout.count() == before) {
      return;
    }
    rows = Arrays.copyOf(rows, layout.count());
    for (int slot = before; slot < rows.length; slot++) {
      rows[slot] = new float[lanes];
    }
    layout.fixed().forEach((slot, number) -> Arrays.fill(rows[slot], number));
  }

  /** The rows of some slots, as a list that is made anew. */
  float[][] rows(int[] slots) {
    float[][] some = new float[slots.length][];
    for (int f = 0; f < some.length; f++) {
      some[f] = rows[slots[f]];
    }
    return some;
  }

  /** The rows of some slots, listed once for each array of slots. */
  float[][] listed(int[] slots) {
    float[][] some = known.get(slots);
    if (some == null) {
      some = rows(slots);
      known.put(slots, some);
    }
    return Objects.requireNonNull(some);
  }

  /**
   * Spreads examples over lanes: from {@code [count, size]}, beginning with example {@code first}.
   */
  static void load(float[] examples, int first, float[][] rows) {
    int size = rows.length;
    for (int f = 0; f < size; f++) {
      float[] row = rows[f];
      for (int i = 0; i < row.length; i++) {
        row[i] = examples[(first + i) * size + f];
      }
    }
  }

  /** Collects examples from lanes, the reverse of {@link #load}. */
  static void store(float[][] rows, int first, float[] examples) {
    int size = rows.length;
    for (int f = 0; f < size; f++) {
      float[] row = rows[f];
      for (int i = 0; i < row.length; i++) {
        examples[(first + i) * size + f] = row[i];
      }
    }
  }
}
