package dev.ockham.runtime.data;

/** A cell that its column cannot hold. The message names column, value and what is wrong. */
public final class CellException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST = 40;

  CellException(String column, String value, String fault) {
    super("column '" + column + "': '" + shown(value) + "' " + fault);
  }

  /** A value for a message: one line, not too long. */
  public static String shown(String value) {
    String cut = value.length() <= LONGEST ? value : value.substring(0, LONGEST) + "...";
    return cut.replaceAll("\\p{Cc}", "?");
  }
}
