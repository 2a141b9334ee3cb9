package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * Axes in another order.
 *
 * @param order for each output axis, the input axis it was
 */
public record Permute(List<Integer> order) implements Operator {
  /** Copies the list and checks that it has each axis once. */
  public Permute {
    order = List.copyOf(order);
    if (order.size() > Shape.MOST_AXES) {
      throw new IllegalArgumentException("its order has more than " + Shape.MOST_AXES + " axes");
    }
    for (int axis = 0; axis < order.size(); axis++) {
      if (!order.contains(axis)) {
        throw new IllegalArgumentException("its order " + order + " lacks axis " + axis);
      }
    }
  }

  @Override
  public Shape output(List<Shape> in) {
    Shape x = Checks.one(in);
    if (x.rank() != order.size()) {
      throw new IllegalArgumentException("its order " + order + " is not of the axes of " + x);
    }
    List<Integer> dims = new ArrayList<>();
    for (int axis : order) {
      dims.add(x.dim(axis));
    }
    return new Shape(dims);
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    return axes.get(0) < 0
        ? UnitMap.opaque(1)
        : UnitMap.carried(order.indexOf(axes.get(0)), UnitIndex.SAME);
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.wholes("order", order);
  }
}
