package dev.ockham.train.run;

import dev.ockham.core.data.Examples;
import dev.ockham.core.gate.GatedUnits;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.method.Estimator;
import dev.ockham.core.method.Method;
import dev.ockham.core.method.PosteriorKind;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.model.Prediction;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.gate.DependentGate;
import dev.ockham.train.gate.LearntGate;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Replica;
import dev.ockham.train.network.WeightLayer;
import dev.ockham.train.pass.NoiseSource;
import dev.ockham.train.pass.Norms;
import dev.ockham.train.posterior.Parameter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Prediction with the posterior instead of its mean: class probabilities averaged over networks
 * drawn from it.
 */
public final class MonteCarlo {

  private static final int BATCH = 256;

  /** Noise of sample s comes from step FIRST_STEP − s; training has the steps from 0 on. */
  private static final long FIRST_STEP = -2;

  private MonteCarlo() {}

  /**
   * Quality of the averaged prediction of a run pruned at its threshold. Weights that are removed
   * have neither mean nor noise; those that stay have both.
   *
   * @param samples draws of the noise, at least 1; they are a function of the run's seed
   * @param threads cores to use; the result does not depend on it
   * @param progress is told how many examples are done
   * @throws RunException if the run's method has no noise
   */
  public static Classification classify(
      RunFolder folder, Examples data, int samples, int threads, IntConsumer progress)
      throws IOException {
    RunRecord record = RunRecord.read(folder);
    Checkpoint checkpoint = Checkpoint.read(folder);
    Snapshot snapshot = Snapshot.of(folder, record, checkpoint);
    Method method = record.spec().method().method();
    if (!method.noisy()) {
      throw new RunException(
          "method '%s' has no noise to draw networks from; evaluate it without samples"
              .formatted(method.name()));
    }
    Libtorch.start();
    Kernels kernels = Kernels.create();
    long seed = record.spec().training().seed();
    int classes = snapshot.architecture().classes();
    double[] mean = new double[data.count() * classes];
    List<Replica> replicas = new ArrayList<>();
    try (Network network = new Network(snapshot.architecture(), evaluated(record.spec()));
        ParallelRanges team = new ParallelRanges(threads);
        Arena arena = Arena.ofShared()) {
      network.restore(checkpoint, kernels);
      keepOnly(network, snapshot.masksAt(snapshot.threshold()));
      for (int i = 0; i < threads; i++) {
        replicas.add(Replica.forEvaluation(network, snapshot.scaling(), BATCH, kernels, arena));
      }
      Norms norms =
          new Norms.Fixed(
              Replica.statistics(network, snapshot.scaling(), snapshot.calibration(), kernels));
      int round = threads * BATCH;
      for (int first = 0; first < data.count(); first += round) {
        int begin = first;
        team.runEach(
            threads,
            worker -> {
              int from = Math.min(data.count(), begin + worker * BATCH);
              int to = Math.min(data.count(), from + BATCH);
              for (int s = 0; s < samples && from < to; s++) {
                NoiseSource noise = new NoiseSource(seed, FIRST_STEP - s);
                add(replicas.get(worker), data, from, to, noise, norms, mean, classes, samples);
              }
            });
        progress.accept(Math.min(data.count(), first + round));
      }
      replicas.forEach(Replica::close);
    }
    Classification.Accumulator sum = new Classification.Accumulator();
    for (int i = 0; i < data.count(); i++) {
      sum.addProbabilities(mean, i * classes, classes, data.label(i));
    }
    return sum.result();
  }

  /** Gaussian weights are drawn through pre-activations, whatever training did. */
  private static MethodSpec evaluated(RunSpec spec) {
    return spec.method().method().posterior() == PosteriorKind.HARD_CONCRETE
        ? spec.withEstimator(Estimator.PER_BATCH).method()
        : spec.withEstimator(Estimator.LOCAL).method();
  }

  private static void keepOnly(Network network, List<Mask> masks) {
    for (int i = 0; i < masks.size(); i++) {
      WeightLayer layer = network.layers().get(i);
      layer.weights().keepOnly(masks.get(i));
      if (layer.gate() instanceof LearntGate || layer.gate() instanceof DependentGate) {
        float[] kept = layer.weights().theta().value().toArray();
        Parameter bias = network.bias(layer);
        if (bias != null) {
          float[] values = bias.value().toArray();
          bias.value().set(GatedUnits.shutBias(layer.tensor(), values, kept));
        }
      }
    }
  }

  /** Adds one draw's probabilities, divided by the number of draws. */
  private static void add(
      Replica replica,
      Examples data,
      int from,
      int to,
      NoiseSource noise,
      Norms norms,
      double[] mean,
      int classes,
      int samples) {
    int[] examples = IntStream.range(from, to).toArray();
    float[] probabilities =
        replica
            .logits(data, examples, noise, norms)
            .asSlice(0, (long) examples.length * classes * Float.BYTES)
            .toArray(ValueLayout.JAVA_FLOAT);
    Prediction.softmaxInPlace(probabilities, classes);
    for (int i = 0; i < probabilities.length; i++) {
      mean[from * classes + i] += probabilities[i] / samples;
    }
  }
}
