package dev.ockham.runtime.kernel;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorSpecies;

/**
 * The vectors of this machine.
 *
 * <p>A loop over vectors calls the Vector API itself, never a method of ours that takes or gives a
 * vector: the JVM always inlines the former and the latter only if its counters say so when it
 * happens to compile, and a vector that crosses a call is an object.
 */
final class Vectors {
  /** As wide as the machine, and at most as slices are. */
  static final VectorSpecies<Float> SPECIES =
      FloatVector.SPECIES_PREFERRED.length() > Slices.ROWS
          ? FloatVector.SPECIES_512
          : FloatVector.SPECIES_PREFERRED;

  static final int V = SPECIES.length();

  /** Bytes of a vector. */
  static final long BYTES = (long) V * Float.BYTES;

  static final ByteOrder ORDER = ByteOrder.nativeOrder();

  static final VectorMask<Float> EVEN =
      VectorMask.fromLong(SPECIES, 0x5555555555555555L & ((1L << V) - 1));

  static final VectorMask<Float> LOWER = VectorMask.fromLong(SPECIES, (1L << (V / 2)) - 1);

  private Vectors() {}
}
