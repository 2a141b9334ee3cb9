package dev.ockham.core.start;

import dev.ockham.runtime.graph.Constant;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.LinearInWeights;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Slot;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something of a network that a tensor may become: a parameter, at the first node that takes it; or
 * the mean or variance of a batch norm that the graph has no parameter for.
 *
 * @param node that takes it
 * @param slot what the operator calls it
 * @param name the parameter's; the node's with the slot's where there is no parameter
 * @param shape of it
 * @param optional whether a file may lack it
 */
record Target(Node node, String slot, String name, Shape shape, boolean optional) {

  private static final String MEAN = "mean";
  private static final String VARIANCE = "variance";

  /** A part of a layer of a transformer's encoder. */
  private static final Pattern ENCODER = Pattern.compile("layer(\\d{1,6})\\.([a-z]+\\d?)");

  /** What PyTorch's TransformerEncoderLayer calls them, where it is another name. */
  private static final Map<String, String> ENCODER_PARTS =
      Map.of(
          "query", "self_attn.query",
          "key", "self_attn.key",
          "value", "self_attn.value",
          "output", "self_attn.out_proj",
          "dense1", "linear1",
          "dense2", "linear2");

  /** All of a network, in the order of its nodes. */
  static List<Target> of(Graph graph) {
    List<Target> targets = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Node node : graph.nodes()) {
      for (Slot slot : node.operator().slots(graph.inputShapes(node))) {
        Parameter parameter = graph.parameter(node, slot.name());
        if (parameter != null) {
          if (seen.add(parameter.name())) {
            targets.add(new Target(node, slot.name(), parameter.name(), parameter.shape(), false));
          }
        } else if (normalizesByBatch(node) && isStatistic(slot.name())) {
          String name = node.name() + "." + slot.name();
          targets.add(new Target(node, slot.name(), name, slot.shape(), true));
        }
      }
    }
    return targets;
  }

  static boolean normalizesByBatch(Node node) {
    return node.operator() instanceof Normalize norm && norm.over() == Normalize.Over.BATCH;
  }

  private static boolean isStatistic(String slot) {
    return slot.equals(MEAN) || slot.equals(VARIANCE);
  }

  /** Whether it is what a batch norm's running mean, and not its variance, becomes. */
  boolean isMean() {
    return slot.equals(MEAN);
  }

  /** Whether it is a statistic of a batch norm. */
  boolean isStatistic() {
    return normalizesByBatch(node) && isStatistic(slot);
  }

  /** What PyTorch and Keras call such a thing behind the name of its layer, PyTorch's first. */
  List<String> parts() {
    return switch (node.operator()) {
      case Normalize _ ->
          switch (slot) {
            case "scale" -> List.of("weight", "gamma");
            case "shift" -> List.of("bias", "beta");
            case MEAN -> List.of("running_mean", "moving_mean");
            default -> List.of("running_var", "moving_variance");
          };
      case Recurrent recurrent -> {
        if (recurrent.cell() == Recurrent.Cell.GRU_RESET_FIRST) {
          yield List.of(slot); // PyTorch has no such layer
        }
        String end = recurrent.reverse() ? "_l0_reverse" : "_l0";
        yield List.of(slot + end);
      }
      case Constant _ -> List.of("weight");
      case LinearInWeights _ -> List.of(slot.equals("bias") ? "bias" : "weight");
      default -> List.of(slot.equals("slope") ? "weight" : slot);
    };
  }

  /** Names that the tensor of it may have, as PyTorch's networks have them. */
  List<String> pytorchNames() {
    List<String> names = new ArrayList<>();
    for (String layer : layers(node.name())) {
      for (String part : parts()) {
        names.add(layer + "." + part);
      }
      if (node.operator() instanceof Constant) {
        names.add(layer);
      }
    }
    return names;
  }

  /** A layer's name, and what other networks of PyTorch call it. */
  private static List<String> layers(String name) {
    List<String> layers = new ArrayList<>(List.of(name));
    if (name.endsWith(".conv") || name.endsWith(".bn")) {
      int dot = name.lastIndexOf('.');
      String number = name.endsWith(".conv") ? ".0" : ".1";
      layers.add(name.substring(0, dot) + number);
      layers.add(name.substring(0, dot).replaceFirst("shortcut$", "downsample") + number);
    }
    Matcher encoder = ENCODER.matcher(name);
    if (encoder.matches()) {
      int number = Integer.parseInt(encoder.group(1)) - 1;
      String part = encoder.group(2);
      layers.add("layers." + number + "." + ENCODER_PARTS.getOrDefault(part, part));
    }
    if (name.equals("linear")) {
      layers.addAll(List.of("fc", "classifier", "head"));
    }
    return layers;
  }
}
