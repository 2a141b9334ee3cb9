package dev.ockham.runtime.model;

/**
 * Extent of one example's activations, features counted in the order channel, row, column.
 *
 * @param channels number of channels, ≥ 0; zero when every unit of a layer was pruned
 * @param height rows per channel, ≥ 1
 * @param width columns per channel, ≥ 1
 */
public record Shape(int channels, int height, int width) {
  /** Checks the ranges and that {@link #size()} fits an int. */
  public Shape {
    if (channels < 0 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "shape %s×%s×%s needs channels >= 0, height >= 1 and width >= 1"
              .formatted(channels, height, width));
    }
    if (Math.multiplyHigh((long) channels * height, width) != 0
        || (long) channels * height * width > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "shape %s×%s×%s has more than %s features"
              .formatted(channels, height, width, Integer.MAX_VALUE));
    }
  }

  /** A vector: {@code features} channels of one value each. */
  public static Shape flat(int features) {
    return new Shape(features, 1, 1);
  }

  /** Number of features, channels × height × width. */
  public int size() {
    return channels * height * width;
  }

  /** Whether each channel holds exactly one value. */
  public boolean isFlat() {
    return height == 1 && width == 1;
  }

  @Override
  public String toString() {
    return channels + "×" + height + "×" + width;
  }
}
