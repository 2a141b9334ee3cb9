package dev.ockham.bench.inference;

import java.io.IOException;

/** A race that cannot be run, or whose runners do not compute the same. One line says why. */
public final class RaceException extends IOException {

  private static final long serialVersionUID = 1;

  RaceException(String message) {
    super(message);
  }

  RaceException(String message, Throwable cause) {
    super(message, cause);
  }
}
