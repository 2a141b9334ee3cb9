package dev.ockham.core.kernel;

import static dev.ockham.core.kernel.Kernels.F32;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The largest number of each window; windows do not overlap, and rows and columns that fill none
 * are left out.
 *
 * @param size side of a window
 * @param height of a channel
 * @param width of a channel
 */
public record MaxPooling(int size, int height, int width) {

  public MaxPooling {
    if (size < 1 || height < size || width < size) {
      throw new IllegalArgumentException(
          "no window of %s fits into %sx%s".formatted(size, height, width));
    }
  }

  private int outHeight() {
    return height / size;
  }

  private int outWidth() {
    return width / size;
  }

  /**
   * Takes the largest number of each window.
   *
   * @param channels of all examples together
   * @param input float32 {@code [channels, height, width]}
   * @param out float32 {@code [channels, height / size, width / size]}
   */
  public void forward(Kernels kernels, MemorySegment input, MemorySegment out, int channels) {
    KernelArguments.requireFloats("input", input, 0, (long) channels * height * width);
    KernelArguments.requireFloats("out", out, 0, (long) channels * outHeight() * outWidth());
    if (size == 2) {
      pairs(kernels, input, out, channels);
      return;
    }
    float[] lines = new float[size * width];
    float[] largest = new float[outWidth()];
    long at = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int y = 0; y < outHeight(); y++) {
        Kernels.copyIn(input, line(channel, y), lines, lines.length);
        for (int x = 0; x < largest.length; x++) {
          largest[x] = largest(lines, x);
        }
        Kernels.copyOut(largest, out, at, largest.length);
        at += largest.length;
      }
    }
  }

  private float largest(float[] lines, int x) {
    int first = x * size;
    float largest = lines[first];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        largest = Math.max(largest, lines[i * width + first + j]);
      }
    }
    return largest;
  }

  /**
   * Gives each window's gradient to the first of its numbers that is the largest, and 0 to the
   * rest.
   *
   * @param input what {@link #forward} got
   * @param out what it gave; after a ReLU in place too, if the gradient is 0 where that cut
   * @param gradient by {@code out}
   * @param byInput float32 as {@code input}, overwritten
   */
  public void backward(
      Kernels kernels,
      MemorySegment input,
      MemorySegment out,
      MemorySegment gradient,
      MemorySegment byInput,
      int channels) {
    long inputs = (long) channels * height * width;
    KernelArguments.requireFloats("input", input, 0, inputs);
    KernelArguments.requireFloats("byInput", byInput, 0, inputs);
    KernelArguments.requireFloats(
        "gradient", gradient, 0, (long) channels * outHeight() * outWidth());
    KernelArguments.requireFloats("out", out, 0, (long) channels * outHeight() * outWidth());
    if (size == 2) {
      pairsBackward(kernels, input, out, gradient, byInput, channels);
      return;
    }
    byInput.asSlice(0, inputs * Float.BYTES).fill((byte) 0);
    float[] lines = new float[size * width];
    float[] largest = new float[outWidth()];
    float[] g = new float[outWidth()];
    long at = 0;
    for (int channel = 0; channel < channels; channel++) {
      for (int y = 0; y < outHeight(); y++) {
        long line = line(channel, y);
        Kernels.copyIn(input, line, lines, lines.length);
        Kernels.copyIn(out, at, largest, largest.length);
        Kernels.copyIn(gradient, at, g, g.length);
        for (int x = 0; x < largest.length; x++) {
          byInput.set(F32, (line + place(lines, x, largest[x])) * Float.BYTES, g[x]);
        }
        at += largest.length;
      }
    }
  }

  private void pairs(Kernels kernels, MemorySegment input, MemorySegment out, int channels) {
    int windows = outHeight() * outWidth();
    float[] channel = new float[height * width + Kernels.MOST_LANES];
    float[] largest = new float[windows + Kernels.MOST_LANES];
    for (int c = 0; c < channels; c++) {
      Kernels.copyIn(input, (long) c * height * width, channel, height * width);
      kernels.poolPairs(channel, width, largest, outHeight(), outWidth());
      Kernels.copyOut(largest, out, (long) c * windows, windows);
    }
  }

  private void pairsBackward(
      Kernels kernels,
      MemorySegment input,
      MemorySegment out,
      MemorySegment gradient,
      MemorySegment byInput,
      int channels) {
    int windows = outHeight() * outWidth();
    float[] channel = new float[height * width + Kernels.MOST_LANES];
    float[] result = new float[channel.length];
    float[] largest = new float[windows + Kernels.MOST_LANES];
    float[] g = new float[largest.length];
    for (int c = 0; c < channels; c++) {
      long at = (long) c * height * width;
      Kernels.copyIn(input, at, channel, height * width);
      Kernels.copyIn(out, (long) c * windows, largest, windows);
      Kernels.copyIn(gradient, (long) c * windows, g, windows);
      kernels.unpoolPairs(channel, width, largest, g, result, outHeight(), outWidth());
      clearOutside(result);
      Kernels.copyOut(result, byInput, at, height * width);
    }
  }

  /** Zeros where no window of two reaches. */
  private void clearOutside(float[] channel) {
    if (width % 2 == 1) {
      for (int y = 1; y <= height; y++) {
        channel[y * width - 1] = 0;
      }
    }
    if (height % 2 == 1) {
      Arrays.fill(channel, (height - 1) * width, height * width, 0);
    }
  }

  /** Where in the lines of a window its largest number stands first. */
  private int place(float[] lines, int x, float largest) {
    int found = x * size;
    for (int i = size - 1; i >= 0; i--) {
      for (int j = size - 1; j >= 0; j--) {
        int at = i * width + x * size + j;
        found = lines[at] == largest ? at : found;
      }
    }
    return found;
  }

  private long line(int channel, int y) {
    return ((long) channel * height + (long) y * size) * width;
  }
}
