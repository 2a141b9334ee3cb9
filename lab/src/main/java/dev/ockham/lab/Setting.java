package dev.ockham.lab;

import java.util.function.Consumer;

/**
 * What an experiment is given.
 *
 * @param seed of all its random numbers
 * @param progress takes a line when a long part begins
 */
public record Setting(long seed, Consumer<String> progress) {

  /** A setting whose progress nobody reads. */
  public static Setting quiet(long seed) {
    return new Setting(seed, _ -> {});
  }
}
