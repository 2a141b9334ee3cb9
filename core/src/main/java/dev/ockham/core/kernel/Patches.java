package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.copyIn;
import static dev.ockham.core.kernel.Kernels.copyOut;
import static dev.ockham.core.kernel.Kernels.requireFloats;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The patches that an unpadded convolution of stride 1 looks at, as the columns of a matrix, so
 * that the convolution of one example is one matrix product. Has room for one example, and so
 * belongs to one thread.
 */
public final class Patches {

  private final Kernels kernels;
  private final int channels;
  private final int height;
  private final int width;
  private final int kernel;
  private final float[] image;
  private final float[] matrix;

  /**
   * Room for patches.
   *
   * @param channels of the input
   * @param height of the input
   * @param width of the input
   * @param kernel side of the window
   */
  public Patches(Kernels kernels, int channels, int height, int width, int kernel) {
    if (channels < 1 || kernel < 1 || height < kernel || width < kernel) {
      throw new IllegalArgumentException(
          "no window of %d fits into %dx%dx%d".formatted(kernel, channels, height, width));
    }
    this.kernels = kernels;
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.kernel = kernel;
    this.image = new float[inputSize()];
    this.matrix = new float[size()];
  }

  /** Numbers in a patch: rows of the matrix, in the order channel, row and column of the window. */
  public int rows() {
    return channels * kernel * kernel;
  }

  /** Places of the window: columns of the matrix. */
  public int positions() {
    return outHeight() * outWidth();
  }

  /** Numbers of the matrix. */
  public int size() {
    return rows() * positions();
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
  public void unfold(MemorySegment input, int example, MemorySegment out) {
    requireFloats("input", input, 0, (example + 1L) * inputSize());
    requireFloats("out", out, 0, size());
    copyIn(input, (long) example * inputSize(), image, image.length);
    for (int row = 0; row < rows(); row++) {
      kernels.copyRows(
          image,
          first(row),
          width,
          matrix,
          row * positions(),
          outWidth(),
          outHeight(),
          outWidth());
    }
    copyOut(matrix, out, 0, matrix.length);
  }

  /**
   * Adds up a gradient by patches into the gradient by the input of one example, which it
   * overwrites; each element gets its parts in the order of the rows.
   *
   * @param patches float32 {@code [rows, positions]}
   * @param out float32 {@code [examples, channels, height, width]}
   */
  public void fold(MemorySegment patches, int example, MemorySegment out) {
    requireFloats("out", out, 0, (example + 1L) * inputSize());
    fold(patches);
    copyOut(image, out, (long) example * inputSize(), image.length);
  }

  /**
   * As {@link #fold}, for a gradient by the squares of patches, which is added: out ← out +
   * 2·input·sum.
   *
   * @param input what was unfolded
   */
  public void addFoldedSquares(
      MemorySegment patches, MemorySegment input, int example, MemorySegment out) {
    requireFloats("input", input, 0, (example + 1L) * inputSize());
    requireFloats("out", out, 0, (example + 1L) * inputSize());
    fold(patches);
    Activations.addTwiceProduct(out, input, (long) example * inputSize(), image);
  }

  private void fold(MemorySegment patches) {
    requireFloats("patches", patches, 0, size());
    copyIn(patches, 0, matrix, matrix.length);
    Arrays.fill(image, 0);
    for (int row = 0; row < rows(); row++) {
      kernels.addRows(
          matrix,
          row * positions(),
          outWidth(),
          image,
          first(row),
          width,
          outHeight(),
          outWidth());
    }
  }

  /** Where a row of the matrix begins to read. */
  private int first(int row) {
    int column = row % kernel;
    int line = row / kernel % kernel;
    int channel = row / (kernel * kernel);
    return (channel * height + line) * width + column;
  }
}
