package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Reduce;
import dev.ockham.runtime.graph.Shape;

/** Many features to one; sums are taken in their order, in double. */
public final class Reduction implements Computation {
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
  public void run(float[][][] in, float[][] out) {
    for (int k = 0; k < out.length; k++) {
      switch (to) {
        case MEAN -> sum(in[0], sets[k], sets[k].length, out[k]);
        case SUM -> sum(in[0], sets[k], 1, out[k]);
        case MAX -> extreme(in[0], sets[k], true, out[k]);
        case MIN -> extreme(in[0], sets[k], false, out[k]);
      }
    }
  }

  private static void sum(float[][] in, int[] set, int divisor, float[] out) {
    double[] sum = new double[out.length];
    for (int f : set) {
      Lanes.add(sum, in[f]);
    }
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) (sum[i] / divisor);
    }
  }

  private static void extreme(float[][] in, int[] set, boolean largest, float[] out) {
    System.arraycopy(in[set[0]], 0, out, 0, out.length);
    for (int k = 1; k < set.length; k++) {
      if (largest) {
        Lanes.maxInPlace(out, in[set[k]]);
      } else {
        Lanes.minInPlace(out, in[set[k]]);
      }
    }
  }
}
