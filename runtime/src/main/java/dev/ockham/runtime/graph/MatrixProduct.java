package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.List;
import java.util.Map;

/**
 * Product of two values of each example: {@code [batch…, m, k] · [batch…, k, n]}.
 *
 * @param transposeRight whether the second is {@code [batch…, n, k]}
 */
public record MatrixProduct(boolean transposeRight) implements Operator {
  @Override
  public Shape output(List<Shape> in) {
    Checks.count(in, 2);
    Shape x = in.get(0);
    Shape y = in.get(1);
    int rank = x.rank();
    boolean fits = rank >= 2 && y.rank() == rank;
    for (int axis = 0; fits && axis < rank - 2; axis++) {
      fits = x.dim(axis) == y.dim(axis);
    }
    if (!fits || x.dim(rank - 1) != y.dim(transposeRight ? rank - 1 : rank - 2)) {
      throw new IllegalArgumentException(
          "does not multiply " + x + " by " + y + (transposeRight ? " transposed" : ""));
    }
    return x.with(rank - 1, y.dim(transposeRight ? rank - 2 : rank - 1));
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    int rank = in.get(0).rank();
    int left = axes.get(0);
    int right = axes.get(1);
    UnitMap.Link same = new UnitMap.Carried(UnitIndex.SAME);
    UnitMap.Link whole = new UnitMap.Whole();
    if (left >= 0 && left == right && left < rank - 2) {
      return new UnitMap(left, List.of(same, same), Map.of());
    }
    if (right >= 0 && right == (transposeRight ? rank - 2 : rank - 1)) {
      return new UnitMap(rank - 1, List.of(whole, same), Map.of());
    }
    if (left >= 0 && left == rank - 2) {
      return new UnitMap(rank - 2, List.of(same, whole), Map.of());
    }
    return UnitMap.opaque(2);
  }

  @Override
  public long multiplyAdds(List<Shape> in) {
    Shape x = in.get(0);
    return (long) output(in).size() * x.dim(x.rank() - 1);
  }

  @Override
  public boolean zeroFromAnyZero() {
    return true;
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("transpose_right", transposeRight);
  }
}
