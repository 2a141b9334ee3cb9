package dev.ockham.core.spec;

/** A recipe or an option asks for something that does not exist or is out of range. */
public final class SpecException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  public SpecException(String message) {
    super(message);
  }
}
