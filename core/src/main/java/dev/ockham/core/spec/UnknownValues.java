package dev.ockham.core.spec;

/** What becomes of a value that training has never seen. */
public enum UnknownValues {
  /** A category counts among the others, what is missing as the mean; both are counted. */
  OTHER,
  /** Reading fails. */
  FAIL
}
