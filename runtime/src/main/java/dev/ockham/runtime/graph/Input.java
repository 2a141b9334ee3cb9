package dev.ockham.runtime.graph;

/**
 * A value that comes from outside, for each example.
 *
 * @param name unique among inputs and nodes
 * @param shape of one example; without axes for a single number, such as a length
 * @param numbers what kind of numbers programs outside give; here they are floats all the same
 */
public record Input(String name, Shape shape, Numbers numbers) {
  /** Kinds of numbers. */
  public enum Numbers {
    /** Floats; or whole numbers, where all that reads them takes them as tokens or lengths. */
    ANY,
    /** Whole numbers, such as tokens or a mask of 0 and 1: 64 bits wide in ONNX. */
    WHOLE
  }

  /** Checks that the name is not blank. */
  public Input {
    Names.check("input", name);
  }

  /** An input of any numbers. */
  public Input(String name, Shape shape) {
    this(name, shape, Numbers.ANY);
  }

  /** Axis of its units: channels of images, features of vectors; −1 where that is not said. */
  public int unitAxis() {
    return shape.rank() == 1 || shape.rank() >= 3 ? 0 : -1;
  }
}
