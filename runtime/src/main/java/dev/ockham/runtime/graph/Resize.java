package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.List;

/**
 * Positions of channels made more or fewer by interpolation, without anti-aliasing.
 *
 * @param by how values between positions are found
 * @param align where an output position lies among the input's
 * @param sizes positions that it gives, one number per axis behind the channels, each ≥ 1
 */
public record Resize(By by, Align align, List<Integer> sizes) implements Operator {

  /** How values between positions are found. */
  public enum By {
    /** The value of the position at or before the place: its floor. */
    NEAREST,
    /** Linearly from the neighbours, along each axis. */
    LINEAR
  }

  /** Where output position i of n lies among the m of the input. */
  public enum Align {
    /** i · m / n. */
    ASYMMETRIC,
    /** (i + ½) · m / n − ½, not below 0. */
    HALF_PIXEL,
    /** i · (m − 1) / (n − 1); 0 where n is 1. */
    CORNERS
  }

  /** Copies the list and checks the ranges. */
  public Resize {
    sizes = List.copyOf(sizes);
    if (sizes.isEmpty() || sizes.size() > 2) {
      throw new IllegalArgumentException("resizes 1 or 2 axes, not " + sizes.size());
    }
    for (int size : sizes) {
      Checks.atLeast("size", size, 1);
    }
  }

  @Override
  public Shape output(List<Shape> in) {
    Shape x = Checks.one(in);
    Checks.rank(
        x,
        sizes.size() + 1,
        sizes.size() == 1 ? "channels × positions" : "channels × rows × columns");
    for (int axis = 1; axis < x.rank(); axis++) {
      if (x.dim(axis) == 0) {
        throw new IllegalArgumentException("has no positions to resize in " + x);
      }
    }
    List<Integer> dims = new ArrayList<>(List.of(x.dim(0)));
    dims.addAll(sizes);
    return new Shape(dims);
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    return UnitMap.unitwise(axes.get(0) == 0 ? 0 : -1);
  }

  /**
   * Place of an output position among the input's.
   *
   * @param index output position
   * @param from positions of the input, m
   * @param to positions of the output, n
   */
  public double place(int index, int from, int to) {
    return switch (align) {
      case ASYMMETRIC -> (double) index * from / to;
      case HALF_PIXEL -> Math.max(0, (index + 0.5) * from / to - 0.5);
      case CORNERS -> to == 1 ? 0 : (double) index * (from - 1) / (to - 1);
    };
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("by", by).put("align", align).wholes("sizes", sizes);
  }
}
