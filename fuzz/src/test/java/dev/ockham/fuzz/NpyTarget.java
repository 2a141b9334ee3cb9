package dev.ockham.fuzz;

import dev.ockham.core.array.NpyArray;

/** Arrays of NumPy. */
public final class NpyTarget {

  private NpyTarget() {}

  /** Called by Jazzer with each input. */
  public static void fuzzerTestOneInput(byte[] data) {
    Refusal.orReadFile(data, Scratch.file("array.npy"), NpyArray::map);
  }
}
