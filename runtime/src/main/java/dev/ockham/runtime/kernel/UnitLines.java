package dev.ockham.runtime.kernel;

/** Each number by a straight line of its unit. */
public final class UnitLines implements Kernel {

  /** The order in which a line is worked out, which decides its last bits. */
  public enum Form {
    /** {@code (x − centre) · scale}. */
    CENTRED,
    /** {@code x · scale + shift}. */
    SCALED,
    /** {@code (x − centre) · scale + shift}. */
    NORMALIZED,
    /** {@code x + shift}. */
    SHIFTED
  }

  private final Form form;
  private final int[] unit;
  private final float[] centre;
  private final float[] scale;
  private final float[] shift;

  private UnitLines(Form form, int[] unit, float[] centre, float[] scale, float[] shift) {
    this.form = form;
    this.unit = unit;
    this.centre = centre;
    this.scale = scale;
    this.shift = shift;
  }

  /**
   * {@code (x − centre) · scale}.
   *
   * @param unit for each feature, its unit; no array is copied
   */
  public static UnitLines centred(int[] unit, float[] centre, float[] scale) {
    return new UnitLines(Form.CENTRED, unit, centre, scale, new float[scale.length]);
  }

  /**
   * {@code x · scale + shift}.
   *
   * @param unit for each feature, its unit; no array is copied
   */
  public static UnitLines scaled(int[] unit, float[] scale, float[] shift) {
    return new UnitLines(Form.SCALED, unit, new float[scale.length], scale, shift);
  }

  /**
   * {@code (x − centre) · scale + shift}.
   *
   * @param unit for each feature, its unit; no array is copied
   */
  public static UnitLines normalized(int[] unit, float[] centre, float[] scale, float[] shift) {
    return new UnitLines(Form.NORMALIZED, unit, centre, scale, shift);
  }

  /**
   * {@code x + shift}.
   *
   * @param unit for each feature, the number of its shift; no array is copied
   */
  public static UnitLines shifted(int[] unit, float[] shift) {
    return new UnitLines(
        Form.SHIFTED, unit, new float[shift.length], new float[shift.length], shift);
  }

  @Override
  public boolean inPlace() {
    return true;
  }

  @Override
  public void run(float[][] in, float[] out, Scratch scratch) {
    int lanes = scratch.lanes();
    int f = 0;
    while (f < unit.length) {
      int first = f;
      int u = unit[first];
      while (f < unit.length && unit[f] == u) {
        f++;
      }
      run(u, in[0], out, first * lanes, f * lanes);
    }
  }

  /** Numbers of one unit from one place to another. */
  private void run(int u, float[] from, float[] to, int start, int end) {
    switch (form) {
      case CENTRED -> centred(from, centre[u], scale[u], to, start, end);
      case SCALED -> scaled(from, scale[u], shift[u], to, start, end);
      case NORMALIZED -> normalized(from, centre[u], scale[u], shift[u], to, start, end);
      case SHIFTED -> shifted(from, shift[u], to, start, end);
    }
  }

  private static void centred(
      float[] from, float centre, float scale, float[] to, int start, int end) {
    for (int i = start; i < end; i++) {
      to[i] = (from[i] - centre) * scale;
    }
  }

  private static void scaled(
      float[] from, float scale, float shift, float[] to, int start, int end) {
    for (int i = start; i < end; i++) {
      to[i] = from[i] * scale + shift;
    }
  }

  private static void normalized(
      float[] from, float centre, float scale, float shift, float[] to, int start, int end) {
    for (int i = start; i < end; i++) {
      to[i] = (from[i] - centre) * scale + shift;
    }
  }

  private static void shifted(float[] from, float shift, float[] to, int start, int end) {
    for (int i = start; i < end; i++) {
      to[i] = from[i] + shift;
    }
  }
}
