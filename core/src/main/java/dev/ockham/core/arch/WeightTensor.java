package dev.ockham.core.arch;

import dev.ockham.runtime.graph.Convolution;
import dev.ockham.runtime.graph.ConvolutionTransposed;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Linear;
import dev.ockham.runtime.graph.LinearInWeights;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Operator;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A parameter that pruning works on, at the node that takes it (the first, where several share it):
 * what methods, masks, checkpoints and reports go through, in the order of the graph.
 *
 * @param parameter the weights
 * @param node the node that takes them
 */
public record WeightTensor(Parameter parameter, Node node) {

  private static final String WEIGHT = ".weight";

  /** All of a graph, in order. */
  public static List<WeightTensor> of(Graph graph) {
    List<WeightTensor> tensors = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Parameter parameter : graph.prunable()) {
      for (Node node : graph.nodes()) {
        if (node.parameters().containsValue(parameter.name()) && seen.add(parameter.name())) {
          tensors.add(new WeightTensor(parameter, node));
        }
      }
    }
    return List.copyOf(tensors);
  }

  /**
   * What files and reports call it: the parameter's name without {@code .weight}, such as {@code
   * dense1}.
   */
  public String name() {
    String name = parameter.name();
    return name.endsWith(WEIGHT) ? name.substring(0, name.length() - WEIGHT.length()) : name;
  }

  /** Rows of the matrix: for most operators one per output unit. */
  public int outputs() {
    return parameter.rows();
  }

  /** Inputs of a row: features, or channels of a convolution's group. */
  public int inputs() {
    Shape shape = parameter.shape();
    return shape.rank() < 2 ? 1 : shape.dim(1);
  }

  /** Columns of the matrix. */
  public int fanIn() {
    return parameter.columns();
  }

  /** How many weights it has. */
  public long weights() {
    return parameter.shape().size();
  }

  /** The tensor's shape, such as {@code [out, in, height, width]}; the caller owns the array. */
  public long[] shape() {
    return parameter.shape().toLongs();
  }

  /** Whether a node without noise of its weights could be drawn by its outputs' noise instead. */
  public boolean local() {
    return node.operator() instanceof LinearInWeights;
  }

  /** Where methods with gates put one for these weights. */
  public GatePlace gatePlace() {
    Operator operator = node.operator();
    if (operator instanceof Linear) {
      return GatePlace.INPUTS;
    }
    if (operator instanceof Convolution) {
      return GatePlace.OUTPUTS;
    }
    return GatePlace.NONE;
  }

  /** Where a gate stands. */
  public enum GatePlace {
    /** At the features that a dense layer reads. */
    INPUTS,
    /** At the channels that a convolution gives. */
    OUTPUTS,
    /** Nowhere. */
    NONE
  }

  /** What its outputs are called: {@code neurons}, {@code channels}, {@code words}. */
  public String unitKind() {
    Operator operator = node.operator();
    if (operator instanceof Convolution || operator instanceof ConvolutionTransposed) {
      return "channels";
    }
    return operator instanceof Embed ? "words" : "neurons";
  }
}
