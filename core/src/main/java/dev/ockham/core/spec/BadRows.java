package dev.ockham.core.spec;

/** What becomes of a row that cannot be an example. */
public enum BadRows {
  /** Reading fails. */
  FAIL,
  /** It is passed over and counted. */
  SKIP
}
