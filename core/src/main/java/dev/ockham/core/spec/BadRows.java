package dev.ockham.core.spec;

/** What becomes of a row that cannot be an example. */
public enum BadRows {
  /** Reading fails. */
  FAIL,
  /** It is passed over and counted. */
  SKIP;

  /** What people are told of rows that were skipped: how many, and what is wrong in the first. */
  public static String skipped(long count, String first) {
    return "skipped %s bad row%s; first: %s".formatted(count, count == 1 ? "" : "s", first);
  }
}
