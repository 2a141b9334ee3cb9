package dev.ockham.runtime.pack;

/** Bytes that no packed model has. Its message says what is wrong, in words for people. */
public final class MalformedPackException extends Exception {
  private static final long serialVersionUID = 1;

  MalformedPackException(String message) {
    super(message);
  }

  MalformedPackException(String message, Throwable cause) {
    super(message, cause);
  }
}
