package dev.ockham.runtime;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

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

  /** All cases, or in a plain build the first of every so many. */
  public static <T> Stream<T> oneIn(int number, Stream<T> cases) {
    List<T> all = cases.toList();
    return IntStream.range(0, all.size()).filter(i -> i % oneIn(number) == 0).mapToObj(all::get);
  }
}
