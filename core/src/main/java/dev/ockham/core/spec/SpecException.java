package dev.ockham.core.spec;

/** A recipe or an option asks for something that does not exist or is out of range. */
public final class SpecException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** A mistake; the message names the leaf or option, its value and what is allowed. */
  public SpecException(String message) {
    super(message);
  }
}
