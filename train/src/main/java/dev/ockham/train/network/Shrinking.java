package dev.ockham.train.network;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.Estimator;
import dev.ockham.core.method.GateKind;
import dev.ockham.core.method.PosteriorKind;
import dev.ockham.core.method.WeightScore;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.runtime.model.DenseMatrix;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import dev.ockham.train.posterior.Parameter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes units out of a network while it trains, by the rules of {@link
 * dev.ockham.core.prune.Compaction}: a unit that reads nothing is a constant, which the biases
 * behind it take over; one that nobody reads just goes, and so does an input that nothing reads.
 */
public final class Shrinking {

  private Shrinking() {}

  /**
   * Whether networks that a method trains can lose units in training: the weights have means and
   * variances of their own, whose log α decides, and there are no gates.
   */
  public static boolean knows(MethodSpec method) {
    PosteriorKind posterior = method.method().posterior();
    return method.method().prunes()
        && method.method().gate() == GateKind.NONE
        && posterior.hasLogSigma2()
        && method.method().score() == WeightScore.LOG_ALPHA
        && method.estimator() == Estimator.LOCAL;
  }

  /**
   * The network of the units that matter if only some weights stay.
   *
   * @param network stays as it is, and the caller's to close
   * @param kept the weights that stay, per tensor
   * @return empty where all units matter, or some node would lose all of its own
   */
  public static Optional<Network> shrink(Network network, List<Mask> kept, Kernels kernels) {
    Map<String, Matrix> values = new HashMap<>();
    for (int i = 0; i < kept.size(); i++) {
      WeightLayer layer = network.layers().get(i);
      float[] means = kept.get(i).apply(layer.weights().meanWeights());
      put(network, layer.tensor().parameter().name(), means, values);
    }
    for (Map.Entry<String, Parameter> each : network.plain().byName().entrySet()) {
      put(network, each.getKey(), each.getValue().value().toArray(), values);
    }
    Model masked = new Model(network.architecture().name(), network.graph(), values);
    return network
        .live()
        .shrinkAgain(masked)
        .map(shrunk -> network.keepOnly(shrunk.selection(), shrunk.biases(), kernels));
  }

  private static void put(
      Network network, String name, float[] numbers, Map<String, Matrix> values) {
    var parameter = network.graph().parameter(name);
    values.put(name, DenseMatrix.of(parameter.rows(), parameter.columns(), numbers));
  }
}
