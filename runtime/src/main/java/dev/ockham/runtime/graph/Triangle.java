package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.Arrays;
import java.util.List;

/**
 * Keeps the matrices of the last two axes on one side of a diagonal and makes the rest 0: what an
 * attention without a softmax does so that no step sees a later one.
 *
 * @param upper whether the diagonal and what is above it stays, not the diagonal and what is below
 * @param diagonal which: 0 the one from the first row and column on, 1 the next above, −1 below
 */
public record Triangle(boolean upper, int diagonal) implements OwnLoop {

  @Override
  public Shape output(List<Shape> in) {
    Shape x = Checks.one(in);
    if (x.rank() < 2) {
      throw new IllegalArgumentException("takes rows × columns but gets " + x);
    }
    return x;
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    return axes.get(0) < in.get(0).rank() - 2 ? UnitMap.unitwise(axes.get(0)) : UnitMap.opaque(1);
  }

  @Override
  public void run(List<Shape> in, float[][] values, float[] out, int lanes) {
    Shape x = in.get(0);
    int rows = x.dim(x.rank() - 2);
    int columns = x.dim(x.rank() - 1);
    for (int f = 0; f < x.size(); f++) {
      int above = f % columns - f / columns % rows;
      if (upper ? above >= diagonal : above <= diagonal) {
        System.arraycopy(values[0], f * lanes, out, f * lanes, lanes);
      } else {
        Arrays.fill(out, f * lanes, (f + 1) * lanes, 0);
      }
    }
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("upper", upper).put("diagonal", diagonal);
  }
}
