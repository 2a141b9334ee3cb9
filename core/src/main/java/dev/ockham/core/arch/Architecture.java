package dev.ockham.core.arch;

import dev.ockham.core.data.InputScaling;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Reshape;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Standardize;
import java.util.ArrayList;
import java.util.List;

/**
 * A network that can be trained, and its name. It has inputs and outputs of any number and shape;
 * one that tells classes gives one vector, see {@link #classifies}.
 *
 * @param name {@link Architectures#parse} turns the name of a listed network, or a {@code net:}
 *     text, back into this value; any other name is only a label
 * @param graph the network
 */
public record Architecture(String name, Graph graph) {

  /**
   * Checks that there is something to train.
   *
   * @throws IllegalArgumentException if the name is blank, or the graph has no weights
   */
  public Architecture {
    if (name.isBlank()) {
      throw new IllegalArgumentException("architecture '" + name + "' needs a name");
    }
    if (graph.prunable().isEmpty()) {
      throw new IllegalArgumentException(
          "architecture '" + name + "' has no weights; add a layer such as dense");
    }
  }

  /**
   * A network of one's own under a name of one's own.
   *
   * @throws IllegalArgumentException if it has no weights, or the name stands for another network
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

  /**
   * Shape of one example: that of the input or, where there are several, as many numbers in a row
   * as all of them take, one input after another.
   */
  public Shape example() {
    return inputs().size() == 1
        ? inputs().getFirst().shape()
        : Shape.of(inputs().stream().mapToInt(input -> input.shape().size()).sum());
  }

  /**
   * Whether an input is of measurements, which are scaled. Numbers of a vocabulary's entries, and
   * lengths, are not; nor is what the network scales itself, as one does that came from a model.
   */
  public boolean scales(Input input) {
    if (input.shape().rank() == 0) {
      return false;
    }
    return graph.nodes().stream()
        .filter(node -> node.inputs().contains(input.name()))
        .noneMatch(
            node -> node.operator() instanceof Embed || node.operator() instanceof Standardize);
  }

  /** A scaling of the numbers of an example that leaves alone those that are not scaled. */
  public InputScaling scaled(InputScaling all) {
    if (inputs().stream().allMatch(this::scales)) {
      return inputs().size() == 1 || all.shared() ? all : all.over(example().size());
    }
    if (inputs().stream().noneMatch(this::scales)) {
      return InputScaling.NONE;
    }
    InputScaling each = all.over(example().size());
    float[] mean = each.mean();
    float[] scale = each.scale();
    int from = 0;
    for (Input input : inputs()) {
      for (int i = from; i < from + input.shape().size(); i++) {
        if (!scales(input)) {
          mean[i] = 0;
          scale[i] = 1;
        }
      }
      from += input.shape().size();
    }
    return new InputScaling(mean, scale);
  }

  /** Whether a network has a batch norm, whose statistics are taken from data. */
  public boolean hasBatchNorm() {
    return graph.nodes().stream()
        .anyMatch(node ->
            node.operator() instanceof Normalize norm && norm.over() == Normalize.Over.BATCH);
  }

  /** What pruning works on, in order. */
  public List<WeightTensor> weightTensors() {
    return WeightTensor.of(graph);
  }

  /** Whether its output can be logits of classes: one vector. */
  public boolean classifies() {
    return graph.outputs().size() == 1 && outputShapes().getFirst().rank() == 1;
  }

  /**
   * Number of classes: size of the vector that it gives.
   *
   * @throws IllegalStateException if it gives something else
   */
  public int classes() {
    if (!classifies()) {
      throw new IllegalStateException(name + " gives " + outputShapes() + ", not one vector");
    }
    return outputShapes().getFirst().size();
  }

  /** Shapes of what it gives for one example, in the graph's order. */
  public List<Shape> outputShapes() {
    return graph.outputs().stream().map(graph::shape).toList();
  }

  /** All weights that pruning may take: the denominator of every sparsity and compression. */
  public long weights() {
    return graph.weights();
  }

  /** All numbers that are trained: weights, biases, what norms scale and shift by. */
  public long parameters() {
    return graph.trained();
  }

  /**
   * Checks that this network can learn the labels of examples of the given shape and class count.
   *
   * @throws IllegalArgumentException naming the architecture, the data and the sizes that differ,
   *     or what it gives where that is not one vector
   */
  public void requireFits(String data, Shape example, int dataClasses) {
    requireFits(data, example);
    if (graph.outputs().size() != 1) {
      throw new IllegalArgumentException(
          "architecture '%s' gives %s, but labels need one vector; --loss teacher needs no labels"
              .formatted(name, graph.outputs()));
    }
    if (!classifies()) {
      throw new IllegalArgumentException(
          "architecture '%s' gives %s, not a vector; add flatten or gap, or train with --loss teacher"
              .formatted(name, outputShapes().getFirst()));
    }
    if (classes() < dataClasses) {
      throw new IllegalArgumentException(
          "architecture '%s' has %s outputs, but '%s' has %s classes"
              .formatted(name, classes(), data, dataClasses));
    }
  }

  /**
   * Checks that examples of the given shape can be fed to this network. Rows of a grey picture can
   * be the steps of a sequence.
   *
   * @throws IllegalArgumentException naming the architecture, the data and the sizes that differ
   */
  public void requireFits(String data, Shape example) {
    if (inputs().size() == 1) {
      requireFits(data, inputs().getFirst(), example);
    } else if (example.size() != example().size()) {
      throw new IllegalArgumentException(
          "architecture '%s' takes %s numbers (%s), but '%s' has %s"
              .formatted(
                  name,
                  example().size(),
                  String.join(", ", inputs().stream().map(Architecture::described).toList()),
                  data,
                  plural(example)));
    }
  }

  private void requireFits(String data, Input input, Shape example) {
    boolean flat = flat(input);
    boolean fits =
        flat
            ? input.shape().size() == example.size()
            : input.shape().equals(example) || rowsAreSteps(input.shape(), example);
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

  /** Whether a sequence of steps can be the rows of a grey picture: the same numbers. */
  private static boolean rowsAreSteps(Shape sequence, Shape picture) {
    return sequence.rank() == 2
        && picture.rank() == 3
        && picture.dim(0) == 1
        && sequence.dims().equals(picture.dims().subList(1, 3));
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

  private static String described(Input input) {
    return input.name() + " of " + input.shape();
  }
}
