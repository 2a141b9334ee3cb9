package dev.ockham.runtime.model;

import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A network with its numbers: an immutable graph and, beside it, one matrix for each of its
 * parameters. A parameter of shape {@code [a, b, c…]} is a matrix of a rows and b·c·… columns; a
 * vector has one column.
 *
 * @param architecture name of the network that it came from, such as {@code lenet-5-caffe}
 * @param graph what is computed
 * @param values numbers by the name of the parameter
 */
public record Model(String architecture, Graph graph, Map<String, Matrix> values) {
  /**
   * Copies the map and checks that each parameter has its numbers, as many as its shape says, all
   * of them finite, that there are no others, and that no factor of a {@link DependentGate} is
   * below 0.
   *
   * @throws IllegalArgumentException naming the parameter and the sizes or the number
   */
  public Model {
    Map<String, Matrix> copy = new LinkedHashMap<>();
    for (Parameter parameter : graph.parameters()) {
      Matrix matrix = values.get(parameter.name());
      if (matrix == null) {
        throw new IllegalArgumentException("parameter '" + parameter.name() + "' has no numbers");
      }
      check(parameter, matrix);
      copy.put(parameter.name(), matrix);
    }
    for (String name : values.keySet()) {
      if (!copy.containsKey(name)) {
        throw new IllegalArgumentException("'" + name + "' is no parameter of the graph");
      }
    }
    for (Node node : graph.nodes()) {
      if (node.operator() instanceof DependentGate) {
        checkFactors(node, copy);
      }
    }
    values = Collections.unmodifiableMap(copy);
  }

  /** Pruning takes a unit of factor 0 for one that is shut for good, and any other for open. */
  private static void checkFactors(Node gate, Map<String, Matrix> values) {
    float[] factors = Objects.requireNonNull(values.get(gate.parameters().get("factor"))).toDense();
    for (int unit = 0; unit < factors.length; unit++) {
      if (factors[unit] < 0) {
        throw new IllegalArgumentException(
            "gate '" + gate.name() + "': factor[" + unit + "] = " + factors[unit] + " is negative");
      }
    }
  }

  private static void check(Parameter parameter, Matrix matrix) {
    if (matrix.rows() != parameter.rows() || matrix.cols() != parameter.columns()) {
      throw new IllegalArgumentException(
          "parameter '"
              + parameter.name()
              + "' of "
              + parameter.shape()
              + " has a matrix of "
              + matrix.rows()
              + " × "
              + matrix.cols());
    }
    float[] stored =
        matrix instanceof CsrMatrix sparse ? sparse.values() : matrix.asDense().values();
    for (int i = 0; i < stored.length; i++) {
      if (!Float.isFinite(stored[i])) {
        throw new IllegalArgumentException(
            "parameter '"
                + parameter.name()
                + "': number "
                + i
                + " = "
                + stored[i]
                + " is not finite");
      }
    }
  }

  /** Shape of one example, for a model with one input. */
  public Shape input() {
    if (graph.inputs().size() != 1) {
      throw new IllegalStateException(
          architecture + " has " + graph.inputs().size() + " inputs, not one");
    }
    return graph.inputs().get(0).shape();
  }

  /** Numbers that it gives for one example, for a model with one output: logits of classes. */
  public int classes() {
    if (graph.outputs().size() != 1) {
      throw new IllegalStateException(
          architecture + " has " + graph.outputs().size() + " outputs, not one");
    }
    return graph.shape(graph.outputs().get(0)).size();
  }

  /** Numbers of a parameter. */
  public Matrix value(String parameter) {
    return Objects.requireNonNull(values.get(parameter), parameter);
  }

  /** Number of weights in all parameters that can be pruned, biases not counted. */
  public long weightCount() {
    return graph.weights();
  }

  /** Number of weights that differ from zero, recounted from the values, biases not counted. */
  public long nonZeroWeights() {
    return graph.prunable().stream().mapToLong(p -> value(p.name()).nonZeros()).sum();
  }
}
