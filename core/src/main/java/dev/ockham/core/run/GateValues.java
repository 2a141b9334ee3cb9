package dev.ockham.core.run;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.gate.DependentFactor;
import dev.ockham.core.gate.GateBelief;
import dev.ockham.core.gate.GatedUnits;
import dev.ockham.core.gate.HardConcreteGate;
import dev.ockham.core.method.PosteriorKind;
import dev.ockham.core.prune.BatchNorms;
import dev.ockham.core.spec.MethodSpec;
import java.io.IOException;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint says of a layer's gates: the factor of each unit or weight, and its score.
 *
 * @param perWeight whether every weight has a gate, and not every unit
 * @param factors what multiplies each at test time
 * @param scores the larger, the less it matters
 * @param norm γ and η where the factors look at the example
 */
@SuppressWarnings("ArrayRecordComponent") // read once
record GateValues(
    boolean perWeight, float[] factors, float[] scores, BatchNorms.@Nullable Affine norm) {

  /** The gates of a layer; empty where the method has none. */
  static Optional<GateValues> read(MethodSpec method, LayerSpec.Linear layer, Checkpoint checkpoint)
      throws IOException {
    GateBelief belief = belief(method, layer);
    if (belief == null) {
      return Optional.empty();
    }
    boolean perWeight = method.method().posterior() == PosteriorKind.HARD_CONCRETE;
    long[] shape = perWeight ? layer.shape() : new long[] {GatedUnits.count(layer)};
    String[] names = belief.names();
    float[][] numbers = new float[2][];
    for (int i = 0; i < names.length; i++) {
      String name = ParameterNames.gate(layer) + "." + names[i];
      numbers[i] = checkpoint.tensor(name, shape).toFloats();
    }
    float[] second = names.length > 1 ? numbers[1] : new float[numbers[0].length];
    return Optional.of(
        new GateValues(
            perWeight,
            each(numbers[0], second, belief::factor),
            each(numbers[0], second, belief::score),
            method.method().gate().dependent() ? norm(layer, checkpoint) : null));
  }

  private static BatchNorms.Affine norm(LayerSpec.Linear layer, Checkpoint checkpoint)
      throws IOException {
    String gate = ParameterNames.gate(layer) + ".";
    int units = GatedUnits.count(layer);
    return new BatchNorms.Affine(
        checkpoint.tensor(gate + DependentFactor.GAMMA, units).toFloats(),
        checkpoint.tensor(gate + DependentFactor.ETA, units).toFloats());
  }

  private static @Nullable GateBelief belief(MethodSpec method, LayerSpec.Linear layer) {
    return method.method().posterior() == PosteriorKind.HARD_CONCRETE
        ? new HardConcreteGate(1)
        : method.gateBelief(layer).orElse(null);
  }

  private static float[] each(
      float[] first, float[] second, ToDoubleFunction<GateBelief.Parameters> of) {
    float[] values = new float[first.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) of.applyAsDouble(new GateBelief.Parameters(first[i], second[i]));
    }
    return values;
  }

  /** The layer with the factors in its weights and bias, or beside them if they must stay. */
  Snapshot.Layer fold(LayerSpec.Linear layer, float[] theta, float[] bias) {
    if (norm != null) {
      return new Snapshot.Layer(
          layer,
          theta,
          GatedUnits.spread(layer, scores),
          bias,
          new Snapshot.DependentUnits(factors, norm));
    }
    if (perWeight) {
      float[] folded = theta.clone();
      for (int i = 0; i < folded.length; i++) {
        folded[i] *= factors[i];
      }
      return new Snapshot.Layer(layer, folded, scores, bias);
    }
    return new Snapshot.Layer(
        layer,
        GatedUnits.foldWeights(layer, theta, factors),
        GatedUnits.spread(layer, scores),
        GatedUnits.foldBias(layer, bias, factors));
  }
}
