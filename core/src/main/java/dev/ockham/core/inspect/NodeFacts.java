package dev.ockham.core.inspect;

import dev.ockham.runtime.graph.Shape;
import java.util.List;

/**
 * One node of a network.
 *
 * @param name of the node
 * @param operator what it computes, as files call it, such as {@code convolution}
 * @param settings the operator's settings in a few words, such as {@code 3×3, stride 2}; may be
 *     empty
 * @param family of the operator
 * @param inputs names of the values that it reads
 * @param shape of what it gives for one example
 * @param parameters numbers of all its parameters; of shared ones at the first node that takes them
 * @param weights those of them that pruning may take
 * @param nonzero weights that differ from 0; all of them where no numbers are known
 * @param multiplyAdds for one example, on hardware that does not know of zeros
 */
public record NodeFacts(
    String name,
    String operator,
    String settings,
    OperatorFamily family,
    List<String> inputs,
    Shape shape,
    long parameters,
    long weights,
    long nonzero,
    long multiplyAdds) {
  /** Copies the list. */
  public NodeFacts {
    inputs = List.copyOf(inputs);
  }
}
