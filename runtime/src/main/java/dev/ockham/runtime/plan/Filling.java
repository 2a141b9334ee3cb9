package dev.ockham.runtime.plan;

import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.model.Matrix;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Is asked for parameters before a node runs in a pass over calibration examples: what they depend
 * on is known only then.
 */
@FunctionalInterface
public interface Filling {

  /** Leaves all parameters as they are. */
  Filling NONE = (node, input, count) -> null;

  /**
   * Parameters of a node.
   *
   * @param node which one
   * @param input values of its first input for all examples, {@code [count, size]}; the callee owns
   *     them
   * @param count number of examples
   * @return parameters by the operator's names for them, which take the place of the model's; null
   *     to leave these as they are
   */
  @Nullable Map<String, Matrix> parameters(Node node, float[] input, int count);

  /**
   * Whether a node is asked for: {@link #parameters} costs a copy of all values of its input.
   * Unless it is said otherwise, gates that look at the example.
   */
  default boolean fills(Node node) {
    return node.operator() instanceof DependentGate;
  }
}
