package dev.ockham.core.spec;

import dev.ockham.runtime.file.DataRules;
import java.util.List;

/** What a network is asked for. */
public enum TargetKind {
  /** What the label columns look like. */
  AUTO,
  /** One of several classes. */
  CLASSES,
  /** Any number of labels at once, each there or not. */
  LABELS,
  /** Numbers. */
  NUMBERS;

  /** What the rules of a model name; {@link #AUTO} where they name nothing. */
  public static TargetKind of(DataRules rules) {
    if (!rules.classes().isEmpty()) {
      return CLASSES;
    }
    if (!rules.labels().isEmpty()) {
      return LABELS;
    }
    return rules.numbers().isEmpty() ? AUTO : NUMBERS;
  }

  /** The names that rules have of this kind. */
  public List<String> names(DataRules rules) {
    return switch (this) {
      case AUTO -> List.of();
      case CLASSES -> rules.classes();
      case LABELS -> rules.labels();
      case NUMBERS -> rules.numbers();
    };
  }

  /** Rules with names of this kind; of {@link #AUTO}, as they are. */
  public DataRules named(DataRules rules, List<String> names) {
    return switch (this) {
      case AUTO -> rules;
      case CLASSES -> rules.withClasses(names);
      case LABELS -> rules.withLabels(names);
      case NUMBERS -> rules.withNumbers(names);
    };
  }
}
