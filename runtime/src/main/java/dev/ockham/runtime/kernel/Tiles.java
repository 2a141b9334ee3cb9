package dev.ockham.runtime.kernel;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The features of an example in pieces of sixteen side by side, which are turned at once for
 * sixteen examples. A feature that nobody reads is written where the next one goes that somebody
 * does, and overwritten by that.
 *
 * <p>The arrays belong to the kernels and are never written after construction.
 */
final class Tiles {
  /** Features of a piece. */
  static final int WIDTH = 16;

  /** Numbers of a piece of as many examples. */
  static final int SQUARE = WIDTH * WIDTH;

  /**
   * Fewest features of a piece, in the mean, for which turning it is faster than gathering them.
   */
  private static final int FEWEST = 4;

  /** The first feature of each piece. */
  final int[] firsts;

  /** Sixteen numbers for each piece: the place of each of its features. */
  final int[] places;

  /** What is subtracted from each feature of an example. */
  final float[] centre;

  /** What the difference is multiplied with. */
  final float[] scale;

  private Tiles(int[] firsts, int[] places, float[] centre, float[] scale) {
    this.firsts = firsts;
    this.places = places;
    this.centre = centre;
    this.scale = scale;
  }

  /**
   * Pieces with all live features of an example; null where they are too few for that.
   *
   * @param size features of an example
   * @param live those that are read, ascending
   * @param centre one number for each live feature; null where nothing is scaled
   */
  static @Nullable Tiles of(int size, int[] live, float @Nullable [] centre, float[] scale) {
    List<Integer> firsts = new ArrayList<>();
    int end = 0;
    for (int feature : live) {
      if (feature >= end) {
        firsts.add(Math.min(feature, size - WIDTH));
        end = feature + WIDTH;
      }
    }
    if (size < WIDTH || live.length < FEWEST * firsts.size()) {
      return null;
    }
    int[] before = new int[size];
    float[] centres = new float[size];
    float[] scales = new float[size];
    Arrays.fill(scales, 1f);
    int next = 0;
    for (int feature = 0; feature < size; feature++) {
      before[feature] = next;
      if (next < live.length && live[next] == feature) {
        if (centre != null) {
          centres[feature] = centre[next];
          scales[feature] = scale[next];
        }
        next++;
      }
    }
    int[] places = new int[WIDTH * firsts.size()];
    for (int p = 0; p < places.length; p++) {
      places[p] = before[firsts.get(p / WIDTH) + p % WIDTH];
    }
    int[] all = firsts.stream().mapToInt(Integer::intValue).toArray();
    return new Tiles(all, places, centres, scales);
  }
}
