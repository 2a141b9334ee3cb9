package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;

/**
 * Adds a number that depends on unit and kind of position: what a constant channel in front of a
 * padded convolution comes to, which differs along the border. Parameter: {@code shift [units,
 * kinds…]}.
 *
 * @param kinds for each axis behind the first, the kind of each index, from 0 on without gaps: nine
 *     kinds of position for a 3 × 3 kernel with padding 1
 */
public record BiasMap(List<List<Integer>> kinds) implements Operator {
  /** Copies the lists and checks that kinds have no gaps. */
  public BiasMap {
    kinds = kinds.stream().map(List::copyOf).toList();
    for (List<Integer> axis : kinds) {
      BitSet seen = new BitSet();
      for (int kind : axis) {
        if (kind < 0 || kind >= axis.size()) {
          throw new IllegalArgumentException("its kinds do not count from 0: one is " + kind);
        }
        seen.set(kind);
      }
      if (seen.nextClearBit(0) < seen.length()) {
        throw new IllegalArgumentException(
            "its kinds do not count from 0: none is " + seen.nextClearBit(0));
      }
    }
  }

  @Override
  public Shape output(List<Shape> in) {
    Shape x = Checks.one(in);
    boolean fits = x.rank() == kinds.size() + 1;
    for (int axis = 0; fits && axis < kinds.size(); axis++) {
      fits = x.dim(axis + 1) == kinds.get(axis).size();
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "is for positions " + kinds.stream().map(List::size).toList() + " but gets " + x);
    }
    return x;
  }

  @Override
  public List<Slot> slots(List<Shape> in) {
    List<Integer> dims = new ArrayList<>(List.of(in.get(0).dim(0)));
    for (List<Integer> axis : kinds) {
      dims.add(axis.isEmpty() ? 0 : Collections.max(axis) + 1);
    }
    return List.of(Slot.needed("shift", new Shape(dims), Role.CONSTANT));
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    return axes.get(0) == 0 ? UnitMap.unitwise(0, "shift") : UnitMap.opaque(1);
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.list("kinds", kinds, JsonObjectBuilder::wholes);
  }
}
