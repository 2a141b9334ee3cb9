package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Looks rows of a table up: what comes in are their numbers, as whole floats from 0 on; a number
 * outside of the table gives zeros. Parameter: {@code weight [rows, width]}.
 *
 * @param rows entries of the vocabulary, ≥ 1
 * @param width numbers per entry, ≥ 0
 */
public record Embed(int rows, int width) implements LinearInWeights {
  /** Checks the ranges. */
  public Embed {
    Checks.atLeast("rows", rows, 1);
    Checks.atLeast("width", width, 0);
    Checks.weights(rows, width);
  }

  @Override
  public Shape output(List<Shape> in) {
    List<Integer> dims = new ArrayList<>(Checks.one(in).dims());
    dims.add(width);
    return new Shape(dims);
  }

  @Override
  public List<Slot> slots(List<Shape> in) {
    return List.of(Slot.needed("weight", Shape.of(rows, width), Role.TABLE));
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    return new UnitMap(
        in.get(0).rank(),
        List.of(new UnitMap.Whole()),
        Map.of("weight", List.of(UnitMap.Tie.output(1))));
  }

  @Override
  public Operator keeping(List<Shape> in, List<Integer> axes, List<BitSet> inputs, BitSet output) {
    return new Embed(rows, output.cardinality());
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("rows", rows).put("width", width);
  }
}
