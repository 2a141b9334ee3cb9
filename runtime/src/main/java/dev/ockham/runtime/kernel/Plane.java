package dev.ockham.runtime.kernel;

import java.util.Arrays;

/**
 * The positions of a channel as a convolution of stride 1 reads them: with the padding written out,
 * and for other strides taken apart, so that positions read by one tap lie side by side.
 *
 * @param places for each position of the plane that of the channel; −1 for padding
 * @param pitch positions of a line of outputs
 * @param taps for each tap of the kernel its place from the output's position on
 * @param moved whether there is a plane for each column of the kernel
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Plane(int[] places, int pitch, int[] taps, boolean moved) {

  /** The plane of a convolution. */
  static Plane of(Frame frame) {
    Frame.Side v = frame.vertical();
    Frame.Side h = frame.horizontal();
    int width = frame.outColumns() + h.dilation() * (h.kernel() - 1) / h.stride();
    int shared = h.stride() == 1 ? shared(frame, width) : 0;
    int pitch = width - shared;
    int lines = frame.outRows() + v.dilation() * (v.kernel() - 1) / v.stride();
    int part = Math.addExact(Math.multiplyExact(lines, pitch), shared);
    int[] partOf = new int[v.stride() * h.stride()];
    Arrays.fill(partOf, -1);
    int parts = 0;
    int[] taps = new int[frame.area()];
    for (int k = 0; k < taps.length; k++) {
      int i = k / h.kernel() * v.dilation();
      int j = k % h.kernel() * h.dilation();
      int phase = i % v.stride() * h.stride() + j % h.stride();
      if (partOf[phase] < 0) {
        partOf[phase] = parts++;
      }
      taps[k] = partOf[phase] * part + i / v.stride() * pitch + j / h.stride();
    }
    int[] places = new int[Math.multiplyExact(parts, part)];
    Arrays.fill(places, -1);
    for (int phase = 0; phase < partOf.length; phase++) {
      for (int p = 0; partOf[phase] >= 0 && p < part; p++) {
        int y = p / pitch * v.stride() + phase / h.stride() - v.before();
        int x = p % pitch * h.stride() + phase % h.stride() - h.before();
        boolean inside = p / pitch < lines; // but what lies behind the last line
        if (inside && y >= 0 && y < frame.rows() && x >= 0 && x < frame.columns()) {
          places[partOf[phase] * part + p] = y * frame.columns() + x;
        }
      }
    }
    return new Plane(places, pitch, taps, false);
  }

  /**
   * The plane of a convolution of stride 1 once for each column of the kernel, moved such that all
   * taps of one output lie in its own column: nothing lies between lines, and what a tap reads
   * begins at a line of the cache wherever the output does.
   */
  static Plane shifted(Frame frame) {
    Frame.Side v = frame.vertical();
    Frame.Side h = frame.horizontal();
    int pitch = frame.outColumns();
    int lines = frame.outRows() + v.span() - 1;
    int part =
        Math.ceilDiv(Math.multiplyExact(lines, pitch), ShiftedPlanes.WIDTH) * ShiftedPlanes.WIDTH;
    int[] places = new int[Math.multiplyExact(h.kernel(), part)];
    Arrays.fill(places, -1);
    for (int p = 0; p < places.length; p++) {
      int y = p % part / pitch - v.before();
      int x = p % part % pitch + p / part * h.dilation() - h.before();
      boolean inside = p % part < lines * pitch;
      if (inside && y >= 0 && y < frame.rows() && x >= 0 && x < frame.columns()) {
        places[p] = y * frame.columns() + x;
      }
    }
    int[] taps = new int[frame.area()];
    for (int k = 0; k < taps.length; k++) {
      taps[k] = k % h.kernel() * part + k / h.kernel() * v.dilation() * pitch;
    }
    return new Plane(places, pitch, taps, true);
  }

  /** Padding on the right of a line that can be that on the left of the next one. */
  private static int shared(Frame frame, int width) {
    int before = frame.horizontal().before();
    return Math.max(0, Math.min(width - before - frame.columns(), before));
  }

  /** The plane of a transposed convolution: nothing between positions, a stride apart. */
  static Plane transposed(Frame frame) {
    Frame.Side v = frame.vertical();
    Frame.Side h = frame.horizontal();
    int lines = frame.outRows() + v.span() - 1;
    int pitch = frame.outColumns() + h.span() - 1;
    int[] places = new int[Math.multiplyExact(lines, pitch)];
    Arrays.fill(places, -1);
    for (int y = 0; y < frame.rows(); y++) {
      int line = y * v.stride() + v.span() - 1 - v.before();
      for (int x = 0; x < frame.columns(); x++) {
        int column = x * h.stride() + h.span() - 1 - h.before();
        if (line >= 0 && line < lines && column >= 0 && column < pitch) {
          places[line * pitch + column] = y * frame.columns() + x;
        }
      }
    }
    int[] taps = new int[frame.area()];
    for (int k = 0; k < taps.length; k++) {
      taps[k] = k / h.kernel() * v.dilation() * pitch + k % h.kernel() * h.dilation();
    }
    return new Plane(places, pitch, taps, false);
  }

  int size() {
    return places.length;
  }

  /** Whether it is the channel as it is. */
  boolean same(int positions) {
    boolean same = places.length == positions;
    for (int p = 0; same && p < positions; p++) {
      same = places[p] == p;
    }
    return same;
  }

  /** Places of all channels behind each other. */
  int[] all(int channels, int positions) {
    int[] all = new int[Math.multiplyExact(channels, places.length)];
    for (int p = 0; p < all.length; p++) {
      int place = places[p % places.length];
      all[p] = place < 0 ? -1 : p / places.length * positions + place;
    }
    return all;
  }
}
