package dev.ockham.spark;

/** Why rows cannot be predicted. The message is one line that names what, where and the value. */
public final class ScoringException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what is wrong. */
  public ScoringException(String message) {
    super(message.replaceAll("\\s*\\R\\s*", " "));
  }

  /** Says what is wrong, and why. */
  ScoringException(String message, Throwable cause) {
    super(message.replaceAll("\\s*\\R\\s*", " "), cause);
  }
}
