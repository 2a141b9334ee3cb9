package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Shape;

/** Gates of units that look at the example at hand: at the mean of the unit over its positions. */
public final class Gates implements Computation {
  private final float[] scale;
  private final float[] shift;
  private final float[] factor;
  private final float cut;

  /** Features of each unit, in order. */
  private final int[][] positions;

  /**
   * Gates of the units of an axis.
   *
   * @param scale one number per unit, as {@code shift} and {@code factor}; no array is copied
   */
  public Gates(Shape in, int axis, float[] scale, float[] shift, float[] factor, float cut) {
    this.scale = scale;
    this.shift = shift;
    this.factor = factor;
    this.cut = cut;
    positions = Sets.of(Places.along(axis, in), in.dim(axis));
  }

  @Override
  public boolean inPlace() {
    return true;
  }

  /** The mean over positions is summed in their order. */
  @Override
  public void run(float[][][] in, float[][] out) {
    for (int unit = 0; unit < positions.length; unit++) {
      int[] places = positions[unit];
      if (places.length == 0) {
        continue;
      }
      float[] gates = in[0][places[0]].clone();
      for (int k = 1; k < places.length; k++) {
        Lanes.addOne(gates, in[0][places[k]], 1f);
      }
      for (int i = 0; i < gates.length; i++) {
        gates[i] = gate(unit, gates[i] / places.length);
      }
      for (int f : places) {
        float[] from = in[0][f];
        float[] to = out[f];
        for (int i = 0; i < to.length; i++) {
          to[i] = from[i] * gates[i];
        }
      }
    }
  }

  private float gate(int unit, float mean) {
    float open = Math.min(1f, Math.max(0f, scale[unit] * mean + shift[unit]));
    float gate = factor[unit] * open;
    return gate > cut ? gate : 0f;
  }
}
