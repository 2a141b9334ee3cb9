package dev.ockham.core.evaluate;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.prune.UnitFlow;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Units (features, channels, hidden units) that nodes with weights give, before pruning and after,
 * by {@link UnitFlow}, and what one example costs, by {@link ModelWork}. Where layers are counted
 * by the units that they read, as papers do, {@link ModelWork} has the numbers.
 *
 * @param before by node of the original network, in order
 * @param after the same of what is left; 0 for a node that is gone
 * @param multiplyAddsBefore of the original network, for one example
 * @param multiplyAdds of what is left, for hardware that does not know of zeros
 */
public record UnitsLeft(
    List<Integer> before, List<Integer> after, long multiplyAddsBefore, long multiplyAdds) {

  /** Copies the lists. */
  public UnitsLeft {
    before = List.copyOf(before);
    after = List.copyOf(after);
  }

  /** Counts what is left of a network; a node is known again by its weights. */
  public static UnitsLeft of(Graph original, Model model) {
    UnitFlow flow = UnitFlow.of(model);
    List<Integer> before = new ArrayList<>();
    List<Integer> after = new ArrayList<>();
    Set<String> counted = new HashSet<>();
    for (WeightTensor tensor : WeightTensor.of(original)) {
      if (counted.add(tensor.node().name())) {
        String weights = tensor.parameter().name();
        before.add(original.units(tensor.node().name()));
        after.add(
            model.graph().nodes().stream()
                .filter(node -> node.parameters().containsValue(weights))
                .mapToInt(node -> flow.staying(node.name()).cardinality())
                .findFirst()
                .orElse(0));
      }
    }
    return new UnitsLeft(
        before,
        after,
        ModelWork.of(original).denseMultiplyAdds(),
        ModelWork.of(model).denseMultiplyAdds());
  }

  /** One line such as {@code units 12-7-10 of 16-16-10, 290180 of 360740 multiply-adds}. */
  public String line() {
    return "units %s of %s, %s of %s multiply-adds"
        .formatted(joined(after), joined(before), multiplyAdds, multiplyAddsBefore);
  }

  private static String joined(List<Integer> units) {
    return units.stream().map(String::valueOf).collect(Collectors.joining("-"));
  }
}
