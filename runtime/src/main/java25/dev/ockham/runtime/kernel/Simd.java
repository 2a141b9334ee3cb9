package dev.ockham.runtime.kernel;

/** The inner loops that this JVM runs: vectors where it was started with their module. */
final class Simd {
  static final Arithmetic ARITHMETIC = choose();

  private Simd() {}

  private static Arithmetic choose() {
    boolean there = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    Arithmetic chosen = there ? VectorArithmetic.orScalar() : new ScalarArithmetic();
    System.getLogger(Simd.class.getName())
        .log(System.Logger.Level.DEBUG, () -> "inner loops: " + chosen);
    return chosen;
  }
}
