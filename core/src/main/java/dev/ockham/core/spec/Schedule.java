package dev.ockham.core.spec;

/** Who says when a run learns without noise, warms its KL up, prunes and fine-tunes. */
public enum Schedule {
  /** {@link AutomaticSchedule}, once the run knows its data and its network. */
  AUTO,
  /** The settings, as they stand. */
  STATED
}
