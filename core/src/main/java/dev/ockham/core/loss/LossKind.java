package dev.ockham.core.loss;

/** Which loss a run has; {@link Loss} is it with all that it needs. */
public enum LossKind {
  /** What the data's targets ask for: classes, several labels, or numbers with learnt noise. */
  AUTO,
  /** The negative log-likelihood of one class for each example. */
  CLASSIFICATION,
  /** The negative log-likelihood of several labels at once, each of which holds or not. */
  LABELS,
  /** The negative log-likelihood of numbers under Gaussian noise whose variance is learnt too. */
  GAUSSIAN,
  /** Squared errors of numbers: Gaussian noise of a deviation that is set. */
  SQUARED,
  /** Errors of numbers, squared where small and absolute where large: a pseudo-likelihood. */
  HUBER,
  /** How far the outputs are from those of a trained network, whose inputs need no labels. */
  TEACHER;

  /** Whether the loss is one of numbers. */
  public boolean ofNumbers() {
    return this == GAUSSIAN || this == SQUARED || this == HUBER;
  }

  /** What files call its mean: the NLL, where it is one. */
  public String mean() {
    return switch (this) {
      case AUTO, CLASSIFICATION, LABELS, GAUSSIAN, SQUARED -> "nll";
      case HUBER, TEACHER -> "loss";
    };
  }
}
