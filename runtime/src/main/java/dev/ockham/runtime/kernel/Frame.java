package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Window;
import java.util.List;

/** Geometry of a window over channels × rows × columns; one axis of positions is one row. */
record Frame(
    int channels,
    int rows,
    int columns,
    int outRows,
    int outColumns,
    Side vertical,
    Side horizontal) {

  /** A window along one axis. */
  record Side(int kernel, int stride, int before, int after, int dilation) {
    static final Side ONE = new Side(1, 1, 0, 0, 1);

    static Side of(Window window, int axis) {
      return new Side(
          window.kernel().get(axis),
          window.stride().get(axis),
          window.before().get(axis),
          window.after().get(axis),
          window.dilation().get(axis));
    }

    int span() {
      return dilation * (kernel - 1) + 1;
    }
  }

  static Frame of(Window window, Shape in, Shape out) {
    List<Integer> x = in.dims();
    List<Integer> y = out.dims();
    if (window.axes() == 1) {
      return new Frame(x.get(0), 1, x.get(1), 1, y.get(1), Side.ONE, Side.of(window, 0));
    }
    return new Frame(
        x.get(0), x.get(1), x.get(2), y.get(1), y.get(2), Side.of(window, 0), Side.of(window, 1));
  }

  int positions() {
    return outRows * outColumns;
  }

  int area() {
    return vertical.kernel * horizontal.kernel;
  }
}
