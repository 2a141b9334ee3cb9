package dev.ockham.onnx.read.program;

/**
 * Bytes are not those of an ONNX model. Thrown within an import; callers get a {@link
 * dev.ockham.runtime.file.MalformedFileException}, which names the file.
 */
public final class MalformedOnnxException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String field;

  /**
   * Describes one fault.
   *
   * @param field part of the model that is wrong
   * @param problem what is wrong, with the value found
   */
  public MalformedOnnxException(String field, String problem) {
    super(problem);
    this.field = field;
  }

  /** A fault in a node. */
  public MalformedOnnxException(OnnxNode node, String problem) {
    this(node.described(), problem);
  }

  /** Part of the model that is wrong. */
  public String field() {
    return field;
  }
}
