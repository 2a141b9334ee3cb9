package dev.ockham.core.run;

import dev.ockham.core.gate.DependentFactor;
import dev.ockham.runtime.graph.DependentGate;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Filling;
import dev.ockham.runtime.plan.UnitMoments;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Scale and shift of gates that look at the example: their γ and η at the statistics of what they
 * get for the calibration examples, which are those of each unit's mean over its positions.
 *
 * @param model whose gates hold γ as scale and η as shift
 */
record GateStatistics(Model model) implements Filling {

  @Override
  public @Nullable Map<String, Matrix> parameters(Node node, float[] input, int count) {
    if (!(node.operator() instanceof DependentGate gate)) {
      return null;
    }
    Graph graph = model.graph();
    var rescaling =
        UnitMoments.ofMeans(input, graph.shape(node.inputs().getFirst()), gate.axis())
            .rescaling(numbers(node, "scale"), numbers(node, "shift"), DependentFactor.EPSILON);
    return Map.of("scale", rescaling.scales(), "shift", rescaling.shifts());
  }

  private float[] numbers(Node node, String slot) {
    return model.value(Objects.requireNonNull(node.parameters().get(slot), slot)).toDense();
  }
}
