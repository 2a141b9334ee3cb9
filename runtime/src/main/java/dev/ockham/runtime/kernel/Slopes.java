package dev.ockham.runtime.kernel;

/** x, or s·x below 0, with a slope for each feature. */
public final class Slopes implements Computation {
  private final int[] unit;
  private final float[] slopes;

  /**
   * Slopes of units.
   *
   * @param unit for each feature, the number of its slope; not copied
   * @param slopes not copied
   */
  public Slopes(int[] unit, float[] slopes) {
    this.unit = unit;
    this.slopes = slopes;
  }

  @Override
  public boolean inPlace() {
    return true;
  }

  @Override
  public void run(float[][][] in, float[][] out) {
    for (int f = 0; f < out.length; f++) {
      leaky(in[0][f], slopes[unit[f]], out[f]);
    }
  }

  static void leaky(float[] from, float slope, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] = from[i] >= 0 ? from[i] : slope * from[i];
    }
  }
}
