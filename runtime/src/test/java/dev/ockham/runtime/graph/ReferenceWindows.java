package dev.ockham.runtime.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The reference for operators that slide over positions. One axis is two, the first of size 1. */
final class ReferenceWindows {
  private ReferenceWindows() {}

  /** One of a window's two axes. */
  private record Side(int kernel, int stride, int before, int after, int dilation) {
    static Side of(Window window, int axis) {
      int own = axis - (2 - window.axes());
      return own < 0
          ? new Side(1, 1, 0, 0, 1)
          : new Side(
              window.kernel().get(own),
              window.stride().get(own),
              window.before().get(own),
              window.after().get(own),
              window.dilation().get(own));
    }

    int span() {
      return (kernel - 1) * dilation + 1;
    }

    /** Position of the input under a tap of a window; may lie in the padding. */
    int under(int window, int tap) {
      return window * stride - before + tap * dilation;
    }

    /** Counts windows one by one. */
    int windows(int size, boolean ceil) {
      int padded = before + size + after;
      int count = 0;
      while (ceil
          ? count * stride - before < size && (count == 0 || (count - 1) * stride + span() < padded)
          : count * stride + span() <= padded) {
        count++;
      }
      return count;
    }
  }

  private static Tensor asImage(Tensor x) {
    return x.rank() == 3 ? x : Tensor.of(new int[] {x.dim(0), 1, x.dim(1)}, x.values());
  }

  private static Tensor backTo(int rank, Tensor image) {
    return rank == 3 ? image : Tensor.of(new int[] {image.dim(0), image.dim(2)}, image.values());
  }

  private static double bias(Map<String, Tensor> parameters, int unit) {
    @Nullable Tensor bias = parameters.get("bias");
    return bias == null ? 0 : bias.get(unit);
  }

  /** A kernel as [a, b, rows, columns]. */
  private static Tensor kernel(Map<String, Tensor> parameters) {
    Tensor w = ReferenceForward.needed(parameters, "weight");
    return w.rank() == 4 ? w : Tensor.of(new int[] {w.dim(0), w.dim(1), 1, w.dim(2)}, w.values());
  }

  static Tensor convolution(Convolution c, Tensor input, Map<String, Tensor> parameters) {
    Tensor x = asImage(input);
    Tensor w = kernel(parameters);
    Side rows = Side.of(c.window(), 0);
    Side columns = Side.of(c.window(), 1);
    int perGroup = x.dim(0) / c.groups();
    Tensor y =
        Tensor.zeros(w.dim(0), rows.windows(x.dim(1), false), columns.windows(x.dim(2), false));
    for (int place = 0; place < y.values().length; place++) {
      int[] at = y.index(place);
      int group = at[0] / (w.dim(0) / c.groups());
      double sum = bias(parameters, at[0]);
      for (int channel = 0; channel < perGroup; channel++) {
        for (int i = 0; i < rows.kernel(); i++) {
          for (int j = 0; j < columns.kernel(); j++) {
            int row = rows.under(at[1], i);
            int column = columns.under(at[2], j);
            if (row >= 0 && row < x.dim(1) && column >= 0 && column < x.dim(2)) {
              sum += w.get(at[0], channel, i, j) * x.get(group * perGroup + channel, row, column);
            }
          }
        }
      }
      y.values()[place] = sum;
    }
    return backTo(input.rank(), y);
  }

  static Tensor transposed(ConvolutionTransposed c, Tensor input, Map<String, Tensor> parameters) {
    Tensor x = asImage(input);
    Tensor w = kernel(parameters);
    Side rows = Side.of(c.window(), 0);
    Side columns = Side.of(c.window(), 1);
    int extraRows = c.window().axes() == 1 ? 0 : c.extra().get(0);
    int extraColumns = c.extra().get(c.extra().size() - 1);
    Tensor y =
        Tensor.zeros(
            w.dim(1) * c.groups(),
            larger(rows, x.dim(1), extraRows),
            larger(columns, x.dim(2), extraColumns));
    for (int place = 0; place < y.values().length; place++) {
      y.values()[place] = bias(parameters, y.index(place)[0]);
    }
    for (int place = 0; place < x.values().length; place++) {
      int[] at = x.index(place);
      int group = at[0] / (x.dim(0) / c.groups());
      for (int unit = 0; unit < w.dim(1); unit++) {
        for (int i = 0; i < rows.kernel(); i++) {
          for (int j = 0; j < columns.kernel(); j++) {
            int row = rows.under(at[1], i);
            int column = columns.under(at[2], j);
            if (row >= 0 && row < y.dim(1) && column >= 0 && column < y.dim(2)) {
              double product = x.values()[place] * w.get(at[0], unit, i, j);
              y.add(product, group * w.dim(1) + unit, row, column);
            }
          }
        }
      }
    }
    return backTo(input.rank(), y);
  }

