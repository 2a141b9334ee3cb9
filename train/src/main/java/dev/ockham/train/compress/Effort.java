package dev.ockham.train.compress;

import dev.ockham.core.name.Nearest;
import dev.ockham.core.spec.SpecException;
import java.util.List;

/** How much work a compression is. */
public enum Effort {
  /** Least squares in place of training; fine-tuning only where a budget leaves time for it. */
  QUICK("quick"),
  /** A posterior from the trained weights, and rounds of pruning and fine-tuning. */
  NORMAL("normal"),
  /** Several of these, by method and seed, of which the best is taken. */
  THOROUGH("thorough");

  private final String text;

  Effort(String text) {
    this.text = text;
  }

  /**
   * Reads {@code quick}, {@code normal} or {@code thorough}.
   *
   * @throws SpecException if it is none of them
   */
  public static Effort parse(String text) {
    for (Effort each : values()) {
      if (each.text.equals(text)) {
        return each;
      }
    }
    throw new SpecException(
        "--effort '%s': there are quick, normal and thorough%s"
            .formatted(text, Nearest.hint(text, List.of(QUICK.text, NORMAL.text, THOROUGH.text))));
  }

  @Override
  public String toString() {
    return text;
  }
}
