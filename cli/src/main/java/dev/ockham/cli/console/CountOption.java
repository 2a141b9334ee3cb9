package dev.ockham.cli.console;

import dev.ockham.core.spec.SpecException;
import org.jspecify.annotations.Nullable;

/** Checks of options that count things. */
public final class CountOption {

  private CountOption() {}

  /**
   * Checks that a number is at least 1.
   *
   * @param value null where the option is not given, which is well
   * @throws SpecException naming the option and the number
   */
  public static void requirePositive(String option, @Nullable Integer value) {
    if (value != null && value < 1) {
      throw new SpecException("%s is %s; it must be at least 1".formatted(option, value));
    }
  }

  /**
   * Checks that a number is from 1 to a largest.
   *
   * @throws SpecException naming the option, the number and the largest
   */
  public static void requireWithin(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new SpecException("%s is %s; it must be from 1 to %s".formatted(option, value, most));
    }
  }
}
