package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.F32;
import static dev.ockham.core.kernel.Kernels.copyIn;
import static dev.ockham.core.kernel.Kernels.copyOut;

import java.lang.foreign.MemorySegment;

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

  /** The image once for each column of the window, beginning there: [channel, column, y, x]. */
  private final float[] shifted;

  private final float[] squares;

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
          "no window of %s fits into %sx%sx%s".formatted(kernel, channels, height, width));
    }
    this.kernels = kernels;
    this.channels = channels;
    this.height = height;
    this.width = width;
    this.kernel = kernel;
    this.image = new float[inputSize()];
    this.matrix = new float[size()];
    this.shifted = new float[channels * kernel * height * outWidth()];
    this.squares = new float[shifted.length];
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
    KernelArguments.requireFloats("input", input, 0, (example + 1L) * inputSize());
    KernelArguments.requireFloats("out", out, 0, size());
    copyIn(input, (long) example * inputSize(), image, image.length);
    int lines = height * outWidth();
    for (int channel = 0; channel < channels; channel++) {
      for (int column = 0; column < kernel; column++) {
        kernels.copyRows(
            image,
            channel * height * width + column,
            width,
            shifted,
            (channel * kernel + column) * lines,
            outWidth(),
            height,
            outWidth());
      }
    }
    copyWindows(shifted, out);
  }

  /** Writes the squares of the patches that were unfolded last. */
  public void unfoldSquares(MemorySegment out) {
    KernelArguments.requireFloats("out", out, 0, size());
    for (int i = 0; i < shifted.length; i++) {
      squares[i] = shifted[i] * shifted[i];
    }
    copyWindows(squares, out);
  }

  /** From the image of a column, a row of the window sees lines that follow each other. */
  private void copyWindows(float[] from, MemorySegment out) {
    int row = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int line = 0; line < kernel; line++) {
        for (int column = 0; column < kernel; column++) {
          int start = ((channel * kernel + column) * height + line) * outWidth();
          MemorySegment.copy(
              from, start, out, F32, (long) row * positions() * Float.BYTES, positions());
          row++;
        }
      }
    }
  }

  /**
   * Adds up a gradient by patches into the gradient by the input of one example, which it
   * overwrites; see {@link Kernels#foldChannel} for the order.
   *
   * @param patches float32 {@code [rows, positions]}
   * @param out float32 {@code [examples, channels, height, width]}
   */
  public void fold(MemorySegment patches, int example, MemorySegment out) {
    KernelArguments.requireFloats("out", out, 0, (example + 1L) * inputSize());
    fold(patches);
    copyOut(image, out, (long) example * inputSize(), image.length);
  }

  /**
   * Adds a gradient by the squares of patches, folded as {@link #fold} does: out ← out +
   * 2·input·sum.
   *
   * @param input what was unfolded
   */
  public void addFoldedSquares(
      MemorySegment patches, MemorySegment input, int example, MemorySegment out) {
    KernelArguments.requireFloats("input", input, 0, (example + 1L) * inputSize());
    KernelArguments.requireFloats("out", out, 0, (example + 1L) * inputSize());
    fold(patches);
    Activations.addTwiceProduct(out, input, (long) example * inputSize(), image, image.length);
  }

  private void fold(MemorySegment patches) {
    KernelArguments.requireFloats("patches", patches, 0, size());
    copyIn(patches, 0, matrix, matrix.length);
    for (int channel = 0; channel < channels; channel++) {
      kernels.foldChannel(
          matrix,
          channel * kernel * kernel * positions(),
          image,
          channel * height * width,
          outHeight(),
          outWidth(),
          kernel);
    }
  }
}
