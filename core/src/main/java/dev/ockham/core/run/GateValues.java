package dev.ockham.core.run;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.gate.DependentFactor;
import dev.ockham.core.gate.GateBelief;
import dev.ockham.core.gate.GatedUnits;
import dev.ockham.core.gate.HardConcreteGate;
import dev.ockham.core.method.PosteriorKind;
import dev.ockham.core.spec.MethodSpec;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a checkpoint says of a layer's gates: the factor of each unit or weight, and its score.
 *
 * @param perWeight whether every weight has a gate, and not every unit
 * @param factors what multiplies each at test time
 * @param scores the larger, the less it matters
 * @param gamma γ where the factors look at the example
 * @param eta η where the factors look at the example
 */
@SuppressWarnings("ArrayRecordComponent") // read once
record GateValues(
    boolean perWeight,
    float[] factors,
    float[] scores,
    float @Nullable [] gamma,
    float @Nullable [] eta) {

  /** The gates of a layer; empty where the method has none. */
  static Optional<GateValues> read(MethodSpec method, WeightTensor layer, Checkpoint checkpoint)
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
            method.method().gate().dependent()
                ? ofNorm(DependentFactor.GAMMA, layer, checkpoint)
                : null,
            method.method().gate().dependent()
                ? ofNorm(DependentFactor.ETA, layer, checkpoint)
                : null));
  }

  /** What a checkpoint has of each gate of a layer, which must have some per unit. */
  static List<GateBelief.Parameters> parameters(
      MethodSpec method, WeightTensor layer, Checkpoint checkpoint) throws IOException {
    String[] names = method.gateBelief(layer).orElseThrow().names();
    int count = GatedUnits.count(layer);
    float[][] numbers = {new float[count], new float[count]};
    for (int i = 0; i < names.length; i++) {
      String name = ParameterNames.gate(layer) + "." + names[i];
      numbers[i] = checkpoint.tensor(name, count).toFloats();
    }
    return IntStream.range(0, count)
        .mapToObj(i -> new GateBelief.Parameters(numbers[0][i], numbers[1][i]))
        .toList();
  }

  private static float[] ofNorm(String which, WeightTensor layer, Checkpoint checkpoint)
      throws IOException {
    String name = ParameterNames.gate(layer) + "." + which;
    return checkpoint.tensor(name, GatedUnits.count(layer)).toFloats();
  }

  private static @Nullable GateBelief belief(MethodSpec method, WeightTensor layer) {
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

  /**
   * The layer with the factors in its weights, or beside them if they must stay.
   *
   * @param plain all other parameters; the bias of outputs with factors is multiplied by them
   */
  Snapshot.Layer fold(WeightTensor layer, float[] theta, Map<String, float[]> plain) {
    if (gamma != null && eta != null) {
      return new Snapshot.Layer(
          layer,
          theta,
          GatedUnits.spread(layer, scores),
          new Snapshot.DependentUnits(factors, gamma, eta));
    }
    if (perWeight) {
      float[] folded = theta.clone();
      for (int i = 0; i < folded.length; i++) {
        folded[i] *= factors[i];
      }
      return new Snapshot.Layer(layer, folded, scores);
    }
    String bias = layer.node().parameters().get("bias");
    if (bias != null) {
      plain.computeIfPresent(bias, (_, all) -> GatedUnits.foldBias(layer, all, factors));
    }
    return new Snapshot.Layer(
        layer, GatedUnits.foldWeights(layer, theta, factors), GatedUnits.spread(layer, scores));
  }
}
