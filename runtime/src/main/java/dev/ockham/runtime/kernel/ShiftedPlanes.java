package dev.ockham.runtime.kernel;

/**
 * Planes of one example, sixteen places at a time: those of the sixteen that are no padding are
 * read from as many places side by side.
 *
 * <p>The arrays belong to the kernels and are never written after construction.
 */
final class ShiftedPlanes {
  static final int WIDTH = 16;

  /** For each sixteen places, where the first of them would be read. */
  final int[] from;

  /** For each sixteen places, a bit for each that is read; the others are 0. */
  final int[] bits;

  /**
   * Planes as {@link Plane#shifted} has them.
   *
   * @param places a multiple of sixteen: for each place the one that is read; −1 for padding
   */
  ShiftedPlanes(int[] places) {
    from = new int[places.length / WIDTH];
    bits = new int[from.length];
    for (int p = 0; p < places.length; p++) {
      if (places[p] >= 0) {
        from[p / WIDTH] = places[p] - p % WIDTH;
        bits[p / WIDTH] |= 1 << (p % WIDTH);
      }
    }
  }

  /** How many places there are. */
  int size() {
    return from.length * WIDTH;
  }
}
