package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Shape;

/** Gates of units that look at the example at hand: at the mean of the unit over its positions. */
public final class Gates implements Kernel {
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
  public void run(float[][] in, float[] out, Scratch scratch) {
    for (int unit = 0; unit < positions.length; unit++) {
      for (int lane = 0; positions[unit].length > 0 && lane < scratch.lanes(); lane++) {
        run(unit, in[0], out, lane, scratch.lanes());
      }
    }
  }

  private void run(int unit, float[] in, float[] out, int lane, int lanes) {
    int[] places = positions[unit];
    float sum = in[places[0] * lanes + lane];
    for (int k = 1; k < places.length; k++) {
      sum += in[places[k] * lanes + lane];
    }
    float gate = gate(unit, sum / places.length);
    for (int f : places) {
      out[f * lanes + lane] = in[f * lanes + lane] * gate;
    }
  }

  private float gate(int unit, float mean) {
    float open = Math.min(1f, Math.max(0f, scale[unit] * mean + shift[unit]));
    float gate = factor[unit] * open;
    return gate > cut ? gate : 0f;
  }
}
