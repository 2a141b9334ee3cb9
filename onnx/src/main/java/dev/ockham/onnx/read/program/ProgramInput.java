package dev.ockham.onnx.read.program;

import java.util.List;

/**
 * What comes into an ONNX model, as its file declares it.
 *
 * @param name its name
 * @param type kind of its numbers
 * @param sizes sizes of its axes; the name of a size that is free
 * @param batchAxis axis along which examples lie; −1 where there is none, or it is not known yet
 */
public record ProgramInput(String name, ElementType type, List<Size> sizes, int batchAxis) {
  /** Copies the list. */
  public ProgramInput {
    sizes = List.copyOf(sizes);
  }

  /**
   * Size of an axis.
   *
   * @param value how many; −1 where it is free
   * @param symbol what the file calls a free one, may be empty
   */
  public record Size(long value, String symbol) {
    /** Whether the file leaves it open. */
    public boolean free() {
      return value < 0;
    }
  }
}
