package dev.ockham.train.run;

import dev.ockham.core.prune.Mask;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.WeightLayer;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The weights that are 0 at one moment, so that steps which know nothing of them can be undone
 * there. A checkpoint made later says again which they are.
 */
final class ZeroWeights {

  /** The weights of each layer, row-major. */
  private final List<MemorySegment> weights = new ArrayList<>();

  /** Indices of those that are 0, of each layer. */
  private final List<int[]> zeros = new ArrayList<>();

  private ZeroWeights() {}

  /** Those of a network as it is now; the network must outlive them. */
  static ZeroWeights of(Network network) {
    ZeroWeights result = new ZeroWeights();
    for (WeightLayer layer : network.layers()) {
      float[] values = layer.weights().theta().value().toArray();
      result.weights.add(layer.weights().theta().value().segment());
      result.zeros.add(IntStream.range(0, values.length).filter(i -> values[i] == 0).toArray());
    }
    return result;
  }

  /** All other weights, per layer. */
  List<Mask> others() {
    List<Mask> others = new ArrayList<>();
    for (int layer = 0; layer < weights.size(); layer++) {
      BitSet zero = new BitSet();
      Arrays.stream(zeros.get(layer)).forEach(zero::set);
      int length = Math.toIntExact(weights.get(layer).byteSize() / Float.BYTES);
      others.add(Mask.all(length).where(i -> !zero.get(i)));
    }
    return others;
  }

  /** Sets them to 0 again. */
  void restore() {
    for (int layer = 0; layer < weights.size(); layer++) {
      MemorySegment segment = weights.get(layer);
      for (int index : zeros.get(layer)) {
        segment.setAtIndex(ValueLayout.JAVA_FLOAT, index, 0);
      }
    }
  }
}
