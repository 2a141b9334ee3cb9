package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Shape;

/** Many features to one; sums are taken in their order, in double. */
public final class Reduction implements Kernel {
  private final Reduce.To to;
  private final int[][] sets;

  /** A reduction of some axes. */
  public Reduction(Reduce operator, Shape in) {
    to = operator.to();
    int[] set = new int[in.size()];
    for (int f = 0; f < set.length; f++) {
      int[] index = Places.index(f, in);
      int flat = 0;
      for (int axis = 0; axis < index.length; axis++) {
        if (!operator.axes().contains(axis)) {
          flat = flat * in.dim(axis) + index[axis];
        }
      }
      set[f] = flat;
    }
    int count = 1;
    for (int axis = 0; axis < in.rank(); axis++) {
      count *= operator.axes().contains(axis) ? 1 : in.dim(axis);
    }
    sets = Sets.of(set, count);
  }

  @Override
  public void run(float[][] in, float[] out, Scratch scratch) {
    int lanes = scratch.lanes();
    for (int k = 0; k < sets.length; k++) {
      for (int lane = 0; lane < lanes; lane++) {
        out[k * lanes + lane] = of(in[0], sets[k], lane, lanes);
      }
    }
  }

  private float of(float[] in, int[] set, int lane, int lanes) {
    return switch (to) {
      case MEAN -> (float) (sum(in, set, lane, lanes) / set.length);
      case SUM -> (float) sum(in, set, lane, lanes);
      case MAX -> extreme(in, set, lane, lanes, true);
      case MIN -> extreme(in, set, lane, lanes, false);
    };
  }

  private static double sum(float[] in, int[] set, int lane, int lanes) {
    double sum = 0;
    for (int f : set) {
      sum += in[f * lanes + lane];
    }
    return sum;
  }

  private static float extreme(float[] in, int[] set, int lane, int lanes, boolean largest) {
    float extreme = in[set[0] * lanes + lane];
    for (int k = 1; k < set.length; k++) {
      float other = in[set[k] * lanes + lane];
      extreme = largest ? Math.max(extreme, other) : Math.min(extreme, other);
    }
    return extreme;
  }
}
