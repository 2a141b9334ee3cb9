package dev.ockham.runtime.kernel;

import org.jspecify.annotations.Nullable;

/**
 * Room for what a kernel needs while it runs. It grows when it must and is kept, so that later runs
 * allocate nothing. For one thread at a time.
 */
public final class Scratch {

  /** Numbers behind a value that kernels may overwrite: they write whole vectors. */
  public static final int SLACK = 64;

  /** Blocks of more than one example have whole multiples of so many lanes. */
  public static final int WIDTH = 16;

  /** The most lanes: beyond, vectors of one row would end over what the next row has already. */
  public static final int MOST = 64;

  private final int lanes;
  private final Loops loops;
  private Arithmetic arithmetic;
  private long begin;
  private final Aligned aligned = new Aligned();
  private final Aligned square = new Aligned();
  private float @Nullable [] read;
  private float[] floats = new float[0];
  private double[] doubles = new double[0];

  /**
   * Makes room for blocks of a number of examples.
   *
   * @param lanes 1, or a multiple of {@link #WIDTH} up to {@link #MOST}
   */
  public Scratch(int lanes, Loops loops) {
    if (lanes != 1 && (lanes % WIDTH != 0 || lanes > MOST)) {
      throw new IllegalArgumentException(
          lanes + " lanes are neither 1 nor a multiple of " + WIDTH + " up to " + MOST);
    }
    this.lanes = lanes;
    this.loops = loops;
    arithmetic =
        switch (loops) {
          case FASTEST -> Simd.now();
          case SCALAR -> new ScalarArithmetic();
          case VECTORS -> Simd.vectors();
        };
  }

  /** A block begins, and with it the loops that are fastest now. */
  public void begin() {
    if (loops == Loops.FASTEST) {
      arithmetic = Simd.now();
      begin = Simd.settled() ? 0 : System.nanoTime();
    }
  }

  /** The block ends. */
  public void end() {
    if (begin != 0) {
      Simd.ran(System.nanoTime() - begin);
    }
  }

  Arithmetic arithmetic() {
    return arithmetic;
  }

  /** Examples of a block. */
  public int lanes() {
    return lanes;
  }

  /** An array for a value: as many numbers for each lane, and the slack. */
  public static float[] value(int features, int lanes) {
    return new float[Math.addExact(Math.multiplyExact(features, lanes), SLACK)];
  }

  /** At least so many numbers and the slack, of any content; the same array at every call. */
  float[] floats(int count) {
    if (floats.length < count + SLACK) {
      floats = new float[count + SLACK];
    }
    return floats;
  }

  /** Room for what vectors read; what was in it is lost when another kernel takes it. */
  Aligned aligned() {
    read = null;
    return aligned;
  }

  /** Room for {@link Tiles#SQUARE} numbers while they are turned. */
  Aligned square() {
    return square;
  }

  /** A value was read into {@link #aligned} in place of its own array, for one kernel. */
  void readAligned(float[] value) {
    read = value;
  }

  /** Whether that holds a value, and nobody has taken it since. */
  @SuppressWarnings("ReferenceEquality") // the array itself, whatever is in it
  boolean isAligned(float[] value) {
    return read == value;
  }

  /** At least so many numbers of any content; the same array at every call. */
  double[] doubles(int count) {
    if (doubles.length < count) {
      doubles = new double[count];
    }
    return doubles;
  }
}
