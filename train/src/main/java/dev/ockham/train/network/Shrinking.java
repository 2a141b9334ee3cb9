package dev.ockham.train.network;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.LayerSpec;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.Estimator;
import dev.ockham.core.method.GateKind;
import dev.ockham.core.method.PosteriorKind;
import dev.ockham.core.method.WeightScore;
import dev.ockham.core.prune.Compaction;
import dev.ockham.core.prune.LiveUnits;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.runtime.model.ModelLayer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Takes units out of a network while it trains, by the rules of {@link Compaction}: a unit that
 * reads nothing is a constant, which the biases behind it take over; one that nobody reads just
 * goes, and so does an input that the first layer does not read.
 */
public final class Shrinking {

  private Shrinking() {}

  /**
   * Whether networks of a kind can lose units in training: the weights have means and variances of
   * their own, whose log α decides, and layers have neither gates nor batch norms.
   */
  public static boolean knows(Architecture architecture, MethodSpec method) {
    PosteriorKind posterior = method.method().posterior();
    return method.method().prunes()
        && method.method().gate() == GateKind.NONE
        && posterior.hasLogSigma2()
        && method.method().score() == WeightScore.LOG_ALPHA
        && method.estimator() == Estimator.LOCAL
        && architecture.batchNorms().isEmpty();
  }

  /**
   * The network of the units that matter if only some weights stay.
   *
   * @param network stays as it is, and the caller's to close
   * @param kept the weights that stay, per layer
   * @return empty where all units matter, or some layer would lose all of its own
   */
  public static Optional<Network> shrink(Network network, List<Mask> kept, Kernels kernels) {
    Architecture architecture = network.architecture();
    List<Snapshot.Layer> layers = new ArrayList<>();
    for (LinearLayer layer : network.layers()) {
      float[] bias = layer.bias().value().toArray();
      layers.add(new Snapshot.Layer(layer.spec(), layer.weights().meanWeights(), null, bias));
    }
    Snapshot means =
        new Snapshot(
            architecture,
            network.method().method(),
            network.method().threshold(),
            new ModelLayer.InputScaling(0, 1),
            layers);
    List<Compaction.Remains> remains = Compaction.remains(means.masked(kept));
    if (remains.stream().anyMatch(layer -> layer.outputs().isEmpty())) {
      return Optional.empty();
    }
    LiveUnits part =
        LiveUnits.of(
            architecture,
            inputs(architecture, remains.getFirst().outputs(), kept.getFirst()),
            remains.stream().map(Compaction.Remains::outputs).toList());
    return part.isAll()
        ? Optional.empty()
        : Optional.of(
            network.keepOnly(
                part, remains.stream().map(Compaction.Remains::bias).toList(), kernels));
  }

  /** What units that stay read of the first layer's inputs. */
  private static BitSet inputs(Architecture architecture, BitSet outputs, Mask kept) {
    LayerSpec.Linear first = architecture.linearLayers().getFirst();
    if (!LiveUnits.canDropInputs(architecture)) {
      BitSet all = new BitSet();
      all.set(0, first.inputs());
      return all;
    }
    int width = first.inputs();
    BitSet read = new BitSet();
    outputs.stream()
        .forEach(unit ->
            IntStream.range(0, width).filter(i -> kept.keeps(unit * width + i)).forEach(read::set));
    return read;
  }
}
