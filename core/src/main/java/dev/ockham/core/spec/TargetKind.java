package dev.ockham.core.spec;

/** What a network is asked for. */
public enum TargetKind {
  /** What the label columns look like. */
  AUTO,
  /** One of several classes. */
  CLASSES,
  /** Any number of labels at once, each there or not. */
  LABELS,
  /** Numbers. */
  NUMBERS
}
