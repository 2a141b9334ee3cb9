package dev.ockham.train.run;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.method.Method;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.EpochMetrics.LayerCount;
import dev.ockham.core.run.EpochMetrics.Score;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Replica;
import dev.ockham.train.network.WeightLayer;
import dev.ockham.train.pass.Norms;
import dev.ockham.train.posterior.Parameter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a network between epochs: how good it is on held-out examples, with all mean weights and
 * with those that stay at the threshold, and how many stay. Works on a copy of the means.
 */
final class Validation implements AutoCloseable {

  private static final int BATCH = 256;

  private final Network network;
  private final Network means;
  private final Examples data;
  private final int[] examples;
  private final InputScaling scaling;
  private final Examples calibration;
  private final Kernels kernels;
  private final ParallelRanges threads;
  private final Arena arena = Arena.ofShared();
  private final List<Replica> replicas = new ArrayList<>();
  private final float[] logits;

  /**
   * Prepares to look at a network.
   *
   * @param calibration what batch norms take their statistics from, anew for every set of masks
   */
  Validation(
      Network network,
      Examples data,
      int[] examples,
      InputScaling scaling,
      Examples calibration,
      Kernels kernels,
      ParallelRanges threads) {
    this.network = network;
    this.means =
        new Network(network.architecture(), network.live(), withoutNoise(network.method()), 0);
    this.data = data;
    this.examples = examples;
    this.scaling = scaling;
    this.calibration = calibration;
    this.kernels = kernels;
    this.threads = threads;
    this.logits = new float[examples.length * network.architecture().classes()];
    for (int i = 0; i < threads.threads(); i++) {
      replicas.add(Replica.forEvaluation(means, scaling, BATCH, kernels, arena));
    }
  }

  /** Factors go into the mean weights, but for those that look at the example. */
  private static MethodSpec withoutNoise(MethodSpec method) {
    return method.method().gate().dependent() ? method : MethodSpec.of(Method.NONE);
  }

  /** Which weights of each layer stay at a method's threshold; all of them where nothing prunes. */
  List<Mask> masks(MethodSpec method) {
    return masks(method, method.threshold());
  }

  /** Which weights stay at another threshold. */
  List<Mask> masks(MethodSpec method, double threshold) {
    List<Mask> masks = new ArrayList<>();
    for (WeightLayer layer : network.layers()) {
      float[] scores = method.method().prunes() ? layer.scores(kernels) : null;
      masks.add(
          scores == null
              ? Mask.all((int) layer.tensor().weights())
              : Mask.below(scores, (float) threshold));
    }
    return masks;
  }

  /** How many weights of the original network masks keep, per layer. */
  List<LayerCount> counts(List<Mask> masks) {
    List<LayerCount> counts = new ArrayList<>();
    List<WeightTensor> original = network.architecture().weightTensors();
    for (int i = 0; i < masks.size(); i++) {
      WeightTensor tensor = original.get(i);
      int live = network.graph().units(tensor.node().name());
      counts.add(new LayerCount(tensor.name(), tensor.weights(), masks.get(i).kept(), live));
    }
    return counts;
  }

  /**
   * Quality on the held-out examples.
   *
   * @param masks which mean weights to use; null for all
   * @return null where no examples were held out
   */
  @Nullable Score score(@Nullable List<Mask> masks) {
    if (examples.length == 0) {
      return null;
    }
    copyMeans(masks);
    int workers = replicas.size();
    Norms norms = new Norms.Fixed(Replica.statistics(means, scaling, calibration, kernels));
    threads.runEach(
        workers,
        worker -> {
          for (int from = worker * BATCH; from < examples.length; from += workers * BATCH) {
            predict(replicas.get(worker), from, Math.min(from + BATCH, examples.length), norms);
          }
        });
    int classes = network.architecture().classes();
    Classification.Accumulator sum = new Classification.Accumulator();
    for (int i = 0; i < examples.length; i++) {
      sum.addLogits(logits, i * classes, classes, data.label(examples[i]));
    }
    Classification result = sum.result();
    return new Score(result.errorPercent(), result.nll());
  }

  private void copyMeans(@Nullable List<Mask> masks) {
    for (Map.Entry<String, Parameter> each : network.plain().byName().entrySet()) {
      means.plain().get(each.getKey()).value().set(each.getValue().value().toArray());
    }
    for (int i = 0; i < network.layers().size(); i++) {
      WeightLayer from = network.layers().get(i);
      WeightLayer to = means.layers().get(i);
      float[] all = from.meanWeights();
      float[] kept = masks == null ? all : masks.get(i).apply(all);
      to.weights().theta().value().set(kept);
      Parameter bias = network.bias(from);
      Parameter meanBias = means.bias(to);
      if (bias != null && meanBias != null) {
        meanBias.value().set(from.meanBias(bias.value().toArray(), kept));
      }
      for (int k = 0; k < to.gate().parameters().size(); k++) {
        float[] values = from.gate().parameters().get(k).value().toArray();
        to.gate().parameters().get(k).value().set(values);
      }
      to.gate().refresh();
    }
  }

  private void predict(Replica replica, int from, int to, Norms norms) {
    int classes = network.architecture().classes();
    MemorySegment output =
        replica.logits(data, Arrays.copyOfRange(examples, from, to), null, norms);
    MemorySegment.copy(
        output, ValueLayout.JAVA_FLOAT, 0, logits, from * classes, (to - from) * classes);
  }

  @Override
  public void close() {
    replicas.forEach(Replica::close);
    means.close();
    arena.close();
  }
}
