package dev.ockham.runtime.kernel;

import jdk.incubator.vector.FloatVector;

/**
 * The vector unit of this machine as this JVM may use it: with {@code
 * --add-modules=jdk.incubator.vector} what the machine has, and none without.
 */
public final class VectorUnit {
  private VectorUnit() {}

  /** Floats in one vector; 1 where kernels are to compute number by number. */
  public static int floats() {
    return Present.FLOATS;
  }

  /** Asks once. */
  private static final class Present {
    static final int FLOATS = ask();

    private static int ask() {
      try {
        return FloatVector.SPECIES_PREFERRED.length();
      } catch (NoClassDefFoundError e) {
        return 1; // the module was not added
      }
    }
  }
}
