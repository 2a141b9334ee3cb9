package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Shape;
import java.util.Arrays;

/** Largest value or mean of each window; windows are read row by row. */
public final class WindowPool implements Kernel {
  private final Pool.Of of;
  private final int channels;
  private final int inPlane;

  /** Positions within the input that each window reads. */
  private final int[][] taps;

  /** What the sum of each window is divided by. */
  private final int[] divisors;

  /** Prepares a pool for inputs of a shape. */
  public WindowPool(Pool operator, Shape in, Shape out) {
    Frame frame = Frame.of(operator.window(), in, out);
    of = operator.of();
    channels = frame.channels();
    inPlane = frame.rows() * frame.columns();
    taps = new int[frame.positions()][];
    divisors = new int[frame.positions()];
    for (int p = 0; p < taps.length; p++) {
      int[] window = new int[frame.area()];
      int inside = 0;
      int counted = 0;
      for (int k = 0; k < window.length; k++) {
        int y = place(frame.vertical(), p / frame.outColumns(), k / frame.horizontal().kernel());
        int x = place(frame.horizontal(), p % frame.outColumns(), k % frame.horizontal().kernel());
        if (y >= 0 && y < frame.rows() && x >= 0 && x < frame.columns()) {
          window[inside++] = y * frame.columns() + x;
        }
        // No window begins before the padding, but one may end behind it.
        if (y < frame.rows() + frame.vertical().after()
            && x < frame.columns() + frame.horizontal().after()) {
          counted++;
        }
      }
      taps[p] = Arrays.copyOf(window, inside);
      divisors[p] = operator.countPadding() ? counted : inside;
    }
  }

  private static int place(Frame.Side side, int window, int tap) {
    return window * side.stride() - side.before() + tap * side.dilation();
  }

  @Override
  public void run(float[][] in, float[] out, Scratch scratch) {
    int lanes = scratch.lanes();
    for (int c = 0; c < channels; c++) {
      for (int p = 0; p < taps.length; p++) {
        int to = (c * taps.length + p) * lanes;
        switch (of) {
          case MAX -> largest(in[0], c * inPlane, taps[p], out, to, lanes);
          case AVERAGE -> mean(in[0], c * inPlane, taps[p], divisors[p], out, to, lanes);
        }
      }
    }
  }

  private static void largest(float[] in, int first, int[] taps, float[] out, int to, int lanes) {
    for (int i = 0; i < lanes; i++) {
      float largest = Float.NEGATIVE_INFINITY;
      for (int tap : taps) {
        largest = Math.max(largest, in[(first + tap) * lanes + i]);
      }
      out[to + i] = largest;
    }
  }

  private static void mean(
      float[] in, int first, int[] taps, int divisor, float[] out, int to, int lanes) {
    for (int i = 0; i < lanes; i++) {
      float sum = 0;
      for (int tap : taps) {
        sum += in[(first + tap) * lanes + i];
      }
      out[to + i] = divisor == 0 ? 0 : sum / divisor;
    }
  }
}
