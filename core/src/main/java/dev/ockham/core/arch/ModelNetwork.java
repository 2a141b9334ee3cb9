package dev.ockham.core.arch;

import dev.ockham.onnx.UnsupportedOnnxException;
import dev.ockham.onnx.read.ImportedNetwork;
import dev.ockham.onnx.read.OnnxImport;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.file.SafetensorsContents;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Softmax;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The network of a model, as a run trains it; and files that hold a model with its network. */
public final class ModelNetwork {

  /** What the names of safetensors files end with. */
  public static final String SAFETENSORS = ".safetensors";

  /** What the names of ONNX files end with. */
  public static final String ONNX = ".onnx";

  private ModelNetwork() {}

  /** Whether a text is the path of a file that could hold a model, by what it ends with. */
  static boolean isNamed(String text) {
    return text.endsWith(SAFETENSORS) || text.endsWith(ONNX);
  }

  /**
   * Whether a file holds a model with its network: one of Ockham's, or an ONNX file. Others hold
   * weights alone.
   *
   * @throws IOException if it cannot be read or is malformed
   */
  public static boolean isIn(Path file) throws IOException {
    String name = file.toString();
    return name.endsWith(ONNX)
        || (name.endsWith(SAFETENSORS)
            && ModelFile.FORMAT.equals(SafetensorsContents.read(file).metadata().get("format")));
  }

  /**
   * Reads the model of a file.
   *
   * @throws IOException if it cannot be read, is malformed, or holds no network
   * @throws IllegalArgumentException if it is an ONNX file with something that has no place here
   */
  public static Stored read(Path file) throws IOException {
    if (file.toString().endsWith(ONNX)) {
      try {
        ImportedNetwork imported = OnnxImport.read(file);
        return new Stored(
            imported.model(), imported.notes(), imported.metadata(), imported.beside());
      } catch (UnsupportedOnnxException e) {
        throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
      }
    }
    ModelFile stored = ModelFile.load(file);
    return new Stored(stored.model(), List.of(), stored.provenance(), List.of());
  }

  /**
   * A model as a file has it.
   *
   * @param model the network with its numbers
   * @param notes what there is to say of how it was read, a sentence each
   * @param metadata text pairs beside it, such as where it came from
   * @param beside other files whose bytes are a part of it, in order
   */
  public record Stored(
      Model model, List<String> notes, Map<String, String> metadata, List<Path> beside) {
    /** Copies lists and map. */
    public Stored {
      beside = List.copyOf(beside);
      notes = List.copyOf(notes);
      metadata = Map.copyOf(metadata);
    }
  }

  /**
   * The network of a model as it trains.
   *
   * @param name for it
   * @throws IllegalArgumentException if it gives something else than one vector
   */
  public static Architecture of(String name, Model model) {
    return new Architecture(name, trainable(model).graph());
  }

  /**
   * A model as it trains: without statistics of batch norms, which a run takes from its own data;
   * and without a softmax at its end, which the loss has in it. Constants that scale inputs are one
   * node, so that they are not scaled again. What scales inputs is named after its node, since
   * checkpoints have names of their own for what the run scales by.
   */
  public static Model trainable(Model stored) {
    Model model = InputScalingNodes.joined(stored);
    Graph graph = withoutSoftmax(model.graph());
    List<Node> nodes = new ArrayList<>();
    Map<String, String> names = new LinkedHashMap<>();
    for (Node node : graph.nodes()) {
      Map<String, String> taken = new LinkedHashMap<>(node.parameters());
      if (node.operator() instanceof Normalize norm && norm.over() == Normalize.Over.BATCH) {
        taken.keySet().removeAll(Set.of("mean", "variance"));
      }
      if (node.operator() instanceof Standardize) {
        taken.replaceAll((slot, name) -> node.name() + "." + slot);
      }
      taken.forEach((slot, name) ->
          names.put(name, Objects.requireNonNull(node.parameters().get(slot), slot)));
      nodes.add(new Node(node.name(), node.operator(), node.inputs(), taken));
    }
    List<Parameter> parameters = new ArrayList<>();
    Map<String, Matrix> values = new LinkedHashMap<>();
    names.forEach((name, before) -> {
      Parameter parameter = graph.parameter(before);
      parameters.add(new Parameter(name, parameter.shape(), parameter.role()));
      values.put(name, model.value(before));
    });
    return new Model(
        model.architecture(),
        new Graph(graph.inputs(), parameters, nodes, graph.outputs()),
        values);
  }

  private static Graph withoutSoftmax(Graph graph) {
    if (graph.outputs().size() != 1) {
      return graph;
    }
    Node last = graph.node(graph.outputs().getFirst());
    boolean ends =
        last != null
            && last.operator() instanceof Softmax
            && graph.shape(last.name()).rank() == 1
            && !graph.readers().containsKey(last.name());
    if (last == null || !ends) {
      return graph;
    }
    List<Node> nodes = new ArrayList<>(graph.nodes());
    nodes.remove(last);
    return new Graph(graph.inputs(), graph.parameters(), nodes, List.of(last.inputs().getFirst()));
  }
}
