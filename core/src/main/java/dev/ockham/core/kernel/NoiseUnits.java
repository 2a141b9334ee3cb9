package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.NOISE_GROUP;
import static dev.ockham.core.kernel.Kernels.TILE;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Which units of a layer's noise are drawn. A network that has lost units draws, for those that are
 * left, the noise that they would have had without the loss.
 */
public final class NoiseUnits {

  /** A gap of more dead units than this begins a new tile, so that no noise is drawn for them. */
  private static final int LONGEST_GAP = 2 * NOISE_GROUP;

  private final int[] units;

  /** Indices into the units at which tiles begin, and the number of units. */
  private final int[] bounds;

  private NoiseUnits(int[] units) {
    this.units = units;
    int[] starts = new int[units.length + 1];
    int tiles = 0;
    for (int i = 0; i < units.length; i++) {
      if (i == 0
          || units[i] - units[i - 1] > LONGEST_GAP
          || units[i] >= firstDrawn(units[starts[tiles - 1]]) + TILE) {
        starts[tiles++] = i;
      }
    }
    starts[tiles] = units.length;
    this.bounds = Arrays.copyOf(starts, tiles + 1);
  }

  /** Noise comes in whole groups. */
  private static int firstDrawn(int unit) {
    return unit / NOISE_GROUP * NOISE_GROUP;
  }

  /**
   * All units of a layer.
   *
   * @param width how many there are
   */
  public static NoiseUnits all(int width) {
    KernelArguments.require(width > 0, "width", width, "positive");
    return new NoiseUnits(IntStream.range(0, width).toArray());
  }

  /**
   * Some units of a layer.
   *
   * @param units their numbers, ascending, at least one
   */
  public static NoiseUnits of(int[] units) {
    KernelArguments.require(units.length > 0, "units", units.length, "at least one");
    for (int i = 0; i < units.length; i++) {
      KernelArguments.require(
          units[i] > (i == 0 ? -1 : units[i - 1]), "units[" + i + "]", units[i], "ascending");
    }
    return new NoiseUnits(units.clone());
  }

  /** The number of units that have noise. */
  public int width() {
    return units.length;
  }

  int tiles() {
    return bounds.length - 1;
  }

  /** Index, among these units, of the first of a tile. */
  int begin(int tile) {
    return bounds[tile];
  }

  /** Index behind the last unit of a tile. */
  int end(int tile) {
    return bounds[tile + 1];
  }

  /**
   * The noise of {@link Kernels#fillNormal} for the units of a tile.
   *
   * @param chosen room for a tile
   * @return an array of them, which is overwritten by the next call
   */
  float[] normals(
      int tile,
      Kernels kernels,
      NoiseKey key,
      int example,
      Kernels.NormalTile room,
      float[] chosen) {
    int begin = begin(tile);
    int end = end(tile);
    int first = firstDrawn(units[begin]);
    float[] drawn = kernels.normals(key, example, first, units[end - 1] + 1 - first, room);
    if (units[begin] == first && units[end - 1] - first == end - 1 - begin) {
      return drawn;
    }
    for (int i = begin; i < end; i++) {
      chosen[i - begin] = drawn[units[i] - first];
    }
    return chosen;
  }
}
