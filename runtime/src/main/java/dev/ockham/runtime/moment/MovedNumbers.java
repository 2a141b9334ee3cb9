package dev.ockham.runtime.moment;

import dev.ockham.runtime.graph.Pad;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slice;

/** Moments of numbers that are only put elsewhere. */
final class MovedNumbers {

  private MovedNumbers() {}

  static Moments sliced(Moments x, Slice slice, Shape in, Shape out) {
    double[] means = new double[out.size()];
    double[] variances = new double[means.length];
    for (int to = 0; to < means.length; to++) {
      int rest = to;
      int from = 0;
      int stride = 1;
      for (int axis = out.rank() - 1; axis >= 0; axis--) {
        int place = rest % out.dim(axis);
        rest /= out.dim(axis);
        int source = axis == slice.axis() ? slice.start() + place * slice.step() : place;
        from += source * stride;
        stride *= in.dim(axis);
      }
      means[to] = x.mean(from);
      variances[to] = x.variance(from);
    }
    return new Moments(means, variances);
  }

  static Moments padded(Moments x, Pad pad, Shape in, Shape out) {
    double[] means = new double[out.size()];
    double[] variances = new double[means.length];
    for (int to = 0; to < means.length; to++) {
      int rest = to;
      int from = 0;
      int stride = 1;
      boolean there = true;
      for (int axis = out.rank() - 1; axis >= 0; axis--) {
        int place = rest % out.dim(axis) - pad.before().get(axis);
        rest /= out.dim(axis);
        there &= place >= 0 && place < in.dim(axis);
        from += place * stride;
        stride *= in.dim(axis);
      }
      means[to] = there ? x.mean(from) : pad.value();
      variances[to] = there ? x.variance(from) : 0;
    }
    return new Moments(means, variances);
  }
}