  private static int larger(Side side, int size, int extra) {
    return (size - 1) * side.stride() + side.span() - side.before() - side.after() + extra;
  }

  static Tensor pool(Pool pool, Tensor input) {
    Tensor x = asImage(input);
    Side rows = Side.of(pool.window(), 0);
    Side columns = Side.of(pool.window(), 1);
    Tensor y =
        Tensor.zeros(
            x.dim(0), rows.windows(x.dim(1), pool.ceil()), columns.windows(x.dim(2), pool.ceil()));
    for (int place = 0; place < y.values().length; place++) {
      int[] at = y.index(place);
      double largest = Double.NEGATIVE_INFINITY;
      double sum = 0;
      int real = 0;
      int padded = 0;
      for (int i = 0; i < rows.kernel(); i++) {
        for (int j = 0; j < columns.kernel(); j++) {
          int row = rows.under(at[1], i);
          int column = columns.under(at[2], j);
          if (row < x.dim(1) + rows.after() && column < x.dim(2) + columns.after()) {
            padded++;
          }
          if (row >= 0 && row < x.dim(1) && column >= 0 && column < x.dim(2)) {
            real++;
            sum += x.get(at[0], row, column);
            largest = Math.max(largest, x.get(at[0], row, column));
          }
        }
      }
      y.values()[place] =
          switch (pool.of()) {
            case MAX -> largest;
            case AVERAGE -> sum / (pool.countPadding() ? padded : real);
          };
    }
    return backTo(input.rank(), y);
  }

  /** A position of the input and how much of it there is in one of the output. */
  private record Share(int position, double weight) {}

  static Tensor resize(Resize resize, Tensor input) {
    Tensor x = asImage(input);
    int height = input.rank() == 3 ? resize.sizes().get(0) : 1;
    int width = resize.sizes().get(resize.sizes().size() - 1);
    Tensor y = Tensor.zeros(x.dim(0), height, width);
    for (int place = 0; place < y.values().length; place++) {
      int[] at = y.index(place);
      double sum = 0;
      for (Share row : shares(resize, at[1], x.dim(1), height)) {
        for (Share column : shares(resize, at[2], x.dim(2), width)) {
          sum += row.weight() * column.weight() * x.get(at[0], row.position(), column.position());
        }
      }
      y.values()[place] = sum;
    }
    return backTo(input.rank(), y);
  }

  /** In whole numbers, so that no place is rounded across a position. */
  private static List<Share> shares(Resize resize, int index, int from, int to) {
    long above =
        switch (resize.align()) {
          case ASYMMETRIC -> (long) index * from;
          case HALF_PIXEL -> Math.max(0, (2L * index + 1) * from - to);
          case CORNERS -> to == 1 ? 0 : (long) index * (from - 1);
        };
    long below =
        switch (resize.align()) {
          case ASYMMETRIC -> to;
          case HALF_PIXEL -> 2L * to;
          case CORNERS -> Math.max(1, to - 1);
        };
    int low = (int) Math.min(from - 1, above / below);
    if (resize.by() == Resize.By.NEAREST) {
      return List.of(new Share(low, 1));
    }
    int high = Math.min(from - 1, low + 1);
    double share = (double) (above % below) / below;
    List<Share> shares = new ArrayList<>(List.of(new Share(low, 1 - share)));
    shares.add(new Share(high, share));
    return shares;
  }
}
