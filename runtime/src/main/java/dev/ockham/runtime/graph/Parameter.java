package dev.ockham.runtime.graph;

/**
 * A tensor that belongs to a network and not to an example. Two nodes that name the same one share
 * it.
 *
 * @param name unique within a graph, such as {@code dense1.weight}
 * @param shape its extent
 * @param role what it is for
 */
public record Parameter(String name, Shape shape, Role role) {
  /** Checks that the name is not blank. */
  public Parameter {
    Names.check("parameter", name);
  }

  /** Rows, where it is seen as a matrix: the size of its first axis, 1 without axes. */
  public int rows() {
    return shape.rank() == 0 ? 1 : shape.dim(0);
  }

  /** Columns, where it is seen as a matrix: the product of all other sizes. */
  public int columns() {
    return shape.rank() == 0 ? 1 : shape.product(1, shape.rank());
  }
}
