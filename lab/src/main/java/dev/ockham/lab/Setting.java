package dev.ockham.lab;

import java.util.function.Consumer;

/**
 * What an experiment is given.
 *
 * @param seed of all its random numbers
 * @param quick whether an experiment that trains networks shall take small ones for few epochs, so
 *     that it is done in seconds; its numbers then say little. The others do not look at it
 * @param progress takes a line when a long part begins
 */
public record Setting(long seed, boolean quick, Consumer<String> progress) {

  /** A setting whose progress nobody reads. */
  public static Setting quiet(long seed) {
    return new Setting(seed, false, _ -> {});
  }

  /** A quick setting whose progress nobody reads. */
  public static Setting quick(long seed) {
    return new Setting(seed, true, _ -> {});
  }
}
