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
import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/**
 * What the batch norms of a network come to outside training: one scale and one shift per unit, for
 * the parameters that the network had when this was made. Owns its native memory.
 */
public final class NormStatistics implements AutoCloseable {

  private record Fixed(NativeTensor scale, NativeTensor shift) {}

  private final Network network;
  private final List<Fixed> norms = new ArrayList<>();
  private final Arena arena = Arena.ofShared();

  private NormStatistics(Network network) {
    this.network = network;
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
    NormStatistics statistics = new NormStatistics(network);
    if (network.norms().isEmpty()) {
      return statistics;
    }
    try (Arena once = Arena.ofShared();
        Replica replica = new Replica(network, scaling, examples.count(), kernels, once);
        TensorScope _ = new TensorScope()) {
      int[] all = IntStream.range(0, examples.count()).toArray();
      var _ =
          replica.logits(
              examples,
              all,
              null,
              (number, norm, h) -> {
                statistics.record(number, h);
                return statistics.apply(number, h);
              });
    }
    return statistics;
  }

  private void record(int number, Tensor h) {
    NormLayer norm = network.norms().get(number);
    long[] shape = h.shape();
    int units = norm.spec().units();
    UnitMoments moments =
        new UnitMoments(units, shape.length == 2 ? 1 : (int) (shape[2] * shape[3]));
    moments.add(TensorMemory.of(h.contiguous()).toArray(ValueLayout.JAVA_FLOAT));
    BatchNorms.Rescaling rescaling =
        new BatchNorms.Affine(norm.gamma().value().toArray(), norm.beta().value().toArray())
            .at(moments);
    Fixed fixed = new Fixed(NativeTensor.floats(arena, units), NativeTensor.floats(arena, units));
    fixed.scale().set(floats(rescaling.scale()));
    fixed.shift().set(floats(rescaling.shift()));
    norms.add(fixed);
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
    Fixed fixed = norms.get(number);
    long[] perUnit = h.dim() == 2 ? new long[] {1, -1} : new long[] {1, -1, 1, 1};
    return h.mul(fixed.scale().tensor().view(perUnit)).add(fixed.shift().tensor().view(perUnit));
  }

  @Override
  public void close() {
    for (Fixed fixed : norms) {
      fixed.scale().close();
      fixed.shift().close();
    }
    arena.close();
  }
}
