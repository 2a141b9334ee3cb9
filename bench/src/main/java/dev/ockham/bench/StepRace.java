package dev.ockham.bench;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.data.Images;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.AdamSpec;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.Shape;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.network.Network;
import dev.ockham.train.step.StepPlan;
import dev.ockham.train.step.TextbookStep;
import dev.ockham.train.step.TrainingStep;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What one optimiser step costs: the dense network and Sparse VD, each as the textbook writes it
 * (autograd and libtorch's Adam) and as Ockham does it. All take turns in one process on the same
 * images, after a warm-up; medians and quartiles are in milliseconds.
 */
public final class StepRace {

  private static final int EXAMPLES = 1000;
  private static final double LEARNING_RATE = 1e-3;
  private static final double KL_SCALE = 1.0 / 54_000;

  private StepRace() {}

  /**
   * One runner's times in milliseconds.
   *
   * @param name what ran
   * @param threads how many threads it used
   * @param lower first quartile
   * @param median second quartile
   * @param upper third quartile
   */
  public record Time(String name, int threads, double lower, double median, double upper) {}

  /** Makes one step of the given number. */
  @FunctionalInterface
  private interface Runner {
    void step(int number);
  }

  /** A runner and its times so far. */
  private static final class Lane {
    final String name;
    final int threads;
    final Runner runner;
    final double[] millis;

    Lane(String name, int threads, int steps, Runner runner) {
      this.name = name;
      this.threads = threads;
      this.runner = runner;
      this.millis = new double[steps];
    }
  }

  /**
   * Runs the race.
   *
   * @param architecture network
   * @param batch examples per step, up to {@value #EXAMPLES}
   * @param threads cores for Ockham's steps; the textbook forms run on one
   * @param steps timed steps of each runner
   */
  public static List<Time> run(Architecture architecture, int batch, int threads, int steps) {
    Libtorch.start();
    Kernels kernels = Kernels.create();
    Images images = noiseImages(architecture);
    ModelLayer.InputScaling scaling = new ModelLayer.InputScaling(127.5f, 1 / 73.6f);
    int[][] batches = new int[EXAMPLES / batch][];
    for (int i = 0; i < batches.length; i++) {
      batches[i] = IntStream.range(i * batch, (i + 1) * batch).toArray();
    }
    AdamSpec adam = new AdamSpec(0.9, 0.999, 1e-8);
    MethodSpec point = MethodSpec.of(Method.NONE);
    MethodSpec sparse = MethodSpec.of(Method.SPARSE_VD);
    try (ParallelRanges team = new ParallelRanges(threads);
        Arena arena = Arena.ofConfined();
        Network denseNetwork = network(architecture, point, kernels);
        Network sparseNetwork = network(architecture, sparse, kernels);
        TextbookStep eagerDense = new TextbookStep(denseNetwork, LEARNING_RATE, adam.epsilon());
        TextbookStep eagerSparse = new TextbookStep(sparseNetwork, LEARNING_RATE, adam.epsilon());
        TrainingStep fusedDense =
            new TrainingStep(denseNetwork, adam, scaling, batch, kernels, team);
        TrainingStep fusedSparse =
            new TrainingStep(sparseNetwork, adam, scaling, batch, kernels, team);
        NativeTensor input = input(arena, architecture, batch, images, scaling, kernels);
        NativeTensor labels = labels(arena, batch, images)) {
      List<Lane> lanes = new ArrayList<>();
      lanes.add(
          new Lane(
              "dense",
              1,
              steps,
              _ ->
                  eagerDense.run(input.tensor(), labels.tensor(), 0, TextbookStep.Noise.LIBTORCH)));
      lanes.add(
          new Lane(
              "dense_fused",
              threads,
              steps,
              n -> fusedDense.run(images, batches[n % batches.length], plan(n, false))));
      lanes.add(
          new Lane(
              "eager",
              1,
              steps,
              _ ->
                  eagerSparse.run(
                      input.tensor(), labels.tensor(), KL_SCALE, TextbookStep.Noise.LIBTORCH)));
      lanes.add(
          new Lane(
              "ockham",
              threads,
              steps,
              n -> fusedSparse.run(images, batches[n % batches.length], plan(n, true))));
      int warmUp = Math.max(30, steps / 2);
      for (int n = -warmUp; n < steps; n++) {
        for (Lane lane : lanes) {
          long began = System.nanoTime();
          lane.runner.step(n + warmUp);
          if (n >= 0) {
            lane.millis[n] = (System.nanoTime() - began) / 1e6;
          }
        }
      }
      return lanes.stream().map(StepRace::time).toList();
    }
  }

  private static StepPlan plan(int number, boolean noisy) {
    return new StepPlan(1, number, number + 1, LEARNING_RATE, noisy ? KL_SCALE : 0, noisy);
  }

  private static Time time(Lane lane) {
    double[] sorted = lane.millis.clone();
    Arrays.sort(sorted);
    return new Time(
        lane.name,
        lane.threads,
        sorted[sorted.length / 4],
        sorted[sorted.length / 2],
        sorted[sorted.length * 3 / 4]);
  }

  private static Network network(Architecture architecture, MethodSpec method, Kernels kernels) {
    Network network = new Network(architecture, method);
    network.initialize(1, kernels);
    return network;
  }

  private static Images noiseImages(Architecture architecture) {
    Shape shape = architecture.input();
    byte[] pixels = new byte[EXAMPLES * shape.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) NoiseKey.of(0, i, 0).word0();
    }
    byte[] labels = new byte[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      labels[i] = (byte) (i % Math.min(architecture.classes(), 128));
    }
    return Images.copyOf(shape.channels(), shape.height(), shape.width(), pixels, labels);
  }

  private static NativeTensor input(
      Arena arena,
      Architecture architecture,
      int batch,
      Images images,
      ModelLayer.InputScaling scaling,
      Kernels kernels) {
    Shape shape = architecture.input();
    NativeTensor input =
        NativeTensor.floats(arena, batch, shape.channels(), shape.height(), shape.width());
    kernels.gatherImages(
        images.pixels(),
        IntStream.range(0, batch).toArray(),
        shape.size(),
        scaling.mean(),
        scaling.scale(),
        input.segment(),
        0,
        input.size());
    return input;
  }

  private static NativeTensor labels(Arena arena, int batch, Images images) {
    NativeTensor labels = NativeTensor.longs(arena, batch);
    for (int i = 0; i < batch; i++) {
      labels.segment().setAtIndex(ValueLayout.JAVA_LONG, i, images.label(i));
    }
    return labels;
  }
}
