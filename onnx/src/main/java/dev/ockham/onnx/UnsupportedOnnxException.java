package dev.ockham.onnx;

/**
 * An ONNX model is well formed but cannot become a graph of ours. The message is one line: node,
 * operator, why, and what to do.
 */
public final class UnsupportedOnnxException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;
  private static final int MOST_CHARACTERS = 600;

  private final boolean byOptions;

  /** An exception with a message, which is made one line. */
  public UnsupportedOnnxException(String message) {
    this(message, false);
  }

  private UnsupportedOnnxException(String message, boolean byOptions) {
    super(oneLine(message));
    this.byOptions = byOptions;
  }

  /** What is thrown where other options would do: sizes that are missing, or do not fit. */
  public static UnsupportedOnnxException ofOptions(String message) {
    return new UnsupportedOnnxException(message, true);
  }

  /** Whether other options of the import would do, and the file need not change. */
  public boolean byOptions() {
    return byOptions;
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
