package dev.ockham.runtime.graph;

import dev.ockham.runtime.json.JsonObjectBuilder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The transpose of a convolution, which makes positions more: along an axis {@code (n − 1) · stride
 * − before − after + span + extra} of them. Parameters: {@code weight [channels, outputs / groups,
 * kernel…]}, and {@code bias [outputs]} or none.
 *
 * @param outputs channels that it gives, ≥ 0
 * @param window of the convolution that it transposes
 * @param extra positions added behind the last, one number per axis, each below its stride
 * @param groups blocks of channels that are treated apart, ≥ 1
 */
public record ConvolutionTransposed(int outputs, Window window, List<Integer> extra, int groups)
    implements LinearInWeights {
  /** Copies the list and checks the ranges. */
  public ConvolutionTransposed {
    Checks.atLeast("outputs", outputs, 0);
    Checks.atLeast("groups", groups, 1);
    extra = List.copyOf(extra);
    if (extra.size() != window.axes()) {
      throw new IllegalArgumentException(
          "its extra positions " + extra + " are not of " + window.axes() + " axes");
    }
    for (int axis = 0; axis < extra.size(); axis++) {
      if (extra.get(axis) < 0 || extra.get(axis) >= window.stride().get(axis)) {
        throw new IllegalArgumentException(
            "its extra positions " + extra + " are not below its stride " + window.stride());
      }
    }
    if (outputs % groups != 0) {
      throw new IllegalArgumentException(
          "its " + outputs + " outputs do not fall into " + groups + " groups");
    }
  }

  @Override
  public Shape output(List<Shape> in) {
    Shape x = Checks.one(in);
    Checks.rank(
        x,
        window.axes() + 1,
        window.axes() == 1 ? "channels × positions" : "channels × rows × columns");
    if (x.dim(0) % groups != 0) {
      throw new IllegalArgumentException(
          "its " + groups + " groups do not divide the " + x.dim(0) + " channels of " + x);
    }
    Checks.weights(x.dim(0), (long) outputs / groups * window.area());
    int[] dims = x.toArray();
    dims[0] = outputs;
    for (int axis = 0; axis < window.axes(); axis++) {
      long size =
          (dims[axis + 1] - 1L) * window.stride().get(axis)
              - window.before().get(axis)
              - window.after().get(axis)
              + window.span(axis)
              + extra.get(axis);
      if (size < 1 || size > Integer.MAX_VALUE) {
        throw new IllegalArgumentException("gives " + size + " positions for " + x);
      }
      dims[axis + 1] = (int) size;
    }
    return Shape.of(dims);
  }

  @Override
  public List<Slot> slots(List<Shape> in) {
    List<Integer> dims = new ArrayList<>(List.of(in.get(0).dim(0), outputs / groups));
    dims.addAll(window.kernel());
    return List.of(
        Slot.needed("weight", new Shape(dims), Role.WEIGHT),
        Slot.optional("bias", Shape.of(outputs), Role.BIAS));
  }

  @Override
  public UnitMap units(List<Shape> in, List<Integer> axes) {
    if (groups > 1) {
      return UnitMap.opaque(1);
    }
    boolean mixed = axes.get(0) == 0;
    Map<String, List<UnitMap.Tie>> ties = new LinkedHashMap<>();
    ties.put("bias", List.of(UnitMap.Tie.output(0)));
    ties.put(
        "weight",
        mixed
            ? List.of(UnitMap.Tie.input(0, 0), UnitMap.Tie.output(1))
            : List.of(UnitMap.Tie.output(1)));
    return new UnitMap(0, List.of(mixed ? new UnitMap.Mixed() : new UnitMap.Whole()), ties);
  }

  @Override
  public long multiplyAdds(List<Shape> in) {
    return (long) in.get(0).size() * (outputs / groups) * window.area();
  }

  @Override
  public Operator keeping(List<Shape> in, List<Integer> axes, List<BitSet> inputs, BitSet output) {
    return new ConvolutionTransposed(output.cardinality(), window, extra, groups);
  }

  @Override
  public void write(JsonObjectBuilder out) {
    out.put("outputs", outputs)
        .put("window", window.written())
        .wholes("extra", extra)
        .put("groups", groups);
  }
}
