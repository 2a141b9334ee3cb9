package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.requireFloats;

import java.lang.foreign.MemorySegment;

/**
 * The patches that an unpadded convolution of stride 1 looks at, as the columns of a matrix, so
 * that the convolution of one example is one matrix product.
 *
 * @param channels of the input
 * @param height of the input
 * @param width of the input
 * @param kernel side of the window
 */
public record Patches(int channels, int height, int width, int kernel) {

  public Patches {
    if (channels < 1 || kernel < 1 || height < kernel || width < kernel) {
      throw new IllegalArgumentException(
          "no window of %d fits into %dx%dx%d".formatted(kernel, channels, height, width));
    }
  }

  /** Numbers in a patch: rows of the matrix, in the order channel, row and column of the window. */
  public int rows() {
    return channels * kernel * kernel;
  }

  /** Places of the window: columns of the matrix. */
  public int positions() {
    return outHeight() * outWidth();
  }

  /** Numbers of one example's input. */
  public int inputSize() {
    return channels * height * width;
  }

  private int outHeight() {
    return height - kernel + 1;
  }

  private int outWidth() {
    return width - kernel + 1;
  }

  /**
   * Writes the patches of one example.
   *
   * @param input float32 {@code [examples, channels, height, width]}
   * @param example which
   * @param out float32 {@code [rows, positions]}
   */
  public void unfold(Kernels kernels, MemorySegment input, int example, MemorySegment out) {
    requireFloats("input", input, 0, (example + 1L) * inputSize());
    requireFloats("out", out, 0, (long) rows() * positions());
    for (int row = 0; row < rows(); row++) {
      kernels.copyRows(
          input,
          first(example, row),
          width,
          out,
          (long) row * positions(),
          outWidth(),
          outHeight(),
          outWidth());
    }
  }

  /**
   * Adds up a gradient by patches into the gradient by the input of one example, which it
   * overwrites; each element gets its parts in the order of the rows.
   *
   * @param patches float32 {@code [rows, positions]}
   * @param out float32 {@code [examples, channels, height, width]}
   */
  public void fold(Kernels kernels, MemorySegment patches, int example, MemorySegment out) {
    requireFloats("patches", patches, 0, (long) rows() * positions());
    requireFloats("out", out, 0, (example + 1L) * inputSize());
    out.asSlice((long) example * inputSize() * Float.BYTES, (long) inputSize() * Float.BYTES)
        .fill((byte) 0);
    for (int row = 0; row < rows(); row++) {
      kernels.addRows(
          patches,
          (long) row * positions(),
          outWidth(),
          out,
          first(example, row),
          width,
          outHeight(),
          outWidth());
    }
  }

  /** Where a row of the matrix begins to read. */
  private long first(int example, int row) {
    int column = row % kernel;
    int line = row / kernel % kernel;
    int channel = row / (kernel * kernel);
    return (((long) example * channels + channel) * height + line) * width + column;
  }
}
