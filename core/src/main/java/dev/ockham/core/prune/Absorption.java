package dev.ockham.core.prune;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.LinearInWeights;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Normalize;
import dev.ockham.runtime.graph.Recurrent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which nodes can take what constant units come to into their bias. */
final class Absorption {

  /** What folding may do to a graph. */
  enum May {
    /** Change biases alone; nothing that a training network has no place for. */
    CHANGE_BIASES,
    /** Also give nodes biases that had none, and put maps behind padded convolutions. */
    ADD_PARAMETERS
  }

  private final Graph graph;
  private final May may;
  private final Map<String, Integer> uses = new HashMap<>();
  private final Map<String, List<Node>> readers;

  Absorption(Graph graph, May may) {
    this.graph = graph;
    this.may = may;
    this.readers = graph.readers();
    for (Node node : graph.nodes()) {
      node.parameters().values().forEach(name -> uses.merge(name, 1, Integer::sum));
    }
  }

  /** The operator's name for the bias that takes constants up; null where it has none. */
  static @Nullable String bias(Node node) {
    return switch (node.operator()) {
      case LinearInWeights _ -> "bias";
      case Recurrent _ -> "bias_ih";
      default -> null;
    };
  }

  /** The operator's name for the weights that read inputs; null where it has none. */
  static @Nullable String weight(Node node) {
    return switch (node.operator()) {
      case LinearInWeights operator -> operator.weight();
      case Recurrent _ -> "weight_ih";
      default -> null;
    };
  }

  /** Whether nodes and parameters may change. */
  boolean mayAdd() {
    return may == May.ADD_PARAMETERS;
  }

  /** Whether no other node takes a node's bias too. */
  boolean ownsBias(Node node) {
    String slot = bias(node);
    String name = slot == null ? null : node.parameters().get(slot);
    return name != null && uses.getOrDefault(name, 0) == 1;
  }

  /** Whether a node need not read a unit of its first input that has the given numbers. */
  boolean takes(Node node, float[] constant) {
    if (ConstantMap.isZero(constant)) {
      return true;
    }
    boolean differs =
        node.operator() instanceof Recurrent
            ? constant.length > 1
            : Contribution.differs(node.operator(), constant);
    return switch (may) {
      case ADD_PARAMETERS -> !(differs && node.operator() instanceof Recurrent);
      case CHANGE_BIASES -> !differs && (ownsBias(node) || loses(node));
    };
  }

  /**
   * Whether what is added to all numbers of a unit is lost: a batch norm that takes its mean from
   * the examples is all that reads it.
   */
  boolean loses(Node node) {
    List<Node> read = readers.getOrDefault(node.name(), List.of());
    return !graph.gives(node.name())
        && read.size() == 1
        && read.getFirst().operator() instanceof Normalize norm
        && norm.over() == Normalize.Over.BATCH
        && !read.getFirst().parameters().containsKey("mean");
  }
}
