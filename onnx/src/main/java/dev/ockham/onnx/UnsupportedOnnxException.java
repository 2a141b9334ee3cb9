package dev.ockham.onnx;

/**
 * An ONNX model is well formed but cannot become a graph of ours. The message is one line: node,
 * operator, why, and what to do.
 */
public final class UnsupportedOnnxException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private static final int MOST_CHARACTERS = 600;

  /** An exception with a message, which is made one line. */
  public UnsupportedOnnxException(String message) {
    super(oneLine(message));
  }

  /** The text may quote the file, which may hold anything. */
  private static String oneLine(String text) {
    String clipped =
        text.length() <= MOST_CHARACTERS
            ? text
            : text.substring(0, MOST_CHARACTERS) + " (shortened)";
    return clipped.replaceAll("[\\p{Cc}\\p{Zl}\\p{Zp}]", "?");
  }
}
