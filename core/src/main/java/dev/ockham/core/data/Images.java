package dev.ockham.core.data;

import dev.ockham.runtime.graph.Shape;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Objects;

/**
 * An immutable list of labelled images of one size: unsigned 8-bit pixels laid out as {@code
 * [count, channels, height, width]} and one unsigned 8-bit label each. Safe to share between
 * threads.
 */
public final class Images implements Examples {
  private final int count;
  private final int channels;
  private final int height;
  private final int width;
  private final int pixelsPerImage;
  private final byte[] pixels;
  private final byte[] labels;

  /** Takes ownership of the arrays: the caller must not change them afterwards. */
  private Images(int channels, int height, int width, byte[] pixels, byte[] labels) {
    requirePositive("channels", channels);
    requirePositive("height", height);
    requirePositive("width", width);
    this.pixelsPerImage = Math.multiplyExact(Math.multiplyExact(channels, height), width);
    long expected = (long) labels.length * pixelsPerImage;
    if (pixels.length != expected) {
      throw new IllegalArgumentException(
          "pixels has %s bytes, but %s images of %s×%s×%s need %s"
              .formatted(pixels.length, labels.length, channels, height, width, expected));
    }
    this.count = labels.length;
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.pixels = pixels;
    this.labels = labels;
  }

  /**
   * Copies pixels and labels into a new immutable list.
   *
   * @param pixels unsigned bytes, {@code [count, channels, height, width]}
   * @param labels unsigned bytes, {@code [count]}
   * @throws IllegalArgumentException if a size is not positive or the array lengths disagree
   */
  public static Images copyOf(int channels, int height, int width, byte[] pixels, byte[] labels) {
    return new Images(channels, height, width, pixels.clone(), labels.clone());
  }

  /** Wraps arrays that nobody else will change, so that 47 MB need not be copied on every read. */
  static Images owning(int channels, int height, int width, byte[] pixels, byte[] labels) {
    return new Images(channels, height, width, pixels, labels);
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public Shape shape() {
    return Shape.of(channels, height, width);
  }

  /** Colour channels per image. */
  public int channels() {
    return channels;
  }

  /** Rows per image. */
  public int height() {
    return height;
  }

  /** Columns per image. */
  public int width() {
    return width;
  }

  /** {@code channels * height * width}. */
  public int pixelsPerImage() {
    return pixelsPerImage;
  }

  /**
   * One raw pixel, 0 to 255.
   *
   * @param image index of the image
   * @param pixel index into its {@code [channels, height, width]}
   * @throws IndexOutOfBoundsException if either index is out of range
   */
  public int pixel(int image, int pixel) {
    Objects.checkIndex(image, count);
    Objects.checkIndex(pixel, pixelsPerImage);
    return pixels[image * pixelsPerImage + pixel] & 0xFF;
  }

  /** The label of one image, 0 to 255. */
  @Override
  public int label(int image) {
    return labels[Objects.checkIndex(image, count)] & 0xFF;
  }

  /**
   * All pixels, {@code [count, channels, height, width]}, as a read-only view without a copy; the
   * memory stays this object's.
   */
  public MemorySegment pixels() {
    return MemorySegment.ofArray(pixels).asReadOnly();
  }

  /** All labels, {@code [count]}, as a read-only view without a copy. */
  public MemorySegment labels() {
    return MemorySegment.ofArray(labels).asReadOnly();
  }

  @Override
  public Images select(int[] indices) {
    int size = pixelsPerImage;
    byte[] somePixels = new byte[Math.multiplyExact(indices.length, size)];
    byte[] someLabels = new byte[indices.length];
    for (int i = 0; i < indices.length; i++) {
      int image = Objects.checkIndex(indices[i], count);
      System.arraycopy(pixels, image * size, somePixels, i * size, size);
      someLabels[i] = labels[image];
    }
    return owning(channels, height, width, somePixels, someLabels);
  }

  @Override
  public Images withLabels(int[] others) {
    byte[] narrow = new byte[others.length];
    for (int i = 0; i < others.length; i++) {
      if (others[i] < 0 || others[i] > 0xFF) {
        throw new IllegalArgumentException(
            "the label of image " + i + " is " + others[i] + "; it must be from 0 to 255");
      }
      narrow[i] = (byte) others[i];
    }
    return owning(channels, height, width, pixels, narrow);
  }

  @Override
  public Images followedBy(Examples others) {
    if (!(others instanceof Images images) || !images.shape().equals(shape())) {
      throw new IllegalArgumentException(others + " cannot follow " + this);
    }
    return owning(
        channels, height, width, joined(pixels, images.pixels), joined(labels, images.labels));
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, Math.addExact(first.length, second.length));
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  @Override
  public float[] values(int from, int to) {
    Objects.checkFromToIndex(from, to, count);
    float[] raw = new float[(to - from) * pixelsPerImage];
    for (int i = 0; i < raw.length; i++) {
      raw[i] = pixels[from * pixelsPerImage + i] & 0xFF;
    }
    return raw;
  }

  @Override
  public int maxLabel() {
    int max = -1;
    for (byte label : labels) {
      max = Math.max(max, label & 0xFF);
    }
    return max;
  }

  /** Sizes only, for messages and logs. */
  @Override
  public String toString() {
    return "Images[" + count + ", " + channels + ", " + height + ", " + width + "]";
  }

  private static void requirePositive(String name, int value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " must be positive, but is " + value);
    }
  }
}
