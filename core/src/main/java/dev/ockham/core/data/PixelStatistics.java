package dev.ockham.core.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Mean and standard deviation of raw pixels, 0 to 255, over all positions, and over all channels or
 * of each.
 *
 * @param mean arithmetic mean
 * @param standardDeviation square root of the mean squared deviation (divided by n, not n - 1); 0
 *     for images of one colour
 */
public record PixelStatistics(double mean, double standardDeviation) {
  /** The largest value of a pixel; published statistics often call it 1. */
  public static final int BRIGHTEST = 255;

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
    return of(counts(images, indices, 0, images.pixelsPerImage()));
  }

  /**
   * Computes the statistics of every channel by itself.
   *
   * @param images the images
   * @param indices which of them; an index given twice counts twice
   * @throws IllegalArgumentException if there are no indices
   * @throws IndexOutOfBoundsException if an index is out of range
   */
  public static List<PixelStatistics> ofChannels(Images images, int[] indices) {
    if (indices.length == 0) {
      throw new IllegalArgumentException("indices is empty: no pixels to take a mean of");
    }
    int plane = images.height() * images.width();
    List<PixelStatistics> channels = new ArrayList<>();
    for (int channel = 0; channel < images.channels(); channel++) {
      channels.add(of(counts(images, indices, channel * plane, (channel + 1) * plane)));
    }
    return channels;
  }

  private static PixelStatistics of(long[] counts) {
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

  private static long[] counts(Images images, int[] indices, int from, int to) {
    long[] counts = new long[VALUES];
    MemorySegment pixels = images.pixels();
    int size = images.pixelsPerImage();
    for (int index : indices) {
      long start = (long) Objects.checkIndex(index, images.count()) * size;
      for (long i = start + from; i < start + to; i++) {
        counts[pixels.get(ValueLayout.JAVA_BYTE, i) & 0xFF]++;
      }
    }
    return counts;
  }
}
