package dev.ockham.onnx.check;

import java.io.IOException;

/** ONNX Runtime does not take a model, or gives other numbers; the message is one line. */
public final class RefusedModelException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Says why a model is refused, or where its answers differ. */
  public RefusedModelException(String message) {
    super(message);
  }
}
