package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Shape;

/** Numbers to mean 0 and variance 1 over sets of features of one example; moments in double. */
public final class Normalization implements Kernel {
  private final int[][] sets;
  private final int[] unit;
  private final float[] scale;
  private final float[] shift;
  private final double epsilon;

  private Normalization(int[][] sets, int[] unit, float[] scale, float[] shift, double epsilon) {
    this.sets = sets;
    this.unit = unit;
    this.scale = scale;
    this.shift = shift;
    this.epsilon = epsilon;
  }

  /** Over the axes from the operator's on; no array is copied. */
  public static Normalization layer(Normalize operator, Shape in, float[] scale, float[] shift) {
    int run = in.product(operator.axis(), in.rank());
    int[] set = new int[in.size()];
    int[] unit = new int[in.size()];
    for (int f = 0; f < set.length; f++) {
      set[f] = f / run;
      unit[f] = f % run;
    }
    int[][] sets = Sets.of(set, in.product(0, operator.axis()));
    return new Normalization(sets, unit, scale, shift, operator.epsilon());
  }

  /**
   * Over positions and the units of a block; no array is copied.
   *
   * @param groups how many blocks
   */
  public static Normalization blocks(
      Normalize operator, Shape in, int groups, float[] scale, float[] shift) {
    int[] unit = Places.along(operator.axis(), in);
    int block = groups == 0 ? 1 : in.dim(operator.axis()) / groups;
    int[] set = new int[unit.length];
    for (int f = 0; f < set.length; f++) {
      set[f] = unit[f] / block;
    }
    return new Normalization(Sets.of(set, groups), unit, scale, shift, operator.epsilon());
  }

  @Override
  public boolean inPlace() {
    return true;
  }

  @Override
  public void run(float[][] in, float[] out, Scratch scratch) {
    int lanes = scratch.lanes();
    for (int[] set : sets) {
      for (int lane = 0; lane < lanes; lane++) {
        run(in[0], set, lane, lanes, out);
      }
    }
  }

  private void run(float[] in, int[] set, int lane, int lanes, float[] out) {
    double sum = 0;
    for (int f : set) {
      sum += in[f * lanes + lane];
    }
    double mean = sum / set.length;
    double squares = 0;
    for (int f : set) {
      double above = in[f * lanes + lane] - mean;
      squares += above * above;
    }
    double factor = 1 / Math.sqrt(squares / set.length + epsilon);
    for (int f : set) {
      double normal = (in[f * lanes + lane] - mean) * factor;
      out[f * lanes + lane] = (float) (normal * scale[unit[f]] + shift[unit[f]]);
    }
  }
}
