package dev.ockham.runtime.pack;

/** What the numbers of matrices take of a pack, where somebody asks. */
final class PackMeter {

  private boolean on;
  private double bits;

  /** Begins to measure. */
  void start() {
    on = true;
  }

  /** Bits of all numbers that were read since {@link #start}, without their places. */
  double bits() {
    return bits;
  }

  /** Reads a number. */
  float value(ValueCode values, BitReader from) {
    if (!on) {
      return values.code(from, 0);
    }
    double before = from.taken();
    float value = values.code(from, 0);
    bits += from.taken() - before;
    return value;
  }
}
