package dev.ockham.runtime.model;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Standardize;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The scaling of raw inputs that a model begins with: a {@link Standardize} node that alone reads
 * the input. Models that Ockham trained have one; those that come from elsewhere are given one, so
 * that they take raw values too.
 */
public final class Standardization {

  private static final String NODE = ".scaling";
  private static final String MEAN = "mean";
  private static final String SCALE = "scale";

  private Standardization() {}

  /** The node that scales the input of a model of one input, if there is one. */
  public static Optional<Node> of(Model model) {
    String input = model.graph().inputs().getFirst().name();
    List<Node> readers =
        model.graph().nodes().stream().filter(node -> node.inputs().contains(input)).toList();
    return readers.size() == 1 && readers.getFirst().operator() instanceof Standardize
        ? Optional.of(readers.getFirst())
        : Optional.empty();
  }

  /**
   * A model of raw inputs: {@code model} of {@code (x − mean) · scale}. Everything that read the
   * input reads the scaled one instead.
   *
   * @param model takes one input, and does not scale it yet
   * @param mean what is subtracted: one number, one for each index of the input's first axis
   *     (channels), or one for each of its numbers; finite
   * @param scale what the difference is multiplied with; as many
   * @return the model with a first node {@code INPUT.scaling} of parameters {@code INPUT.mean} and
   *     {@code INPUT.scale}
   * @throws IllegalArgumentException saying what does not fit: several inputs, a scaling that is
   *     there, a name that is taken, or another number of means
   */
  public static Model withScaling(Model model, float[] mean, float[] scale) {
    Graph graph = model.graph();
    if (graph.inputs().size() != 1) {
      throw new IllegalArgumentException(
          "it takes %s inputs (%s); a scaling is for one"
              .formatted(
                  graph.inputs().size(),
                  String.join(", ", graph.inputs().stream().map(Input::name).toList())));
    }
    if (of(model).isPresent()) {
      throw new IllegalArgumentException(
          "it scales its input already, by its node '" + of(model).get().name() + "'");
    }
    Input input = graph.inputs().getFirst();
    Standardize scaling = fitting(input.shape(), mean, scale);
    Node first =
        new Node(
            input.name() + NODE,
            scaling,
            List.of(input.name()),
            Map.of(MEAN, input.name() + "." + MEAN, SCALE, input.name() + "." + SCALE));
    Shape numbers = scaling.slots(List.of(input.shape())).getFirst().shape();
    List<Parameter> parameters = new ArrayList<>();
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (String kind : List.of(MEAN, SCALE)) {
      float[] given = kind.equals(MEAN) ? mean : scale;
      Parameter parameter = new Parameter(input.name() + "." + kind, numbers, Role.CONSTANT);
      parameters.add(parameter);
      values.put(parameter.name(), DenseMatrix.of(given.length, 1, given));
    }
    parameters.addAll(graph.parameters());
    values.putAll(model.values());
    return new Model(
        model.architecture(),
        new Graph(graph.inputs(), parameters, behind(first, graph), outputs(first, graph)),
        values);
  }

  private static Standardize fitting(Shape input, float[] mean, float[] scale) {
    Standardize.Each each = Standardize.Each.of(mean.length, input);
    boolean fits = each != Standardize.Each.FEATURE || mean.length == input.size();
    if (mean.length == 0 || mean.length != scale.length || !fits) {
      throw new IllegalArgumentException(
          "its input is %s; that takes one mean and scale, or %s, not %s and %s"
              .formatted(
                  input,
                  input.rank() > 1 ? input.dim(0) + " (channels)" : input.size(),
                  mean.length,
                  scale.length));
    }
    return new Standardize(each);
  }

  private static List<Node> behind(Node first, Graph graph) {
    String input = first.inputs().getFirst();
    List<Node> nodes = new ArrayList<>();
    nodes.add(first);
    for (Node node : graph.nodes()) {
      List<String> reads = new ArrayList<>(node.inputs());
      reads.replaceAll(read -> read.equals(input) ? first.name() : read);
      nodes.add(new Node(node.name(), node.operator(), reads, node.parameters()));
    }
    return nodes;
  }

  private static List<String> outputs(Node first, Graph graph) {
    String input = first.inputs().getFirst();
    return graph.outputs().stream()
        .map(output -> output.equals(input) ? first.name() : output)
        .toList();
  }
}
