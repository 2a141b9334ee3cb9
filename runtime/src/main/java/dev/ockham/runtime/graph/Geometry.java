package dev.ockham.runtime.graph;

import java.util.Collections;
import java.util.List;

/**
 * What convolutions and pools are told beside their kernel, made to be imported statically: {@code
 * g.conv2d(x, 16, 3, pad(1), stride(2))}.
 */
public final class Geometry {
  private int stride;
  private List<Integer> before = List.of(0, 0);
  private List<Integer> after = List.of(0, 0);
  private int dilation = 1;
  private int groups = 1;
  private int extra;
  private boolean bias = true;
  private boolean ceil;
  private boolean countPadding = true;

  private Geometry(int stride) {
    this.stride = stride;
  }

  /** One thing to change. */
  @FunctionalInterface
  public interface Option {
    /** Changes it. */
    void apply(Geometry geometry);
  }

  static Geometry of(int stride, Option... options) {
    Geometry geometry = new Geometry(stride);
    for (Option option : options) {
      option.apply(geometry);
    }
    return geometry;
  }

  /** Positions from one window to the next; 1 for convolutions and the kernel's for pools. */
  public static Option stride(int stride) {
    return geometry -> geometry.stride = stride;
  }

  /** Zeros around each channel; none unless it is said. */
  public static Option pad(int padding) {
    return geometry -> {
      geometry.before = List.of(padding, padding);
      geometry.after = geometry.before;
    };
  }

  /** Zeros before the first position of each axis, and behind the last. */
  public static Option pad(int before, int after) {
    return pad(before, before, after, after);
  }

  /** Zeros around each channel, by side. */
  public static Option pad(int top, int left, int bottom, int right) {
    return geometry -> {
      geometry.before = List.of(top, left);
      geometry.after = List.of(bottom, right);
    };
  }

  /** Distance of neighbouring positions of the window. */
  public static Option dilate(int dilation) {
    return geometry -> geometry.dilation = dilation;
  }

  /** Blocks of channels that are convolved apart. */
  public static Option groups(int groups) {
    return geometry -> geometry.groups = groups;
  }

  /** Positions that a transposed convolution adds behind the last of each axis. */
  public static Option extra(int extra) {
    return geometry -> geometry.extra = extra;
  }

  /** No bias, for layers that a normalisation stands behind. */
  public static Option withoutBias() {
    return geometry -> geometry.bias = false;
  }

  /** Windows of a pool that only begin within the input count too. */
  public static Option ceil() {
    return geometry -> geometry.ceil = true;
  }

  /** A mean divides by the values within the input only. */
  public static Option withoutPadding() {
    return geometry -> geometry.countPadding = false;
  }

  Window window(int axes, int kernel) {
    return new Window(
        Collections.nCopies(axes, kernel),
        Collections.nCopies(axes, stride),
        before.subList(0, axes),
        after.subList(0, axes),
        Collections.nCopies(axes, dilation));
  }

  int groups() {
    return groups;
  }

  int extra() {
    return extra;
  }

  boolean bias() {
    return bias;
  }

  boolean roundsUp() {
    return ceil;
  }

  boolean countsPadding() {
    return countPadding;
  }
}
