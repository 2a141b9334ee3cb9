package dev.ockham.core.net;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A network that gives one vector, and its name.
 *
 * @param name {@link Architectures#parse} turns the name of a listed network, or a {@code net:}
 *     text, back into this value; any other name is only a label
 * @param graph the network
 */
public record Architecture(String name, Graph graph) {

  /**
   * Checks the output, and that there is something to train.
   *
   * @throws IllegalArgumentException if the name is blank, or the graph gives several values or
   *     something else than a vector, or has no weights
   */
  public Architecture {
    if (name.isBlank()) {
      throw new IllegalArgumentException("architecture '" + name + "' needs a name");
    }
    if (graph.outputs().size() != 1) {
      throw new IllegalArgumentException(
          "architecture '" + name + "' gives " + graph.outputs() + ", it must be one vector");
    }
    Shape output = graph.shape(graph.outputs().getFirst());
    if (output.rank() != 1) {
      throw new IllegalArgumentException(
          "architecture '" + name + "' gives " + output + ", not a vector; add flatten or gap");
    }
    if (graph.prunable().isEmpty()) {
      throw new IllegalArgumentException(
          "architecture '" + name + "' has no weights; add a layer such as dense");
    }
  }

  /**
   * A network of one's own under a name of one's own.
   *
   * @throws IllegalArgumentException if it gives something else than one vector, or the name stands
   *     for another network
   */
  public static Architecture of(String name, Graph graph) {
    if (Architectures.claims(name) && !Architectures.parse(name).graph().equals(graph)) {
      throw new IllegalArgumentException(
          "the name '" + name + "' stands for another network; choose another name");
    }
    return new Architecture(name, graph);
  }

  /**
   * A network of one's own whose layers follow each other, under the {@code net:} text that says
   * it.
   *
   * @throws IllegalArgumentException if no such text does: it has branches, several inputs, or
   *     names of its own
   */
  public static Architecture of(Graph graph) {
    String text =
        NetworkText.write(graph)
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "no net: text describes this "
                        + graph
                        + "; name it, as in Architecture.of(\"mine\", graph)"));
    return new Architecture(text, graph);
  }

  /** All inputs, in order. */
  public List<Input> inputs() {
    return graph.inputs();
  }

  /** Shape of one example of the first input, which the data are; others are such as lengths. */
  public Shape input() {
    return graph.inputs().getFirst().shape();
  }

  /** Number of classes: size of what it gives. */
  public int classes() {
    return graph.shape(graph.outputs().getFirst()).size();
  }

  /** All weights that pruning may take: the denominator of every sparsity and compression. */
  public long weights() {
    return graph.weights();
  }

  /** All numbers that are trained: weights, biases, what norms scale and shift by. */
  public long parameters() {
    return graph.trained();
  }

  /** The nodes that have weights, in the order in which they run. */
  public List<Node> weightNodes() {
    return graph.nodes().stream()
        .filter(node ->
            node.parameters().values().stream()
                .anyMatch(name -> graph.parameter(name).role().prunable()))
        .toList();
  }

  /**
   * Checks that examples of the given shape and class count can be fed to this network.
   *
   * @throws IllegalArgumentException naming the architecture, the data and the sizes that differ
   */
  public void requireFits(String data, Shape example, int dataClasses) {
    requireFits(data, List.of(example), dataClasses);
  }

  /**
   * Checks that examples of several values can be fed to this network.
   *
   * @param examples shapes of one example's values, in the order of the inputs
   * @throws IllegalArgumentException naming the architecture, the data and the sizes that differ
   */
  public void requireFits(String data, List<Shape> examples, int dataClasses) {
    if (examples.size() != inputs().size()) {
      List<String> names = inputs().stream().map(Input::name).toList();
      throw new IllegalArgumentException(
          "architecture '%s' takes %s, but '%s' has examples of %s"
              .formatted(name, String.join(" and ", names), data, described(examples)));
    }
    for (int i = 0; i < examples.size(); i++) {
      requireFits(data, inputs().get(i), examples.get(i));
    }
    if (classes() < dataClasses) {
      throw new IllegalArgumentException(
          "architecture '%s' has %s outputs, but '%s' has %s classes"
              .formatted(name, classes(), data, dataClasses));
    }
  }

  private void requireFits(String data, Input input, Shape example) {
    boolean flat = flat(input);
    boolean fits = flat ? input.shape().size() == example.size() : input.shape().equals(example);
    if (!fits) {
      throw new IllegalArgumentException(
          "architecture '%s' takes %s, but '%s' has %s"
              .formatted(
                  name,
                  flat ? input.shape().size() + " inputs" : plural(input.shape()),
                  data,
                  plural(example)
                      + (flat && example.rank() > 1 ? " = " + example.size() + " pixels" : "")));
    }
  }

  /** Whether an input takes its numbers in a row, whatever their shape was. */
  private boolean flat(Input input) {
    if (input.shape().rank() <= 1) {
      return true;
    }
    List<Operator> readers = new ArrayList<>();
    for (Node node : graph.nodes()) {
      if (node.inputs().contains(input.name())) {
        readers.add(node.operator());
      }
    }
    return !readers.isEmpty()
        && readers.stream()
            .allMatch(reader -> reader instanceof Reshape reshape && reshape.dims().size() == 1);
  }

  private static String plural(Shape shape) {
    return shape.rank() == 1
        ? "examples of " + shape.size() + " features"
        : (shape.rank() == 3 ? "images of " : "examples of ") + shape;
  }

  private static String described(List<Shape> shapes) {
    return String.join(" and ", shapes.stream().map(Shape::toString).toList());
  }
}
