package dev.ockham.runtime.moment;

import dev.ockham.runtime.graph.Pool;
import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Window;
import java.util.List;

/** Moments of the largest or the mean of several uncertain numbers, which are independent. */
final class Pooling {

  private Pooling() {}

  /** Of each window of each channel. */
  static Moments of(Moments x, Pool pool, Shape in, Shape out) {
    Window window = pool.window();
    int last = window.axes() - 1;
    List<Integer> kernel = window.kernel();
    int rows = window.axes() == 2 ? in.dim(1) : 1;
    int columns = in.dim(in.rank() - 1);
    int outRows = window.axes() == 2 ? out.dim(1) : 1;
    int outColumns = out.dim(out.rank() - 1);
    Sum sum = new Sum(x, pool.of() == Pool.Of.MAX, new double[out.size()], new double[out.size()]);
    for (int to = 0; to < out.size(); to++) {
      int channel = to / outColumns / outRows;
      int there = 0;
      int padding = 0;
      for (int i = 0; i < (window.axes() == 2 ? kernel.get(0) : 1); i++) {
        int r = window.axes() == 2 ? WeightedSums.at(window, 0, to / outColumns % outRows, i) : 0;
        for (int j = 0; j < kernel.get(last); j++) {
          int k = WeightedSums.at(window, last, to % outColumns, j);
          if (r >= 0 && r < rows && k >= 0 && k < columns) {
            sum.take(to, (channel * rows + r) * columns + k, there++ == 0);
          } else if (padded(window, last, k, columns)
              && (window.axes() == 1 || padded(window, 0, r, rows))) {
            padding++;
          }
        }
      }
      if (pool.of() == Pool.Of.AVERAGE) {
        sum.divide(to, pool.countPadding() ? there + padding : there);
      }
    }
    return new Moments(sum.means(), sum.variances());
  }

  /** Whether a position is in the input or its padding, and not beyond. */
  private static boolean padded(Window window, int axis, int position, int size) {
    return position >= -window.before().get(axis) && position < size + window.after().get(axis);
  }

  /** Of means or sums along axes. */
  static Moments reduced(Moments x, Reduce reduce, Shape in, Shape out) {
    Sum sum = new Sum(x, false, new double[out.size()], new double[out.size()]);
    for (int from = 0; from < in.size(); from++) {
      int rest = from;
      int to = 0;
      int stride = 1;
      for (int axis = in.rank() - 1; axis >= 0; axis--) {
        int place = rest % in.dim(axis);
        rest /= in.dim(axis);
        if (!reduce.axes().contains(axis)) {
          to += place * stride;
          stride *= in.dim(axis);
        }
      }
      sum.take(to, from, false);
    }
    for (int to = 0; to < out.size() && reduce.to() == Reduce.To.MEAN; to++) {
      sum.divide(to, in.size() / out.size());
    }
    return new Moments(sum.means(), sum.variances());
  }

  /**
   * Numbers that are put together.
   *
   * @param x where they are from
   * @param largest whether the largest is wanted, else the sum
   * @param means of what came, one for each result
   * @param variances likewise
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Sum(Moments x, boolean largest, double[] means, double[] variances) {

    void take(int to, int from, boolean first) {
      if (largest && !first) {
        Rectification.maximum(
            means[to], variances[to], x.mean(from), x.variance(from), means, variances, to);
      } else {
        means[to] += x.mean(from);
        variances[to] += x.variance(from);
      }
    }

    void divide(int to, int count) {
      means[to] /= count;
      variances[to] /= (double) count * count;
    }
  }
}
