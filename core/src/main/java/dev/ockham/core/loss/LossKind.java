package dev.ockham.core.loss;

/** Which loss a run has; {@link Loss} is it with all that it needs. */
public enum LossKind {
  /** The negative log-likelihood of labels. */
  CLASSIFICATION,
  /** How far the outputs are from those of a trained network, whose inputs need no labels. */
  TEACHER
}
