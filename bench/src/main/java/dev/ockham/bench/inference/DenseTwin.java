package dev.ockham.bench.inference;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.run.MeanModel;
import dev.ockham.onnx.check.RandomInputs;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.graph.Standardize;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The network of full size that a pruned model came from, where the model says its name. */
public final class DenseTwin {

  private static final int EXAMPLES = 4;
  private static final long SEED = 1;
  private static final double LIMIT = 1e-4;

  private DenseTwin() {}

  /**
   * A pruned model beside its twin. What was pruned away is filled with zeros, units that are gone
   * behind those that stayed, so that both are the same function. Where that does not work, since
   * units that are gone stood in a sum with others, the twin has numbers of its own, drawn from a
   * seed; and where the name says no network, it is the model itself.
   *
   * @throws RaceException if the model has several inputs or outputs
   */
  public static Entrants of(Model pruned) throws RaceException {
    Architecture architecture;
    try {
      architecture = Architectures.parse(pruned.architecture());
    } catch (IllegalArgumentException e) {
      return Entrants.of(pruned, pruned, "the model as it is, since no network has its name", true);
    }
    String name = architecture.name();
    if (!architecture.hasBatchNorm()) {
      Model filled = scaledLike(pruned, filled(pruned, architecture));
      if (same(pruned, filled)) {
        return Entrants.of(pruned, filled, name + ", zeros where weights are gone", true);
      }
    }
    Model drawn = scaledLike(pruned, new RandomNetwork(architecture, SEED).dense());
    return Entrants.of(pruned, drawn, name + ", weights drawn from seed " + SEED, false);
  }

  /** The network with the model's numbers in the first rows and columns of its own. */
  private static Model filled(Model pruned, Architecture architecture) {
    Map<String, Matrix> values = new LinkedHashMap<>();
    for (Parameter parameter : architecture.graph().parameters()) {
      Matrix stays = pruned.values().get(parameter.name());
      float[] numbers = new float[parameter.shape().size()];
      if (stays != null) {
        put(
            stays.toDense(),
            pruned.graph().parameter(parameter.name()).shape(),
            numbers,
            parameter.shape());
      }
      values.put(parameter.name(), DenseMatrix.of(parameter.rows(), parameter.columns(), numbers));
    }
    return new Model(architecture.name(), architecture.graph(), values);
  }

  /** Copies a tensor into the corner of a larger one; leaves it alone where it does not fit. */
  private static void put(float[] from, Shape small, float[] to, Shape large) {
    if (small.rank() != large.rank()) {
      return;
    }
    for (int axis = 0; axis < small.rank(); axis++) {
      if (small.dim(axis) > large.dim(axis)) {
        return;
      }
    }
    for (int i = 0; i < from.length; i++) {
      int rest = i;
      int at = 0;
      int stride = 1;
      for (int axis = small.rank() - 1; axis >= 0; axis--) {
        at += rest % small.dim(axis) * stride;
        rest /= small.dim(axis);
        stride *= large.dim(axis);
      }
      to[at] = from[i];
    }
  }

  /** Puts before a network what the model scales its input by. */
  private static Model scaledLike(Model pruned, Model network) {
    String input = pruned.graph().inputs().getFirst().name();
    for (Node node : pruned.graph().nodes()) {
      if (node.operator() instanceof Standardize && node.inputs().contains(input)) {
        return MeanModel.scaled(
            network,
            new InputScaling(numbers(pruned, node, "mean"), numbers(pruned, node, "scale")));
      }
    }
    return network;
  }

  private static float[] numbers(Model model, Node node, String slot) {
    return model.value(Objects.requireNonNull(node.parameters().get(slot), slot)).toDense();
  }

  private static boolean same(Model pruned, Model filled) {
    if (!pruned.input().equals(filled.input()) || pruned.classes() != filled.classes()) {
      return false;
    }
    String input = pruned.graph().inputs().getFirst().name();
    float[] examples =
        Objects.requireNonNull(RandomInputs.draw(pruned, EXAMPLES, SEED).inputs().get(input));
    return InferenceRace.difference(
            Plan.of(pruned).run(examples, EXAMPLES, 1), Plan.of(filled).run(examples, EXAMPLES, 1))
        <= LIMIT;
  }
}
