package dev.ockham.runtime.kernel;

/**
 * The vector unit of this machine as this JVM may use it: none, in this form. The form in {@code
 * src/main/java25}, which a Java of 25 or later takes in place of it, asks for one.
 */
public final class VectorUnit {
  private VectorUnit() {}

  /** Floats in one vector; 1 where kernels are to compute number by number. */
  public static int floats() {
    return 1;
  }
}
