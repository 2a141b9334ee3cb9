package dev.ockham.train.run;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.prune.SurvivingPaths;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.WeightLayer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A network without half of the weights that it still has: of those that the method works on, the
 * ones with the highest scores.
 *
 * @param network whose weights they are
 * @param masks which stay, per layer
 */
record Halving(Network network, List<Mask> masks) {

  /** What would stay of a network as it is now. */
  static Halving of(Network network, Kernels kernels) {
    List<float[]> scores = new ArrayList<>();
    long left = 0;
    for (WeightLayer layer : network.layers()) {
      if (layer.pruned()) {
        scores.add(Objects.requireNonNull(layer.scores(kernels), layer.name()));
        left += nonZero(layer);
      }
    }
    List<Mask> kept = Mask.keeping(scores, left / 2).masks();
    List<Mask> masks = new ArrayList<>();
    int next = 0;
    for (WeightLayer layer : network.layers()) {
      masks.add(
          layer.pruned()
              ? kept.get(next++)
              : Mask.all((int) layer.weights().theta().value().size()));
    }
    return new Halving(network, masks);
  }

  private static int nonZero(WeightLayer layer) {
    int count = 0;
    for (float value : layer.weights().theta().value().toArray()) {
      count += value == 0 ? 0 : 1;
    }
    return count;
  }

  /** Whether a path from input to output is left through every layer. */
  boolean keepsPaths() {
    Map<String, Mask> byParameter = new HashMap<>();
    for (int i = 0; i < masks.size(); i++) {
      byParameter.put(network.layers().get(i).tensor().parameter().name(), masks.get(i));
    }
    return SurvivingPaths.firstDeadNode(network.graph(), byParameter).isEmpty();
  }

  /** Sets the other weights to 0. */
  void apply(Kernels kernels) {
    for (int i = 0; i < masks.size(); i++) {
      WeightLayer layer = network.layers().get(i);
      if (layer.pruned()) {
        layer.weights().keepOnly(masks.get(i));
        layer.weights().refresh(kernels); // As a resumed run would find them.
      }
    }
  }
}
