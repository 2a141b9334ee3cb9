package dev.ockham.runtime.graph;

import java.util.List;

/** Numbers that follow from a seed alone, in the order in which they are asked for (SplitMix64). */
public final class Draws {
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private long state;

  /** A row of numbers of its own for every seed. */
  public Draws(long seed) {
    state = mixed(seed + GOLDEN);
  }

  /** A row of numbers for a seed and a name, such as that of a parameter. */
  public static Draws of(long seed, String name) {
    long key = seed;
    for (int i = 0; i < name.length(); i++) {
      key = mixed(key * 31 + name.charAt(i) + GOLDEN);
    }
    return new Draws(key);
  }

  private static long mixed(long z) {
    long first = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    long second = (first ^ (first >>> 27)) * 0x94D049BB133111EBL;
    return second ^ (second >>> 31);
  }

  /** The next 64 bits. */
  public long bits() {
    state += GOLDEN;
    return mixed(state);
  }

  /** A number from 0 to {@code bound} (exclusive). */
  public int below(int bound) {
    return (int) Long.remainderUnsigned(bits(), bound);
  }

  /** A number from {@code least} to {@code most}, both included. */
  public int between(int least, int most) {
    return least + below(most - least + 1);
  }

  /** A number from 0 to 1 (exclusive). */
  public double uniform() {
    return (bits() >>> 11) * 0x1p-53;
  }

  /** A standard normal number (Box and Muller). */
  public double normal() {
    double radius = Math.sqrt(-2 * Math.log(1 - uniform()));
    return radius * Math.cos(2 * Math.PI * uniform());
  }

  /** True with a probability. */
  public boolean chance(double probability) {
    return uniform() < probability;
  }

  /** One of a list. */
  public <T> T oneOf(List<T> list) {
    return list.get(below(list.size()));
  }
}
