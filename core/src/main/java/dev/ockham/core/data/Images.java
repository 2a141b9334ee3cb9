package dev.ockham.core.data;

import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.Targets;
import dev.ockham.runtime.graph.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * An immutable list of images of one size, with targets or without: unsigned 8-bit pixels laid out
 * as {@code [count, channels, height, width]}, on the heap or in a mapped file. Safe to share
 * between threads.
 */
public final class Images implements Examples {
  private final int count;
  private final int channels;
  private final int height;
  private final int width;
  private final int pixelsPerImage;
  private final MemorySegment pixels;
  private final Targets targets;

  /** Takes ownership of the memory: the caller must not change it afterwards. */
  private Images(int channels, int height, int width, MemorySegment pixels, Targets targets) {
    requirePositive("channels", channels);
    requirePositive("height", height);
    requirePositive("width", width);
    this.pixelsPerImage = Math.multiplyExact(Math.multiplyExact(channels, height), width);
    long expected = (long) targets.count() * pixelsPerImage;
    if (pixels.byteSize() != expected) {
      throw new IllegalArgumentException(
          "pixels has %s bytes, but %s images of %s×%s×%s need %s"
              .formatted(pixels.byteSize(), targets.count(), channels, height, width, expected));
    }
    this.count = targets.count();
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.pixels = pixels.asReadOnly();
    this.targets = targets;
  }

  /**
   * Copies pixels and labels into a new immutable list.
   *
   * @param pixels unsigned bytes, {@code [count, channels, height, width]}
   * @param labels unsigned bytes, {@code [count]}
   * @throws IllegalArgumentException if a size is not positive or the array lengths disagree
   */
  public static Images copyOf(int channels, int height, int width, byte[] pixels, byte[] labels) {
    return owning(channels, height, width, pixels.clone(), labels);
  }

  /** Wraps pixels that nobody else will change, so that 47 MB need not be copied on every read. */
  static Images owning(int channels, int height, int width, byte[] pixels, byte[] labels) {
    return of(channels, height, width, MemorySegment.ofArray(pixels), ClassLabels.of(labels));
  }

  /**
   * Images over memory that nobody changes as long as they are used, such as a mapped file.
   *
   * @param pixels unsigned bytes, {@code [count, channels, height, width]}; not copied
   * @param targets what is known of each
   * @throws IllegalArgumentException if a size is not positive, or the pixels are not as many
   */
  public static Images of(
      int channels, int height, int width, MemorySegment pixels, Targets targets) {
    return new Images(channels, height, width, pixels, targets);
  }

  @Override
  public int count() {
    return count;
  }

  @Override
  public Shape shape() {
    return Shape.of(channels, height, width);
  }

  @Override
  public Targets targets() {
    return targets;
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
    return pixels.get(ValueLayout.JAVA_BYTE, (long) image * pixelsPerImage + pixel) & 0xFF;
  }

  /**
   * All pixels, {@code [count, channels, height, width]}, as a read-only view without a copy; the
   * memory stays this object's.
   */
  public MemorySegment pixels() {
    return pixels;
  }

  @Override
  public Images select(int[] indices) {
    MemorySegment some = ExampleRoom.of((long) indices.length * pixelsPerImage);
    for (int i = 0; i < indices.length; i++) {
      long from = (long) Objects.checkIndex(indices[i], count) * pixelsPerImage;
      MemorySegment.copy(pixels, from, some, (long) i * pixelsPerImage, pixelsPerImage);
    }
    return of(channels, height, width, some, targets.select(indices));
  }

  @Override
  public Images withTargets(Targets others) {
    return of(channels, height, width, pixels, others);
  }

  @Override
  public Images followedBy(Examples others) {
    if (!(others instanceof Images images) || !images.shape().equals(shape())) {
      throw new IllegalArgumentException(others + " cannot follow " + this);
    }
    long size = pixels.byteSize();
    MemorySegment joined = ExampleRoom.of(size + images.pixels.byteSize());
    MemorySegment.copy(pixels, 0, joined, 0, size);
    MemorySegment.copy(images.pixels, 0, joined, size, images.pixels.byteSize());
    return of(channels, height, width, joined, targets.followedBy(images.targets));
  }

  @Override
  public float[] values(int from, int to) {
    Objects.checkFromToIndex(from, to, count);
    float[] raw = new float[Math.multiplyExact(to - from, pixelsPerImage)];
    long first = (long) from * pixelsPerImage;
    for (int i = 0; i < raw.length; i++) {
      raw[i] = pixels.get(ValueLayout.JAVA_BYTE, first + i) & 0xFF;
    }
    return raw;
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
