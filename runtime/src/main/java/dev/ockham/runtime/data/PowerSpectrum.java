package dev.ockham.runtime.data;

import java.util.Arrays;

/**
 * The power |X[k]|² of a frame's discrete Fourier transform, with zeros behind the frame up to a
 * power of two. Immutable.
 */
final class PowerSpectrum {
  private final int size;
  private final double[] cosine;
  private final double[] sine;

  /** For frames of so many samples. */
  PowerSpectrum(int frame) {
    size = Integer.highestOneBit(2 * frame - 1);
    cosine = new double[size / 2];
    sine = new double[size / 2];
    for (int k = 0; k < size / 2; k++) {
      cosine[k] = StrictMath.cos(2 * Math.PI * k / size);
      sine[k] = -StrictMath.sin(2 * Math.PI * k / size);
    }
  }

  /** Length of the transform. */
  int size() {
    return size;
  }

  /** Numbers to work in, for {@link #of}. */
  double[] room() {
    return new double[2 * size];
  }

  /**
   * The spectrum of a frame.
   *
   * @param work from {@link #room}; its first {@code size / 2 + 1} numbers are the result
   */
  double[] of(double[] frame, double[] work) {
    Arrays.fill(work, 0);
    int shift = Integer.numberOfLeadingZeros(size) + 1; // bits that are not of an index
    for (int n = 0; n < frame.length; n++) {
      work[2 * (Integer.reverse(n) >>> shift)] = frame[n];
    }
    for (int length = 2; length <= size; length *= 2) {
      int half = length / 2;
      for (int start = 0; start < size; start += length) {
        for (int k = 0; k < half; k++) {
          int a = 2 * (start + k);
          int b = a + 2 * half;
          double c = cosine[k * (size / length)];
          double s = sine[k * (size / length)];
          double real = c * work[b] - s * work[b + 1];
          double imaginary = c * work[b + 1] + s * work[b];
          work[b] = work[a] - real;
          work[b + 1] = work[a + 1] - imaginary;
          work[a] += real;
          work[a + 1] += imaginary;
        }
      }
    }
    for (int k = 0; k <= size / 2; k++) {
      work[k] = work[2 * k] * work[2 * k] + work[2 * k + 1] * work[2 * k + 1];
    }
    return work;
  }
}
