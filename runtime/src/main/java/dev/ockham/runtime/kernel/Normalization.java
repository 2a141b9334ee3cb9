package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Shape;
import java.util.Arrays;

/** Numbers to mean 0 and variance 1 over sets of features of one example; moments in double. */
public final class Normalization implements Computation {
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
  public void run(float[][][] in, float[][] out) {
    if (out.length == 0) {
      return;
    }
    int lanes = out[0].length;
    double[] mean = new double[lanes];
    double[] factor = new double[lanes];
    for (int[] set : sets) {
      moments(in[0], set, mean, factor);
      for (int f : set) {
        write(in[0][f], mean, factor, scale[unit[f]], shift[unit[f]], out[f]);
      }
    }
  }

  /** Mean, and one over the square root of the variance, of a set. */
  private void moments(float[][] in, int[] set, double[] mean, double[] factor) {
    Arrays.fill(mean, 0);
    Arrays.fill(factor, 0);
    for (int f : set) {
      Lanes.add(mean, in[f]);
    }
    for (int i = 0; i < mean.length; i++) {
      mean[i] /= set.length;
    }
    for (int f : set) {
      float[] from = in[f];
      for (int i = 0; i < mean.length; i++) {
        double above = from[i] - mean[i];
        factor[i] += above * above;
      }
    }
    for (int i = 0; i < mean.length; i++) {
      factor[i] = 1 / Math.sqrt(factor[i] / set.length + epsilon);
    }
  }

  private static void write(
      float[] from, double[] mean, double[] factor, float scale, float shift, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = (float) ((from[i] - mean[i]) * factor[i] * scale + shift);
    }
  }
}
