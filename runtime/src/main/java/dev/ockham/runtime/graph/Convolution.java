package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Cross-correlation over one or two axes, as every deep-learning library calls convolution.
 * Parameters: {@code weight [outputs, channels / groups, kernel…]}, and {@code bias [outputs]} or
 * none. Padding is with zeros.
 *
 * @param outputs channels that it gives, ≥ 0
 * @param window kernel, stride, padding and dilation
 * @param groups blocks of channels that are convolved apart, ≥ 1; as many as channels for a
 *     depthwise convolution
 */
public record Convolution(int outputs, Window window, int groups) implements LinearInWeights {
  /** Checks the ranges. */
  public Convolution {
    Checks.atLeast("outputs", outputs, 0);
    Checks.atLeast("groups", groups, 1);
    if (outputs % groups != 0) {
      throw new IllegalArgumentException(
          "its " + outputs + " outputs do not fall into " + groups + " groups");
    }
  }

  @Override
  public Shape output(List<Shape> in) {
    Shape x = Checks.one(in);
    Shape out = window.slide(x, outputs, false);
    if (x.dim(0) % groups != 0) {
      throw new IllegalArgumentException(
          "its " + groups + " groups do not divide the " + x.dim(0) + " channels of " + x);
    }
    Checks.weights(outputs, (long) x.dim(0) / groups * window.area());
    return out;
  }

  @Override
  public List<Slot> slots(List<Shape> in) {
    List<Integer> dims = new ArrayList<>(List.of(outputs, in.get(0).dim(0) / groups));
    dims.addAll(window.kernel());
    return List.of(
        Slot.needed("weight", new Shape(dims), Role.WEIGHT),
        Slot.optional("bias", Shape.of(outputs), Role.BIAS));
  }

  /** Whether each channel is convolved by itself. */
  public boolean depthwise(Shape in) {
    return groups > 1 && groups == in.dim(0);
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    Map<String, List<UnitMap.Tie>> ties = new LinkedHashMap<>();
    ties.put("bias", List.of(UnitMap.Tie.output(0)));
    ties.put("weight", List.of(UnitMap.Tie.output(0)));
    if (groups == 1) {
      if (axes.get(0) != 0) {
        return new UnitMap(0, List.of(new UnitMap.Whole()), ties);
      }
      ties.put("weight", List.of(UnitMap.Tie.output(0), UnitMap.Tie.input(1, 0)));
      return new UnitMap(0, List.of(new UnitMap.Mixed()), ties);
    }
    if (axes.get(0) != 0 || !depthwise(in.get(0))) {
      return UnitMap.opaque(1);
    }
    UnitIndex index = UnitIndex.runs(outputs / groups, Integer.MAX_VALUE);
    return new UnitMap(0, List.of(new UnitMap.Carried(index)), ties);
  }

  @Override
  public long multiplyAdds(List<Shape> in) {
    return (long) output(in).size() * (in.get(0).dim(0) / groups) * window.area();
  }

  @Override
  public Operator keeping(List<Shape> in, List<Integer> axes, List<BitSet> inputs, BitSet output) {
    int left = groups == 1 ? 1 : Math.max(1, inputs.get(0).cardinality());
    return new Convolution(output.cardinality(), window, left);
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("outputs", outputs).put("window", window.written()).put("groups", groups);
  }
}
