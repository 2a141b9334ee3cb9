package dev.ockham.core.run;

import java.io.IOException;

/** A run folder that cannot be used as asked; the message names folder, field and value. */
public final class RunException extends IOException {
  private static final long serialVersionUID = 1L;

  /** A failure; the message names the folder or file and what is wrong with it. */
  public RunException(String message) {
    super(message);
  }
}
