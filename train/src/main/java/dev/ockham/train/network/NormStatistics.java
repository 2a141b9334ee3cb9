package dev.ockham.train.network;

import dev.ockham.core.data.Examples;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.prune.BatchNorms;
import dev.ockham.core.prune.UnitMoments;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.TensorMemory;
import dev.ockham.train.engine.TensorScope;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * What the batch norms of a network, and those within its gates, come to outside training: one
 * scale and one shift per unit, for the parameters that the network had when this was made. Owns
 * its native memory.
 */
public final class NormStatistics implements AutoCloseable {

  private record Fixed(NativeTensor scale, NativeTensor shift) {}

  private final Network network;
  private final List<Fixed> norms = new ArrayList<>();
  private final Map<Integer, Fixed> withinGates = new HashMap<>();
  private final Arena arena = Arena.ofShared();

  private NormStatistics(Network network) {
    this.network = network;
  }

  /** Those of a network without batch norms. */
  public static NormStatistics none(Network network) {
    if (network.normalizesByBatch()) {
      throw new IllegalArgumentException(
          "%s normalises by batch, for which it needs statistics"
              .formatted(network.architecture().name()));
    }
    return new NormStatistics(network);
  }

  /**
   * Estimates the statistics from one forward pass of the mean weights over all examples, each
   * batch norm behind what the ones before it make of them. Does nothing for a network without.
   *
   * @param scaling how raw values become inputs
   * @param examples raw training examples; their labels do not matter
   */
  public static NormStatistics of(
      Network network, ModelLayer.Scaling scaling, Examples examples, Kernels kernels) {
    if (!network.normalizesByBatch()) {
      return none(network);
    }
    NormStatistics statistics = new NormStatistics(network);
    try (Arena once = Arena.ofShared();
        Replica replica = new Replica(network, scaling, examples.count(), kernels, once);
        TensorScope _ = new TensorScope()) {
      int[] all = IntStream.range(0, examples.count()).toArray();
      var _ =
          replica.logits(
              examples,
              all,
              null,
              (number, _, h) -> {
                statistics.record(number, h);
                return statistics.apply(number, h);
              },
              (layer, h, gamma, eta) -> {
                statistics.withinGates.put(layer, statistics.fixed(h, gamma, eta));
                return statistics.applyWithinGate(layer, h);
              });
    }
    return statistics;
  }

  private void record(int number, Tensor h) {
    NormLayer norm = network.norms().get(number);
    norms.add(fixed(h, norm.gamma().value().tensor(), norm.beta().value().tensor()));
  }

  private Fixed fixed(Tensor h, Tensor gamma, Tensor beta) {
    long[] shape = h.shape();
    int units = Math.toIntExact(shape[1]);
    UnitMoments moments =
        new UnitMoments(units, shape.length == 2 ? 1 : (int) (shape[2] * shape[3]));
    moments.add(floats(h.contiguous()));
    BatchNorms.Rescaling rescaling = new BatchNorms.Affine(floats(gamma), floats(beta)).at(moments);
    Fixed fixed = new Fixed(NativeTensor.floats(arena, units), NativeTensor.floats(arena, units));
    fixed.scale().set(floats(rescaling.scale()));
    fixed.shift().set(floats(rescaling.shift()));
    return fixed;
  }

  private static float[] floats(Tensor tensor) {
    return TensorMemory.of(tensor).toArray(ValueLayout.JAVA_FLOAT);
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /**
   * The output of a batch norm.
   *
   * @param number which one, from 0
   * @param h {@code [batch, units]} or {@code [batch, units, height, width]}
   */
  public Tensor apply(int number, Tensor h) {
    return apply(norms.get(number), h);
  }

  /**
   * γ·ĥ + η of the batch norm within the gate of a linear layer.
   *
   * @param layer which one, from 0
   * @param h each unit's mean over its positions, {@code [batch, units]}
   */
  public Tensor applyWithinGate(int layer, Tensor h) {
    return apply(Objects.requireNonNull(withinGates.get(layer), "gate"), h);
  }

  private static Tensor apply(Fixed fixed, Tensor h) {
    long[] perUnit = h.dim() == 2 ? new long[] {1, -1} : new long[] {1, -1, 1, 1};
    return h.mul(fixed.scale().tensor().view(perUnit)).add(fixed.shift().tensor().view(perUnit));
  }

  @Override
  public void close() {
    for (Collection<Fixed> all : List.of(norms, withinGates.values())) {
      for (Fixed fixed : all) {
        fixed.scale().close();
        fixed.shift().close();
      }
    }
    arena.close();
  }
}
