package dev.ockham.train.run;

import dev.ockham.core.data.Examples;
import dev.ockham.core.gate.GatedUnits;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.method.Estimator;
import dev.ockham.core.method.Method;
import dev.ockham.core.method.PosteriorKind;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.graph.Shape;
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
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Networks drawn from the posterior of a run. The draws are a function of the run's seed. */
final class DrawnNetworks implements AutoCloseable {

  private static final int BATCH = 256;

  /** Noise of sample s comes from step FIRST_STEP − s; training has the steps from 0 on. */
  private static final long FIRST_STEP = -2;

  /** Most numbers that a worker keeps of all its draws at once, 64 MB. */
  private static final long MOST_KEPT = 1 << 24;

  private final Network network;
  private final Arena arena = Arena.ofShared();
  private final long seed;
  private final int samples;
  private final List<Integer> sizes;
  private final int batch;
  private final Norms norms;
  private final List<Replica> replicas = new ArrayList<>();

  private DrawnNetworks(
      Network network, Snapshot snapshot, RunSpec spec, int samples, Norms norms) {
    this.network = network;
    this.samples = samples;
    this.norms = norms;
    seed = spec.training().seed();
    sizes = snapshot.architecture().outputShapes().stream().map(Shape::size).toList();
    long numbers = (long) samples * Math.max(1, sizes.stream().mapToInt(size -> size).sum());
    batch = Math.clamp(MOST_KEPT / numbers, 1, BATCH);
  }

  /**
   * Opens a run.
   *
   * @param pruned whether weights at the run's threshold are gone; else all are there, and noisy
   * @param samples networks, at least 1
   * @param workers how many threads may ask at once
   * @throws RunException if the run's method has no noise
   */
  static DrawnNetworks open(RunFolder folder, boolean pruned, int samples, int workers)
      throws IOException {
    RunRecord record = RunRecord.read(folder);
    Checkpoint checkpoint = Checkpoint.read(folder);
    Snapshot snapshot = Snapshot.of(folder, record, checkpoint);
    requireNoise(record.spec().method().method());
    Libtorch.start();
    Kernels kernels = Kernels.create();
    Network network = new Network(snapshot.architecture(), evaluated(record.spec()));
    try {
      network.restore(checkpoint, kernels);
      if (pruned) {
        keepOnly(network, snapshot.masksAt(snapshot.threshold()));
      }
      Norms norms =
          new Norms.Fixed(
              Replica.statistics(network, snapshot.scaling(), snapshot.calibration(), kernels));
      DrawnNetworks made = new DrawnNetworks(network, snapshot, record.spec(), samples, norms);
      for (int i = 0; i < workers; i++) {
        made.replicas.add(
            Replica.forEvaluation(network, snapshot.scaling(), made.batch, kernels, made.arena));
      }
      return made;
    } catch (IOException | RuntimeException e) {
      network.close();
      throw e;
    }
  }

  private static void requireNoise(Method method) throws RunException {
    if (!method.noisy()) {
      throw new RunException(
          "method '%s' has no noise to draw networks from; evaluate it without samples"
              .formatted(method.name()));
    }
  }

  /** Most examples to ask for at once. */
  int batch() {
    return batch;
  }

  /**
   * What every network gives for some examples.
   *
   * @param worker whose replica is asked; one thread at a time
   * @param examples indices into {@code data}, at most {@link #batch}
   * @param keys of the noise of each
   * @return {@code [sample][output][numbers of all examples]}
   */
  float[][][] ask(int worker, Examples data, int[] examples, int[] keys) {
    Replica replica = replicas.get(worker);
    float[][][] given = new float[samples][sizes.size()][];
    for (int s = 0; s < samples && examples.length > 0; s++) {
      NoiseSource noise = new NoiseSource(seed, FIRST_STEP - s);
      var _ = replica.logits(data, examples, keys, noise, norms);
      List<MemorySegment> outputs = replica.outputs();
      for (int k = 0; k < sizes.size(); k++) {
        given[s][k] =
            outputs
                .get(k)
                .asSlice(0, (long) examples.length * sizes.get(k) * Float.BYTES)
                .toArray(ValueLayout.JAVA_FLOAT);
      }
    }
    return given;
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

  @Override
  public void close() {
    replicas.forEach(Replica::close);
    arena.close();
    network.close();
  }
}
