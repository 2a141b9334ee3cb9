package dev.ockham.train.pass;

import dev.ockham.core.method.Estimator;
import dev.ockham.train.posterior.WeightLeaves;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;

/**
 * One thread's leaves over the parameters of a graph: tensors over shared memory with gradients of
 * their own. Owned by whoever made them.
 *
 * @param weights of parameters that can be pruned, by name
 * @param numbers of all other parameters, by name; those that are not trained ask for no gradient
 * @param gates what multiplies values, and where
 * @param drawn numbers of the pre-activations that are left of a node's, among those of one example
 *     in the original network, ascending; by the node's name, and not there where all are left
 * @param estimator how noisy weights enter
 */
public record PassLeaves(
    Map<String, WeightLeaves> weights,
    Map<String, Tensor> numbers,
    List<GatePlace> gates,
    Map<String, int[]> drawn,
    Estimator estimator) {
  /** Copies the collections. */
  public PassLeaves {
    weights = Map.copyOf(weights);
    numbers = Map.copyOf(numbers);
    gates = List.copyOf(gates);
    drawn = Map.copyOf(drawn);
  }

  /** Leaves of a network without gates that has all of its units. */
  public PassLeaves(
      Map<String, WeightLeaves> weights, Map<String, Tensor> numbers, Estimator estimator) {
    this(weights, numbers, List.of(), Map.of(), estimator);
  }

  /** Leaves of a parameter that can be pruned. */
  WeightLeaves weightsOf(String parameter) {
    return Objects.requireNonNull(weights.get(parameter), parameter);
  }

  /** Leaf of another parameter. */
  Tensor numbersOf(String parameter) {
    return Objects.requireNonNull(numbers.get(parameter), parameter);
  }
}
