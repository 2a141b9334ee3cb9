package dev.ockham.core.arch;

import dev.ockham.runtime.Answer;
import dev.ockham.runtime.graph.Constant;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Role;
import dev.ockham.runtime.graph.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The noise of numbers that a network predicts, as an output of its own: the logarithms of the
 * variances, which are learnt as biases are, the same for every example. As a part of the graph it
 * is saved, exported and run with everything else. A network whose second output is as large as its
 * first says itself how large the noise is, example by example.
 */
public final class NoiseOutput {

  /** The output, and the node that gives it. */
  public static final String NAME = "log_variance";

  /** The parameter that is learnt. */
  public static final String PARAMETER = NAME + ".value";

  private NoiseOutput() {}

  /**
   * A network with the noise of its only output, if that is missing.
   *
   * @throws IllegalArgumentException if it has two outputs of other sizes, or more of them
   */
  public static Architecture added(Architecture architecture) {
    Graph graph = architecture.graph();
    if (Answer.saysNoise(graph)) {
      return architecture;
    }
    if (graph.outputs().size() != 1) {
      throw new IllegalArgumentException(
          "architecture '%s' gives %s; numbers need one output, or a second one as large for the"
                  .formatted(architecture.name(), graph.outputs())
              + " logarithms of variances");
    }
    Shape shape = architecture.outputShapes().getFirst();
    List<Parameter> parameters = new ArrayList<>(graph.parameters());
    parameters.add(new Parameter(PARAMETER, shape, Role.BIAS));
    List<Node> nodes = new ArrayList<>(graph.nodes());
    nodes.add(
        new Node(NAME, new Constant(shape, Role.BIAS, -1), List.of(), Map.of("value", PARAMETER)));
    List<String> outputs = List.of(graph.outputs().getFirst(), NAME);
    return new Architecture(
        architecture.name(), new Graph(graph.inputs(), parameters, nodes, outputs));
  }
}
