package dev.ockham.runtime;

import dev.ockham.runtime.file.DataRules;
import java.util.List;

/** What the outputs of a model are an answer to. */
public enum Answer {
  /** Which one of several classes: a probability each, which add up to 1. */
  CLASSES,
  /** Which of several labels hold: a probability each. */
  LABELS,
  /** What some numbers are: themselves, in the units of the data. */
  NUMBERS;

  /**
   * The question that a model was trained for.
   *
   * @param rules what its numbers mean
   * @param outputs how many it gives
   */
  public static Answer of(DataRules rules, int outputs) {
    if (rules.numbers().size() == outputs) {
      return NUMBERS;
    }
    return rules.labels().size() == outputs ? LABELS : CLASSES;
  }

  /** Names of the outputs, as many as there are; none where the rules do not say them. */
  public List<String> names(DataRules rules, int outputs) {
    List<String> names =
        switch (this) {
          case CLASSES -> rules.classes();
          case LABELS -> rules.labels();
          case NUMBERS -> rules.numbers();
        };
    return names.size() == outputs ? names : List.of();
  }
}
