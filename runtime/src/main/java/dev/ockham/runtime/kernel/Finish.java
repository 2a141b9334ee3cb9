package dev.ockham.runtime.kernel;

import dev.ockham.runtime.graph.Activation;

/**
 * What is done to sums before they are written: a second input added, then an activation that only
 * bounds them, then the largest of each two by two positions taken.
 */
public final class Finish {
  /** Sums as they are. */
  public static final Finish NONE = new Finish(false, Bounds.NONE, false);

  private final boolean sum;
  private final Bounds bounds;
  private final boolean pool;

  private Finish(boolean sum, Bounds bounds, boolean pool) {
    this.sum = sum;
    this.bounds = bounds;
    this.pool = pool;
  }

  /** Whether an activation only bounds numbers. */
  public static boolean bounds(Activation activation) {
    return Bounds.of(activation) != null;
  }

  /** A finish that adds a second input, with nothing behind it yet. */
  public Finish withSum() {
    return new Finish(true, bounds, pool);
  }

  /**
   * The same finish with an activation behind all else.
   *
   * @throws IllegalArgumentException if it does not only bound numbers
   */
  public Finish with(Activation activation) {
    Bounds further = Bounds.of(activation);
    if (further == null) {
      throw new IllegalArgumentException(activation.function() + " does not only bound numbers");
    }
    return new Finish(sum, further, pool);
  }

  /**
   * The same finish with a pool. Bounds may come before it or behind it: the largest stays the
   * largest.
   */
  public Finish withPool() {
    return new Finish(sum, bounds, true);
  }

  /** Whether a second input is added. */
  public boolean sum() {
    return sum;
  }

  /** Whether there is an activation already. */
  public boolean bounded() {
    return !bounds.none();
  }

  /** Whether there is a pool. */
  public boolean pool() {
    return pool;
  }

  Bounds bounds() {
    return bounds;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Finish that
        && sum == that.sum
        && pool == that.pool
        && bounds.equals(that.bounds);
  }

  @Override
  public int hashCode() {
    return bounds.hashCode();
  }
}
