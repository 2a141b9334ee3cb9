package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Fully connected: {@code y = W x + b} along the last axis, at every position of the others.
 * Parameters: {@code weight [outputs, inputs]}, and {@code bias [outputs]} or none.
 *
 * @param outputs features that it gives, ≥ 0
 */
public record Linear(int outputs) implements LinearInWeights {
  /** Checks the range. */
  public Linear {
    Checks.atLeast("outputs", outputs, 0);
  }

  @Override
  public Shape output(List<Shape> in) {
    Shape x = Checks.one(in);
    if (x.rank() == 0) {
      throw new IllegalArgumentException("takes a vector but gets one number");
    }
    Checks.weights(outputs, x.dim(x.rank() - 1));
    return x.with(x.rank() - 1, outputs);
  }

  @Override
  public List<Slot> slots(List<Shape> in) {
    Shape x = in.get(0);
    return List.of(
        Slot.needed("weight", Shape.of(outputs, x.dim(x.rank() - 1)), Role.WEIGHT),
        Slot.optional("bias", Shape.of(outputs), Role.BIAS));
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    int axis = in.get(0).rank() - 1;
    boolean mixed = axes.get(0) == axis;
    Map<String, List<UnitMap.Tie>> ties = new LinkedHashMap<>();
    ties.put(
        "weight",
        mixed
            ? List.of(UnitMap.Tie.output(0), UnitMap.Tie.input(1, 0))
            : List.of(UnitMap.Tie.output(0)));
    ties.put("bias", List.of(UnitMap.Tie.output(0)));
    return new UnitMap(axis, List.of(mixed ? new UnitMap.Mixed() : new UnitMap.Whole()), ties);
  }

  @Override
  public long multiplyAdds(List<Shape> in) {
    return (long) in.get(0).size() * outputs;
  }

  @Override
  public Operator keeping(List<Shape> in, List<Integer> axes, List<BitSet> inputs, BitSet output) {
    return new Linear(output.cardinality());
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("outputs", outputs);
  }
}
