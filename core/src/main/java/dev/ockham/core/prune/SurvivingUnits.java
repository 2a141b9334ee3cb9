package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Which outputs of a node with weights are left: the neurons of a linear node, the channels of a
 * convolution, by their numbers in the original network.
 *
 * @param node the node
 * @param units their numbers, from 0, ascending
 */
public record SurvivingUnits(Node node, List<Integer> units) {

  /** Copies the list. */
  public SurvivingUnits {
    units = List.copyOf(units);
  }

  /**
   * The outputs that a weight on a path from input to output leads to, of every node with weights
   * whose units they are.
   *
   * @param connected by parameter, the weights that {@link SurvivingPaths#connected} left
   */
  public static List<SurvivingUnits> of(Graph graph, Map<String, Mask> connected) {
    List<SurvivingUnits> surviving = new ArrayList<>();
    for (Node node : graph.nodes()) {
      BitSet units = new BitSet();
      boolean weighted = false;
      for (Map.Entry<String, String> taken : node.parameters().entrySet()) {
        Parameter parameter = graph.parameter(taken.getValue());
        if (parameter.role().prunable() && graph.unitAxis(node.name()) >= 0) {
          weighted = true;
          WeightAxes axes = WeightAxes.of(graph, node, taken.getKey(), parameter);
          add(axes, Objects.requireNonNull(connected.get(parameter.name())), units);
        }
      }
      if (weighted) {
        surviving.add(new SurvivingUnits(node, units.stream().boxed().toList()));
      }
    }
    return surviving;
  }

  private static void add(WeightAxes axes, Mask mask, BitSet units) {
    for (int i = 0; i < mask.length(); i++) {
      if (mask.keeps(i) && axes.row(i) >= 0) {
        units.set(axes.row(i));
      }
    }
  }

  /** What a unit is called: {@code neurons}, {@code channels} or {@code units}. */
  public String kind() {
    return switch (node.operator()) {
      case Linear _ -> "neurons";
      case Convolution _, ConvolutionTransposed _ -> "channels";
      default -> "units";
    };
  }

  /** The numbers with runs drawn together: {@code 0–3, 7, 9–10}; empty text where none is left. */
  public String ranges() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < units.size(); i++) {
      int first = i;
      while (i + 1 < units.size() && units.get(i + 1) == units.get(i) + 1) {
        i++;
      }
      text.append(text.isEmpty() ? "" : ", ").append(units.get(first));
      if (i > first) {
        text.append(i == first + 1 ? ", " : "–").append(units.get(i));
      }
    }
    return text.toString();
  }
}
