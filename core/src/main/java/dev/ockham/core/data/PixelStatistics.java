package dev.ockham.core.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * Mean and standard deviation of raw pixels, 0 to 255, over all channels and positions.
 *
 * @param mean arithmetic mean
 * @param standardDeviation square root of the mean squared deviation (divided by n, not n - 1); 0
 *     for images of one colour
 */
public record PixelStatistics(double mean, double standardDeviation) {
  private static final int VALUES = 256;

  /**
   * Computes the statistics of some images. Pixels are counted per value in integers, so the result
   * does not depend on the order of the indices and is exact up to the last few roundings.
   *
   * @param images the images
   * @param indices which of them; an index given twice counts twice
   * @throws IllegalArgumentException if there are no indices
   * @throws IndexOutOfBoundsException if an index is out of range
   */
  public static PixelStatistics of(Images images, int[] indices) {
    if (indices.length == 0) {
      throw new IllegalArgumentException("indices is empty: no pixels to take a mean of");
    }
    long[] counts = counts(images, indices);
    long pixels = 0;
    long sum = 0;
    for (int value = 0; value < VALUES; value++) {
      pixels += counts[value];
      sum += counts[value] * value;
    }
    double mean = (double) sum / pixels;
    double squares = 0;
    for (int value = 0; value < VALUES; value++) {
      double deviation = value - mean;
      squares += counts[value] * (deviation * deviation);
    }
    return new PixelStatistics(mean, Math.sqrt(squares / pixels));
  }

  private static long[] counts(Images images, int[] indices) {
    long[] counts = new long[VALUES];
    MemorySegment pixels = images.pixels();
    int size = images.pixelsPerImage();
    for (int index : indices) {
      long start = (long) Objects.checkIndex(index, images.count()) * size;
      for (long i = start; i < start + size; i++) {
        counts[pixels.get(ValueLayout.JAVA_BYTE, i) & 0xFF]++;
      }
    }
    return counts;
  }
}
