package dev.ockham.train.engine;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Another process of a {@link ProcessGroup} has ended or does not answer. */
public final class WorkerGoneException extends UncheckedIOException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure.
   *
   * @param message which process, and what to do; one line
   * @param cause what gloo said
   */
  public WorkerGoneException(String message, RuntimeException cause) {
    super(message, new IOException(message, cause));
  }
}
