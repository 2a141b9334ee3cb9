package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Shape;

/**
 * Where the numbers of each unit lie in a value: {@code [outer, units, inner]}. A value without an
 * axis of units counts as one unit.
 *
 * @param outer positions before the axis
 * @param units how many there are
 * @param inner positions behind the axis
 */
record UnitLayout(int outer, int units, int inner) {

  static UnitLayout of(Graph graph, String value) {
    return of(graph.shape(value), graph.unitAxis(value));
  }

  static UnitLayout of(Shape shape, int axis) {
    return axis < 0
        ? new UnitLayout(1, 1, shape.size())
        : new UnitLayout(
            shape.product(0, axis), shape.dim(axis), shape.product(axis + 1, shape.rank()));
  }

  /** Numbers of each unit. */
  int positions() {
    return outer * inner;
  }

  int size() {
    return outer * units * inner;
  }

  /** Index of a unit's number at a position, from 0 in the order of the other axes. */
  int at(int unit, int position) {
    return (position / inner * units + unit) * inner + position % inner;
  }
}
