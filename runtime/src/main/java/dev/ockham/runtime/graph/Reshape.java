package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * The same numbers in the same order, under other sizes.
 *
 * @param dims sizes; one of them may be −1 and is what is left
 */
public record Reshape(List<Integer> dims) implements Operator {
  /** Copies the list and checks that at most one size is −1 and no other below 0. */
  public Reshape {
    dims = List.copyOf(dims);
    int free = 0;
    for (int dim : dims) {
      if (dim < -1) {
        throw new IllegalArgumentException("its size " + dim + " is below -1");
      }
      free += dim == -1 ? 1 : 0;
    }
    if (free > 1) {
      throw new IllegalArgumentException("its sizes " + dims + " leave more than one open");
    }
  }

  /** All axes to one, the first outermost. */
  public static Reshape flatten() {
    return new Reshape(List.of(-1));
  }

  @Override
  public Shape output(List<Shape> in) {
    Shape x = Checks.one(in);
    long known = 1;
    for (int dim : dims) {
      known *= dim == -1 ? 1 : dim;
      if (known > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("its sizes " + dims + " are too large");
      }
    }
    List<Integer> sizes = new ArrayList<>();
    for (int dim : dims) {
      sizes.add(dim == -1 ? (known == 0 ? 0 : (int) (x.size() / known)) : dim);
    }
    Shape out = new Shape(sizes);
    if (out.size() != x.size()) {
      throw new IllegalArgumentException(
          "cannot make " + dims + " of the " + x.size() + " numbers of " + x);
    }
    return out;
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    Shape x = in.get(0);
    Shape y = output(in);
    int axis = axes.get(0);
    if (axis < 0 || x.size() == 0) {
      return axis < 0 ? UnitMap.opaque(1) : empty(y);
    }
    int before = x.product(0, axis);
    int units = x.dim(axis);
    int behind = x.product(axis + 1, x.rank());
    for (int k = 0; k < y.rank(); k++) {
      int first = y.product(0, k);
      int size = y.dim(k);
      int rest = y.product(k + 1, y.rank());
      if (first == before && size == units) {
        return UnitMap.carried(k, UnitIndex.SAME);
      }
      if (first * (long) size * rest == x.size()
          && before % first == 0
          && behind % rest == 0
          && size == before / first * units * (behind / rest)) {
        return UnitMap.carried(k, UnitIndex.runs(behind / rest, units));
      }
      if (first == before && size > 1 && units % size == 0) {
        return new UnitMap(k, List.of(new UnitMap.Merged(units / size)), Map.of());
      }
    }
    return UnitMap.opaque(1);
  }

  /** Where all units have gone: no correspondence can be wrong. */
  private static UnitMap empty(Shape out) {
    return UnitMap.carried(out.dims().indexOf(0), UnitIndex.SAME);
  }

  @Override
  public Operator keeping(List<Shape> in, List<Integer> axes, List<BitSet> inputs, BitSet output) {
    int axis = units(in, axes).axis();
    if (dims.get(axis) == -1) {
      return this;
    }
    // Beside an axis of size 0 nothing could be left open.
    List<Integer> left = new ArrayList<>(output(in).dims());
    left.set(axis, output.cardinality());
    return new Reshape(left);
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.wholes("dims", dims);
  }
}
