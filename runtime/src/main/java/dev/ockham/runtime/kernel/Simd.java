package dev.ockham.runtime.kernel;

/**
 * The inner loops of this JVM: plain ones, in this form. The form in {@code src/main/java25}, which
 * a Java of 25 or later takes in place of it, knows vectors.
 */
final class Simd {
  private static final Arithmetic SCALAR = new ScalarArithmetic();

  private Simd() {}

  /** The inner loops that are fastest now. */
  static Arithmetic now() {
    return SCALAR;
  }

  /** Vectors, whether they are fast already or not; plain loops where there are none. */
  static Arithmetic vectors() {
    return SCALAR;
  }

  /** Whether {@link #now} will stay as it is. */
  static boolean settled() {
    return true;
  }

  /**
   * A block was run with loops that may not be the fastest: time to find out.
   *
   * @param nanos how long it took
   */
  static void ran(long nanos) {}
}
