package dev.ockham.core.array;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the bytes of an array are images.
 *
 * @param channels of each image, 1 or 3
 * @param height of each image
 * @param width of each image
 * @param channelsLast whether the channels of a pixel are neighbours
 */
record ArrayImages(int channels, int height, int width, boolean channelsLast) {

  /** How an array's are; null where it has none. */
  static @Nullable ArrayImages of(NpyArray x) {
    List<Integer> dims = x.shape().subList(1, x.shape().size());
    if (x.kind() != NpyKind.UINT8 || dims.contains(0)) {
      return null;
    }
    if (dims.size() == 2) {
      return new ArrayImages(1, dims.get(0), dims.get(1), false);
    }
    if (dims.size() == 3 && isChannels(dims.get(2))) {
      return new ArrayImages(dims.get(2), dims.get(0), dims.get(1), true);
    }
    return dims.size() == 3 && isChannels(dims.get(0))
        ? new ArrayImages(dims.get(0), dims.get(1), dims.get(2), false)
        : null;
  }

  private static boolean isChannels(int size) {
    return size == 1 || size == 3;
  }

  /** Numbers of an image. */
  int size() {
    return Math.multiplyExact(Math.multiplyExact(channels, height), width);
  }

  /**
   * Reads an image.
   *
   * @param from its first number
   * @param into receives {@code [channels, height, width]}
   */
  void read(NpyArray x, long from, byte[] into) {
    int plane = height * width;
    for (int i = 0; i < into.length; i++) {
      int place = channelsLast ? i % channels * plane + i / channels : i;
      into[place] = (byte) (int) x.number(from + i);
    }
  }
}
