package dev.ockham.runtime.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the units of what a node gives correspond to those of what it takes, and to the axes of its
 * parameters. Units are indices along one axis of a value: channels of images, features of vectors.
 *
 * @param axis axis of the output's units; −1 where units end, and all of the inputs must stay
 * @param inputs one link for each input
 * @param ties axes of parameters that go by units, by the operator's name for the parameter
 */
public record UnitMap(int axis, List<Link> inputs, Map<String, List<Tie>> ties) {

  /** Copies list and map. */
  public UnitMap {
    inputs = List.copyOf(inputs);
    ties = Map.copyOf(ties);
  }

  /** What a node does with the units of one of its inputs. */
  public sealed interface Link permits Carried, Merged, Mixed, Whole {}

  /**
   * Each output unit is made of one input unit alone (or of none, and then it is the same for all
   * examples), and both can only leave together.
   *
   * @param index from an output unit to the input unit
   */
  public record Carried(UnitIndex index) implements Link {}

  /**
   * Blocks of input units make one output unit; they can only leave together.
   *
   * @param block how many in a row, ≥ 1
   */
  public record Merged(int block) implements Link {}

  /** Output units read input units through weights, as the {@link #ties} say; both leave alone. */
  public record Mixed() implements Link {}

  /** All units are read, and none may leave. */
  public record Whole() implements Link {}

  /**
   * An axis of a parameter that goes by units.
   *
   * @param axis the parameter's axis
   * @param input whose units: the number of an input, or {@link #OUTPUT}
   * @param index from an index along the axis to the unit
   */
  public record Tie(int axis, int input, UnitIndex index) {
    /** Stands for the node's own output. */
    public static final int OUTPUT = -1;

    static Tie output(int axis) {
      return new Tie(axis, OUTPUT, UnitIndex.SAME);
    }

    static Tie input(int axis, int input) {
      return new Tie(axis, input, UnitIndex.SAME);
    }
  }

  /** All inputs must stay whole; the output has no units. */
  static UnitMap opaque(int inputs) {
    List<Link> links = new ArrayList<>();
    for (int i = 0; i < inputs; i++) {
      links.add(new Whole());
    }
    return new UnitMap(-1, links, Map.of());
  }

  /** One input, whose units go through unchanged on the same axis; parameters go by them. */
  static UnitMap unitwise(int axis, String... perUnit) {
    if (axis < 0) {
      return opaque(1);
    }
    Map<String, List<Tie>> ties = new LinkedHashMap<>();
    for (String name : perUnit) {
      ties.put(name, List.of(Tie.output(0)));
    }
    return new UnitMap(axis, List.of(new Carried(UnitIndex.SAME)), ties);
  }

  /** One input, whose units go to the given output axis. */
  static UnitMap carried(int axis, UnitIndex index) {
    return new UnitMap(axis, List.of(new Carried(index)), Map.of());
  }
}
