package dev.ockham.runtime.kernel;

import org.jspecify.annotations.Nullable;

/**
 * How examples become the first value of a block: only the features that somebody reads, scaled,
 * and spread over the lanes.
 */
public final class Intake {
  /** Numbers of an example. */
  final int size;

  /** Which features are read; all, one after the other, where {@link #whole}. */
  final int[] live;

  final boolean whole;

  /** Where each of sixteen examples begins. */
  final int[] starts;

  /** What is subtracted from each live feature; null where nothing is scaled. */
  final float @Nullable [] centre;

  /** What the difference is multiplied with. */
  final float[] scale;

  /** The same as square pieces of sixteen features and examples; null where gathering is faster. */
  final @Nullable Tiles tiles;

  /** Whether blocks lie in {@link Scratch#aligned} only. */
  private final boolean aligned;

  private Intake(int size, int[] live, float @Nullable [] centre, float[] scale, boolean aligned) {
    this.size = size;
    this.aligned = aligned;
    this.live = live;
    whole = live.length == size;
    starts = new int[Slices.ROWS];
    for (int i = 0; i < starts.length; i++) {
      starts[i] = i * size;
    }
    this.centre = centre;
    this.scale = scale;
    tiles = Tiles.of(size, live, centre, scale);
  }

  /** All features as they are. */
  public static Intake of(int size) {
    int[] all = new int[size];
    for (int feature = 0; feature < size; feature++) {
      all[feature] = feature;
    }
    return new Intake(size, all, null, new float[0], false);
  }

  /**
   * An intake that scales what it reads: {@code (x − centre) · scale}.
   *
   * @param centre one number for each feature of the example, as {@code scale}
   */
  public Intake scaled(float[] centre, float[] scale) {
    float[] ofLive = new float[live.length];
    float[] scaleOfLive = new float[live.length];
    for (int k = 0; k < live.length; k++) {
      ofLive[k] = centre[live[k]];
      scaleOfLive[k] = scale[live[k]];
    }
    return new Intake(size, live, ofLive, scaleOfLive, aligned);
  }

  /**
   * The intake of some of the features only.
   *
   * @param some numbers of features, ascending
   */
  public Intake only(int[] some) {
    if (centre == null) {
      return new Intake(size, some.clone(), null, scale, aligned);
    }
    float[] fewer = new float[some.length];
    float[] fewerScales = new float[some.length];
    for (int k = 0; k < some.length; k++) {
      fewer[k] = centre[some[k]];
      fewerScales[k] = scale[some[k]];
    }
    return new Intake(size, some.clone(), fewer, fewerScales, aligned);
  }

  /**
   * An intake whose blocks of several examples skip the value's own array, for a value that one
   * {@link FullyConnected} reads, of one position, before any other kernel lays numbers out.
   */
  public Intake aligned() {
    return new Intake(size, live, centre, scale, true);
  }

  /** How many features are read. */
  public int features() {
    return live.length;
  }

  /**
   * Fills a block; lanes without an example get zeros or another example.
   *
   * @param examples {@code [count, size]}; read only
   * @param first number of the example for the first lane
   * @param used lanes that get an example
   */
  public void load(float[] examples, int first, int used, float[] to, Scratch scratch) {
    int lanes = scratch.lanes();
    int from = first * size;
    if (lanes == 1 && whole && centre == null) {
      System.arraycopy(examples, from, to, 0, size);
    } else if (lanes == 1) {
      scratch.arithmetic().intake(this, examples, from, to);
    } else {
      Aligned lined = scratch.aligned();
      scratch.arithmetic().spread(this, examples, from, used, lined, lanes, scratch.square());
      if (aligned) {
        scratch.readAligned(to);
      } else {
        scratch.arithmetic().unalign(lined, live.length * lanes, to);
      }
    }
  }

  float of(float value, int k) {
    return centre == null ? value : (value - centre[k]) * scale[k];
  }
}
