package dev.ockham.runtime.kernel;

/** Which inner loops run. All give the same bits. */
public enum Loops {
  /** The fastest at the time. */
  FASTEST,
  /** Plain Java. */
  SCALAR,
  /** Vectors, from the first call on; plain Java where there are none. */
  VECTORS
}
