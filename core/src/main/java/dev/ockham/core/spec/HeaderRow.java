package dev.ockham.core.spec;

/** Whether the first row of a table's text names the columns. */
public enum HeaderRow {
  /** As it looks; refused where that says nothing. */
  AUTO,
  /** It does. */
  YES,
  /** It is data. */
  NO
}
