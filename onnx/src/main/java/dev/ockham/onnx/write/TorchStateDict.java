package dev.ockham.onnx.write;

import dev.ockham.onnx.OnnxMetadata;
import dev.ockham.runtime.file.SafetensorsFile;
import dev.ockham.runtime.file.StoredTensor;
import dev.ockham.runtime.graph.Affine;
import dev.ockham.runtime.graph.Concat;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.PRelu;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Recurrent;
import dev.ockham.runtime.model.Model;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Models as PyTorch keeps their numbers: a safetensors file with the names of a state dict. A node
 * is a module, so that its weights are {@code NODE.weight} and {@code NODE.bias}; a norm has {@code
 * running_mean} and {@code running_var}; a recurrent layer {@code weight_ih_l0} and so on, one that
 * reads both ways those of both directions. Shapes and order of numbers are PyTorch's too. What
 * PyTorch has no module for keeps Ockham's names, {@code NODE.mean} for example.
 */
public final class TorchStateDict {
  private static final String FORMAT = "format";
  private static final String PRODUCER = "producer";

  private static final Map<String, String> NORM =
      Map.of("scale", "weight", "shift", "bias", "mean", "running_mean", "variance", "running_var");

  private TorchStateDict() {}

  /**
   * The file of a model.
   *
   * @param metadata where it comes from and what its numbers mean, under the keys of {@link
   *     OnnxMetadata}
   */
  public static SafetensorsFile of(Model model, OnnxMetadata metadata) {
    Map<String, StoredTensor> tensors = new LinkedHashMap<>();
    names(model.graph())
        .forEach((name, parameter) ->
            tensors.put(
                name,
                StoredTensor.ofFloats(
                    model.value(parameter.name()).toDense(), parameter.shape().toLongs())));
    SortedMap<String, String> pairs = new TreeMap<>(metadata.pairs());
    pairs.put(FORMAT, "pt");
    pairs.put(PRODUCER, "ockham");
    return SafetensorsFile.of(pairs, tensors);
  }

  /** Whether a file is one that {@link #of} made. */
  public static boolean made(SafetensorsFile file) {
    return "pt".equals(file.metadata().get(FORMAT))
        && "ockham".equals(file.metadata().get(PRODUCER));
  }

  /** A graph's parameters by their names in PyTorch; one that nodes share has several. */
  public static Map<String, Parameter> names(Graph graph) {
    Map<String, String> modules = bidirectional(graph);
    Map<String, Parameter> names = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      String module = modules.getOrDefault(node.name(), module(node.name()));
      node.parameters()
          .forEach(
              (slot, name) -> names.put(module + "." + entry(node, slot), graph.parameter(name)));
    }
    return names;
  }

  /** Projections beside residual blocks are a sequence of two in PyTorch. */
  private static String module(String node) {
    return node.replaceFirst("\\.shortcut\\.conv$", ".shortcut.0")
        .replaceFirst("\\.shortcut\\.bn$", ".shortcut.1");
  }

  /** Layers that read backwards, beside one that reads the same forwards: one module. */
  private static Map<String, String> bidirectional(Graph graph) {
    Map<String, String> modules = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      if (node.operator() instanceof Concat && node.inputs().size() == 2) {
        Node first = graph.node(node.inputs().get(0));
        Node second = graph.node(node.inputs().get(1));
        if (first != null
            && second != null
            && first.operator() instanceof Recurrent forwards
            && second.operator() instanceof Recurrent backwards
            && !forwards.reverse()
            && backwards.reverse()
            && forwards.cell() == backwards.cell()
            && forwards.cell() != Recurrent.Cell.GRU_RESET_FIRST
            && first.inputs().equals(second.inputs())) {
          modules.put(second.name(), module(first.name()));
        }
      }
    }
    return modules;
  }

  private static String entry(Node node, String slot) {
    return switch (node.operator()) {
      case Recurrent recurrent when recurrent.cell() == Recurrent.Cell.GRU_RESET_FIRST -> slot;
      case Recurrent recurrent -> slot + "_l0" + (recurrent.reverse() ? "_reverse" : "");
      case Normalize _ -> Objects.requireNonNull(NORM.get(slot));
      case Affine _ -> Objects.requireNonNull(NORM.get(slot));
      case PRelu _ -> "weight";
      default -> slot;
    };
  }
}
