package dev.ockham.runtime.graph;

/**
 * A value that comes from outside, for each example.
 *
 * @param name unique among inputs and nodes
 * @param shape of one example; without axes for a single number, such as a length
 */
public record Input(String name, Shape shape) {
  /** Checks that the name is not blank. */
  public Input {
    Names.check("input", name);
  }

  /** Axis of its units: channels of images, features of vectors; −1 where that is not said. */
  public int unitAxis() {
    return shape.rank() == 1 || shape.rank() >= 3 ? 0 : -1;
  }
}
