package dev.ockham.runtime;

/**
 * How much of a search is made. {@code -Plong} makes all of it, a plain build the share that a test
 * names.
 */
public final class Thorough {
  private static final boolean ALL = !"some".equals(System.getProperty("ockham.searches"));

  private Thorough() {}

  /** One, or in a plain build the number, of which one try in so many is made. */
  public static int oneIn(int number) {
    return ALL ? 1 : number;
  }
}
