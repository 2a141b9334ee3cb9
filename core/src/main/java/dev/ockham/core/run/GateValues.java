package dev.ockham.core.run;

import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.gate.GateBelief;
import dev.ockham.core.gate.GatedUnits;
import dev.ockham.core.gate.HardConcreteGate;
import dev.ockham.core.method.PosteriorKind;
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
 */
@SuppressWarnings("ArrayRecordComponent") // read once
record GateValues(boolean perWeight, float[] factors, float[] scores) {

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
            each(numbers[0], second, belief::score)));
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

  /** The layer with the factors in its weights and bias. */
  Snapshot.Layer fold(LayerSpec.Linear layer, float[] theta, float[] bias) {
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
