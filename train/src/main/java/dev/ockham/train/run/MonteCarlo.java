package dev.ockham.train.run;

import dev.ockham.core.data.Examples;
import dev.ockham.core.gate.GatedUnits;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.loss.LossKind;
import dev.ockham.core.method.Estimator;
import dev.ockham.core.method.Method;
import dev.ockham.core.method.PosteriorKind;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.quality.UncertainClasses;
import dev.ockham.core.quality.UncertainNumbers;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.target.TargetScaling;
import dev.ockham.runtime.graph.Shape;
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
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Prediction with the posterior instead of its mean: what networks drawn from it give. The draws
 * are a function of the run's seed.
 */
public final class MonteCarlo {

  private static final int BATCH = 256;

  /** Noise of sample s comes from step FIRST_STEP − s; training has the steps from 0 on. */
  private static final long FIRST_STEP = -2;

  /** Most numbers that a worker keeps of all its draws at once, 64 MB. */
  private static final long MOST_KEPT = 1 << 24;

  private MonteCarlo() {}

  /** Is given what every drawn network gives for one example after another, in their order. */
  @FunctionalInterface
  public interface Sink {
    /**
     * Takes an example.
     *
     * @param example its index
     * @param given {@code given[sample][output]} has the numbers of several examples, as the
     *     network learns them
     * @param row the example's, in these arrays
     */
    void take(int example, float[][][] given, int row);
  }

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
    int classes = folder.architecture(RunRecord.read(folder).spec()).classes();
    Classification.Accumulator sum = new Classification.Accumulator();
    sample(
        folder,
        true,
        data,
        samples,
        threads,
        progress,
        (example, given, row) ->
            sum.addProbabilities(averaged(given, row, classes), 0, classes, data.label(example)));
    return sum.result();
  }

  /** Whether there is noise to draw networks with. */
  public static boolean draws(RunFolder folder) throws IOException {
    return RunRecord.read(folder).spec().method().method().noisy();
  }

  /**
   * Class probabilities and what is uncertain about them, by drawn networks; as {@link #sample}.
   */
  public static UncertainClasses classes(
      RunFolder folder,
      boolean pruned,
      Examples data,
      int samples,
      int threads,
      IntConsumer progress)
      throws IOException {
    int classes = folder.architecture(RunRecord.read(folder).spec()).classes();
    UncertainClasses all = new UncertainClasses(data.count(), classes);
    sample(
        folder,
        pruned,
        data,
        samples,
        threads,
        progress,
        (example, given, row) -> {
          double[][] drawn = new double[given.length][];
          for (int s = 0; s < drawn.length; s++) {
            drawn[s] = UncertainClasses.softmax(given[s][0], row, classes);
          }
          all.add(example, drawn);
        });
    return all;
  }

  /**
   * Numbers and what is uncertain about them, by drawn networks; as {@link #sample}. Noise that a
   * run does not learn counts as what its settings say, that of {@code huber} as none.
   *
   * @throws RunException also if the run does not learn numbers
   */
  public static UncertainNumbers numbers(
      RunFolder folder,
      boolean pruned,
      Examples data,
      int samples,
      int threads,
      IntConsumer progress)
      throws IOException {
    RunRecord record = RunRecord.read(folder);
    TargetScaling scaling = record.targets();
    if (scaling == null) {
      throw new RunException("%s does not learn numbers".formatted(folder.root()));
    }
    double set =
        record.spec().training().loss() == LossKind.SQUARED
            ? record.spec().training().targetNoise()
            : 0;
    int outputs = scaling.outputs();
    UncertainNumbers all = new UncertainNumbers(data.count(), outputs);
    sample(
        folder,
        pruned,
        data,
        samples,
        threads,
        progress,
        (example, given, row) -> {
          for (int k = 0; k < outputs; k++) {
            double unit = scaling.deviation().get(k);
            double[] drawn = new double[given.length];
            double[] variances = new double[given.length];
            for (int s = 0; s < drawn.length; s++) {
              int at = row * outputs + k;
              drawn[s] = given[s][0][at] * unit + scaling.mean().get(k);
              double noise = given[s].length == 2 ? Math.exp(given[s][1][at]) : set * set;
              variances[s] = noise * unit * unit;
            }
            all.add(example, k, drawn, variances);
          }
        });
    return all;
  }

  /** The mean, over draws, of the class probabilities of an example. */
  static double[] averaged(float[][][] given, int row, int classes) {
    double[] mean = new double[classes];
    for (float[][] drawn : given) {
      float[] probabilities = new float[classes];
      System.arraycopy(drawn[0], row * classes, probabilities, 0, classes);
      Prediction.softmaxInPlace(probabilities, classes);
      for (int k = 0; k < classes; k++) {
        mean[k] += probabilities[k] / given.length;
      }
    }
    return mean;
  }

  /**
   * Draws networks from the posterior of a run, and asks each for every example.
   *
   * @param pruned whether weights at the run's threshold are gone; else all are there, and noisy
   * @param samples draws, at least 1; they are a function of the run's seed
   * @param threads cores to use; the result does not depend on it
   * @param progress is told how many examples are done
   * @throws RunException if the run's method has no noise
   */
  public static void sample(
      RunFolder folder,
      boolean pruned,
      Examples data,
      int samples,
      int threads,
      IntConsumer progress,
      Sink sink)
      throws IOException {
    RunRecord record = RunRecord.read(folder);
    Checkpoint checkpoint = Checkpoint.read(folder);
    Snapshot snapshot = Snapshot.of(folder, record, checkpoint);
    requireNoise(record.spec().method().method());
    Libtorch.start();
    Kernels kernels = Kernels.create();
    List<Integer> sizes = snapshot.architecture().outputShapes().stream().map(Shape::size).toList();
    long numbers = (long) samples * Math.max(1, sizes.stream().mapToInt(size -> size).sum());
    int batch = Math.clamp(MOST_KEPT / numbers, 1, BATCH);
    List<Replica> replicas = new ArrayList<>();
    try (Network network = new Network(snapshot.architecture(), evaluated(record.spec()));
        ParallelRanges team = new ParallelRanges(threads);
        Arena arena = Arena.ofShared()) {
      network.restore(checkpoint, kernels);
      if (pruned) {
        keepOnly(network, snapshot.masksAt(snapshot.threshold()));
      }
      for (int i = 0; i < threads; i++) {
        replicas.add(Replica.forEvaluation(network, snapshot.scaling(), batch, kernels, arena));
      }
      Norms norms =
          new Norms.Fixed(
              Replica.statistics(network, snapshot.scaling(), snapshot.calibration(), kernels));
      float[][][][] given = new float[threads][samples][][];
      int round = threads * batch;
      for (int first = 0; first < data.count(); first += round) {
        int begin = first;
        team.runEach(
            threads,
            worker -> {
              int from = Math.min(data.count(), begin + worker * batch);
              int to = Math.min(data.count(), from + batch);
              for (int s = 0; s < samples && from < to; s++) {
                NoiseSource noise =
                    new NoiseSource(record.spec().training().seed(), FIRST_STEP - s);
                given[worker][s] = run(replicas.get(worker), data, from, to, noise, norms, sizes);
              }
            });
        int end = Math.min(data.count(), first + round);
        for (int i = first; i < end; i++) {
          sink.take(i, given[(i - first) / batch], (i - first) % batch);
        }
        progress.accept(end);
      }
      replicas.forEach(Replica::close);
    }
  }

  private static void requireNoise(Method method) throws RunException {
    if (!method.noisy()) {
      throw new RunException(
          "method '%s' has no noise to draw networks from; evaluate it without samples"
              .formatted(method.name()));
    }
  }

  /** What one drawn network gives for some examples, by output. */
  private static float[][] run(
      Replica replica,
      Examples data,
      int from,
      int to,
      NoiseSource noise,
      Norms norms,
      List<Integer> sizes) {
    int[] examples = IntStream.range(from, to).toArray();
    var _ = replica.logits(data, examples, noise, norms);
    List<MemorySegment> outputs = replica.outputs();
    float[][] given = new float[sizes.size()][];
    for (int k = 0; k < given.length; k++) {
      given[k] =
          outputs
              .get(k)
              .asSlice(0, (long) examples.length * sizes.get(k) * Float.BYTES)
              .toArray(ValueLayout.JAVA_FLOAT);
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
}
