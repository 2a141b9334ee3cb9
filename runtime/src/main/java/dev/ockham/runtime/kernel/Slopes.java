package dev.ockham.runtime.kernel;

/** x, or s·x below 0, with a slope for each feature. */
public final class Slopes implements Kernel {
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
  public void run(float[][] in, float[] out, Scratch scratch) {
    int lanes = scratch.lanes();
    for (int f = 0; f < unit.length; f++) {
      leaky(in[0], slopes[unit[f]], out, f * lanes, (f + 1) * lanes);
    }
  }

  /** Numbers from one place to another, where they are. */
  static void leaky(float[] from, float slope, float[] to, int start, int end) {
    for (int i = start; i < end; i++) {
      to[i] = from[i] >= 0 ? from[i] : slope * from[i];
    }
  }
}
