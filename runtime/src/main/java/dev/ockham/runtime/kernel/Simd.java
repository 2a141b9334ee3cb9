package dev.ockham.runtime.kernel;

/**
 * The inner loops that this JVM runs; there is another class of this name for Java 25 and later.
 */
final class Simd {
  static final Arithmetic ARITHMETIC = new ScalarArithmetic();

  private Simd() {}
}
