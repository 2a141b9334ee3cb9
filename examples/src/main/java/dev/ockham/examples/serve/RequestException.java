package dev.ockham.examples.serve;

/** A request that is not answered; the message says why in one line. */
final class RequestException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  /** With a status of HTTP, such as 400. */
  RequestException(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
