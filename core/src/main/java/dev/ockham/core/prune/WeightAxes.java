package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.UnitMap.Tie;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Leads from the index of a number of a node's parameter to the units that it belongs to.
 *
 * @param rows the node's units that it makes
 * @param columns units of the first input that it multiplies
 * @param own the node's units that it multiplies in the next step
 */
public record WeightAxes(@Nullable Axis rows, @Nullable Axis columns, @Nullable Axis own) {

  /** The axes of a parameter that a node takes under a name of the operator's. */
  public static WeightAxes of(Graph graph, Node node, String slot, Parameter parameter) {
    Axis rows = null;
    Axis own = null;
    Axis columns = null;
    for (Tie tie : graph.unitMap(node).ties().getOrDefault(slot, List.of())) {
      Axis axis = Axis.of(parameter.shape(), tie, graph.units(UnitClasses.value(node, tie)));
      if (tie.input() == 0) {
        columns = axis;
      } else if (tie.input() == Tie.OUTPUT && rows == null) {
        rows = axis;
      } else if (tie.input() == Tie.OUTPUT) {
        own = axis;
      }
    }
    return new WeightAxes(rows, columns, own);
  }

  /** The node's unit that a number makes; −1 for none. */
  public int row(int index) {
    return rows == null ? -1 : rows.unit(index);
  }

  /** The unit of the first input that a number multiplies; −1 for none. */
  public int column(int index) {
    return columns == null ? -1 : columns.unit(index);
  }

  /** The node's unit that a number multiplies in the next step; −1 for none. */
  public int own(int index) {
    return own == null ? -1 : own.unit(index);
  }

  /** An axis whose indices belong to units. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  public record Axis(int stride, int[] units) {
    private static Axis of(Shape shape, Tie tie, int count) {
      int[] units = new int[shape.dim(tie.axis())];
      for (int i = 0; i < units.length; i++) {
        units[i] = tie.index().unit(i, count);
      }
      return new Axis(shape.product(tie.axis() + 1, shape.rank()), units);
    }

    private int unit(int index) {
      return units[index / stride % units.length];
    }
  }
}
