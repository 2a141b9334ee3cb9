package dev.ockham.train.run;

/** Training cannot go on: it diverged or collapsed. The message says where and what to try. */
public final class TrainingException extends Exception {
  private static final long serialVersionUID = 1L;

  /** A failure; the message says where, and what to try. */
  public TrainingException(String message) {
    super(message);
  }
}
