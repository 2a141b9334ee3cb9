package dev.ockham.core.run;

import java.io.IOException;

/** A run folder that cannot be used as asked; the message names folder, field and value. */
public final class RunException extends IOException {
  private static final long serialVersionUID = 1L;

  public RunException(String message) {
    super(message);
  }
}
