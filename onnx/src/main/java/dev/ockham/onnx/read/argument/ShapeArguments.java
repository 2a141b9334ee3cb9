package dev.ockham.onnx.read.argument;

import dev.ockham.onnx.read.program.MalformedOnnxException;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Sizes that Reshape, Flatten, Squeeze, Unsqueeze, Expand, Tile and Transpose give. */
public final class ShapeArguments {
  private ShapeArguments() {}

  /** What a Reshape gives. */
  public static Shape reshape(NodeView view) {
    Shape from = view.shape(0);
    long[] wanted = needed(view, "shape", 1);
    boolean zeros = view.attributes().integer("allowzero", 0) != 0;
    List<Integer> dims = new ArrayList<>();
    int open = -1;
    long known = 1;
    for (int axis = 0; axis < wanted.length; axis++) {
      long size = wanted[axis];
      if (size == 0 && !zeros) {
        size = axis < from.rank() ? from.dim(axis) : -2;
      }
      if (size == -1 && open < 0) {
        open = axis;
        dims.add(1);
        continue;
      }
      dims.add(view.size(size));
      known = Math.multiplyExact(known, size);
    }
    if (open >= 0) {
      dims.set(open, known == 0 ? 0 : (int) (from.size() / known));
    }
    Shape shape = new Shape(dims);
    if (shape.size() != from.size()) {
      throw new MalformedOnnxException(
          view.node(),
          "it cannot make " + shape + " of the " + from.size() + " numbers of " + from);
    }
    return shape;
  }

  /** What a Flatten gives: two axes. */
  public static Shape flatten(NodeView view) {
    Shape from = view.shape(0);
    long axis = view.attributes().integer("axis", 1);
    int cut = axis == from.rank() ? from.rank() : view.axis(axis, Math.max(1, from.rank()));
    return Shape.of(from.product(0, cut), from.product(cut, from.rank()));
  }

  /** What a Squeeze gives. */
  public static Shape squeeze(NodeView view) {
    Shape from = view.shape(0);
    long @Nullable [] axes = view.integers("axes", 1);
    List<Integer> gone = axes == null ? null : view.axes(axes, from.rank());
    List<Integer> dims = new ArrayList<>();
    for (int axis = 0; axis < from.rank(); axis++) {
      boolean goes = gone == null ? from.dim(axis) == 1 : gone.contains(axis);
      if (goes && from.dim(axis) != 1) {
        throw new MalformedOnnxException(
            view.node(),
            "it drops axis " + axis + " of " + from + ", which has more than one index");
      }
      if (!goes) {
        dims.add(from.dim(axis));
      }
    }
    return new Shape(dims);
  }

  /** What an Unsqueeze gives. */
  public static Shape unsqueeze(NodeView view) {
    Shape from = view.shape(0);
    long[] axes = needed(view, "axes", 1);
    List<Integer> added = view.axes(axes, from.rank() + axes.length);
    List<Integer> dims = new ArrayList<>();
    int next = 0;
    for (int axis = 0; axis < from.rank() + added.size(); axis++) {
      dims.add(added.contains(axis) ? 1 : from.dim(next++));
    }
    return new Shape(dims);
  }

  /** What an Expand gives. */
  public static Shape expand(NodeView view) {
    long[] sizes = needed(view, "shape", 1);
    List<Integer> dims = new ArrayList<>();
    for (long size : sizes) {
      dims.add(view.size(size));
    }
    return broadcast(view, view.shape(0), new Shape(dims));
  }

  /** What a Tile gives. */
  public static Shape tile(NodeView view) {
    Shape from = view.shape(0);
    long[] repeats = needed(view, "repeats", 1);
    if (repeats.length != from.rank()) {
      throw new MalformedOnnxException(view.node(), "its repeats are not of the axes of " + from);
    }
    List<Integer> dims = new ArrayList<>();
    for (int axis = 0; axis < from.rank(); axis++) {
      dims.add(Math.multiplyExact(from.dim(axis), view.size(repeats[axis])));
    }
    return new Shape(dims);
  }

  /** The input axis that each output axis of a Transpose was. */
  public static List<Integer> order(NodeView view) {
    int rank = view.rank(0);
    long @Nullable [] perm = view.attributes().integers("perm");
    List<Integer> order = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      order.add(rank - 1 - axis);
    }
    if (perm != null) {
      order.clear();
      for (long axis : perm) {
        order.add(view.axis(axis, rank));
      }
    }
    if (order.size() != rank || order.stream().distinct().count() != rank) {
      throw new MalformedOnnxException(view.node(), "its perm " + order + " is no order of axes");
    }
    return order;
  }

  /** Two shapes that are stretched to one, as ONNX's multidirectional broadcasting does. */
  public static Shape broadcast(NodeView view, Shape x, Shape y) {
    int rank = Math.max(x.rank(), y.rank());
    List<Integer> dims = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      int a = axis < rank - x.rank() ? 1 : x.dim(axis - rank + x.rank());
      int b = axis < rank - y.rank() ? 1 : y.dim(axis - rank + y.rank());
      if (a != b && a != 1 && b != 1) {
        throw new MalformedOnnxException(
            view.node(), "it does not fit " + x + " and " + y + " together");
      }
      dims.add(a == 1 ? b : a);
    }
    return new Shape(dims);
  }

  /** Axes that a reduction runs over, ascending; none if it does nothing. */
  public static List<Integer> reduced(NodeView view) {
    int rank = view.rank(0);
    long @Nullable [] axes = view.integers("axes", 1);
    if (axes != null && axes.length > 0) {
      return view.axes(axes, rank);
    }
    List<Integer> all = new ArrayList<>();
    for (int axis = 0;
        axis < rank && view.attributes().integer("noop_with_empty_axes", 0) == 0;
        axis++) {
      all.add(axis);
    }
    return all;
  }

  /** Shape after a reduction. */
  public static Shape reduce(NodeView view) {
    return reduce(view.shape(0), reduced(view), view.attributes().integer("keepdims", 1) != 0);
  }

  /** Shape after a reduction over axes. */
  public static Shape reduce(Shape from, List<Integer> axes, boolean keep) {
    List<Integer> dims = new ArrayList<>();
    for (int axis = 0; axis < from.rank(); axis++) {
      if (!axes.contains(axis)) {
        dims.add(from.dim(axis));
      } else if (keep) {
        dims.add(1);
      }
    }
    return new Shape(dims);
  }

  /** How many indices of the axis each output of a Split has. */
  public static List<Integer> split(NodeView view) {
    int size = view.shape(0).dim(view.axis(0, view.rank(0)));
    int parts = view.node().outputs().size();
    long @Nullable [] given = view.integers("split", 1);
    List<Integer> sizes = new ArrayList<>();
    long sum = 0;
    for (int i = 0; i < parts; i++) {
      int each = (size + parts - 1) / parts;
      long own =
          given == null
              ? Math.max(0, Math.min(each, size - sum))
              : i < given.length ? given[i] : -1;
      sizes.add(view.size(own));
      sum += own;
    }
    if (sum != size) {
      throw new MalformedOnnxException(
          view.node(), "its parts " + sizes + " are not the " + size + " of the axis");
    }
    return sizes;
  }

  private static long[] needed(NodeView view, String attribute, int input) {
    long[] found = view.integers(attribute, input);
    if (found == null) {
      throw new MalformedOnnxException(view.node(), "it lacks its " + attribute);
    }
    return found;
  }
}
