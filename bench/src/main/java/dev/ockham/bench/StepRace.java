package dev.ockham.bench;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Features;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.AdamSpec;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.TrainingSpec.VarianceProducts;
import dev.ockham.runtime.graph.Embed;
import dev.ockham.runtime.graph.Input;
import dev.ockham.runtime.graph.Node;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.engine.NativeHeap;
import dev.ockham.train.engine.NativeTensor;
import dev.ockham.train.engine.Precision;
import dev.ockham.train.gate.NoGate;
import dev.ockham.train.network.Network;
import dev.ockham.train.posterior.SparseVdWeights;
import dev.ockham.train.step.StepPlan;
import dev.ockham.train.step.StepTimes;
import dev.ockham.train.step.TextbookStep;
import dev.ockham.train.step.TrainingStep;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What one optimiser step costs: the dense network and Sparse VD, each as the textbook writes it
 * (autograd and libtorch's Adam) and as Ockham does it. All take turns in one process on the same
 * examples, after a warm-up; medians and quartiles are in milliseconds.
 */
public final class StepRace {

  private static final int EXAMPLES = 1000;
  private static final double LEARNING_RATE = 1e-3;
  private static final double KL_SCALE = 1.0 / 54_000;
  private static final AdamSpec ADAM = new AdamSpec(0.9, 0.999, 1e-8);
  private static final InputScaling PIXELS = InputScaling.all(127.5f, 1 / 73.6f);

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

  /**
   * Medians of where Ockham's step spends its milliseconds.
   *
   * @param forward forward pass, noise included
   * @param noise all of the step's noise, drawn by itself
   * @param backward backward pass
   * @param update one pass over all parameters
   */
  public record Breakdown(double forward, double noise, double backward, double update) {}

  /**
   * What came of a race.
   *
   * @param times of every runner
   * @param breakdown of Ockham's step
   * @param bytes by runner, what malloc holds for it between two steps: parameters, optimiser
   *     state, and buffers that are kept; empty where malloc does not tell
   * @param kernels which kernels ran
   * @param precision of the products
   */
  public record Result(
      List<Time> times,
      Breakdown breakdown,
      Map<String, Long> bytes,
      String kernels,
      String precision) {}

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

  /** All runners, in the order of their turns. */
  private static final class Lanes {
    final List<Lane> all = new ArrayList<>();
    private final int steps;

    Lanes(int steps) {
      this.steps = steps;
    }

    void add(String name, int threads, Runner runner) {
      all.add(new Lane(name, threads, steps, runner));
    }
  }

  /** What all runners work on. */
  private record Track(
      Architecture architecture,
      int batch,
      Precision precision,
      Kernels kernels,
      Examples examples,
      InputScaling scaling,
      NativeTensor input,
      NativeTensor labels) {

    static Track of(
        Architecture architecture, int batch, Precision precision, Kernels kernels, Arena arena) {
      Input input = architecture.inputs().getFirst();
      boolean measured = architecture.scales(input);
      Examples examples = measured ? noiseImages(architecture) : tokens(architecture, input);
      InputScaling scaling = measured ? PIXELS : InputScaling.NONE;
      return new Track(
          architecture,
          batch,
          precision,
          kernels,
          examples,
          scaling,
          inputs(arena, input.shape(), batch, examples, scaling),
          targets(arena, batch, examples));
    }

    Network network(MethodSpec method) {
      Network network = new Network(architecture, method);
      network.initialize(InitialWeights.HE, 1, kernels);
      return network;
    }

    Runner textbook(TextbookStep step, boolean noisy) {
      return _ ->
          step.run(
              input.tensor(), labels.tensor(), noisy ? KL_SCALE : 0, TextbookStep.Noise.LIBTORCH);
    }

    TrainingStep step(Network network, ParallelRanges team) {
      return new TrainingStep(network, ADAM, scaling, batch, precision, kernels, team);
    }

    Runner ours(TrainingStep step, boolean noisy) {
      int batches = EXAMPLES / batch;
      return n -> {
        int first = n % batches * batch;
        step.run(examples, IntStream.range(first, first + batch).toArray(), plan(n, noisy));
      };
    }
  }

  /**
   * Runs the race.
   *
   * <p>Lanes: {@code dense} and {@code eager}, the textbook's forms on one thread, {@code
   * dense_parallel}, the dense one with {@code threads} of libtorch's where there are several, and
   * {@code dense_fused} and {@code ockham}, which are Ockham's.
   *
   * @param architecture network, of one input
   * @param method trained by {@code ockham}, and by {@code eager} if that is written for it
   * @param batch examples per step, up to {@value #EXAMPLES}
   * @param threads cores for Ockham's steps
   * @param steps timed steps of each runner
   * @param kernels Ockham's loops
   * @param asked precision of Ockham's products of variances, where they are large
   * @throws IllegalArgumentException if the network has several inputs
   */
  public static Result run(
      Architecture architecture,
      Method method,
      int batch,
      int threads,
      int steps,
      Kernels kernels,
      VarianceProducts asked) {
    if (architecture.inputs().size() != 1) {
      throw new IllegalArgumentException(
          "architecture '%s' has %s inputs; steps are raced with one"
              .formatted(architecture.name(), String.valueOf(architecture.inputs().size())));
    }
    Libtorch.start();
    Precision precision = Precision.of(asked);
    MethodSpec point = MethodSpec.of(Method.NONE);
    MethodSpec noisy = MethodSpec.of(method);
    try (ParallelRanges team = new ParallelRanges(threads);
        Arena arena = Arena.ofConfined()) {
      Track track = Track.of(architecture, batch, precision, kernels, arena);
      Map<String, Long> bytes = bytes(track, point, noisy, team);
      try (Network denseNetwork = track.network(point);
          Network noisyNetwork = track.network(noisy);
          TextbookStep dense = new TextbookStep(denseNetwork, LEARNING_RATE, ADAM.epsilon());
          @Nullable TextbookStep eager =
              hasTextbook(noisyNetwork)
                  ? new TextbookStep(noisyNetwork, LEARNING_RATE, ADAM.epsilon())
                  : null;
          TrainingStep denseFused = track.step(denseNetwork, team);
          TrainingStep ockham = track.step(noisyNetwork, team)) {
        Lanes lanes = new Lanes(steps);
        Runner plain = track.textbook(dense, false);
        lanes.add("dense", 1, plain);
        if (threads > 1) {
          lanes.add("dense_parallel", threads, n -> parallel(threads, plain, n));
        }
        lanes.add("dense_fused", threads, track.ours(denseFused, false));
        if (eager != null) {
          lanes.add("eager", 1, track.textbook(eager, true));
        }
        lanes.add("ockham", threads, track.ours(ockham, true));
        double[][] parts = new double[4][steps];
        race(lanes.all, steps, n -> note(ockham.times(), parts, n));
        noise(track, noisyNetwork, parts[1]);
        return new Result(
            lanes.all.stream().map(StepRace::time).toList(),
            new Breakdown(median(parts[0]), median(parts[1]), median(parts[2]), median(parts[3])),
            bytes,
            kernels.name(),
            ockham.precision() == Precision.FLOAT32 ? "float32" : "float32, variances bfloat16");
      }
    }
  }

  private static void parallel(int threads, Runner runner, int number) {
    Libtorch.withThreads(threads, () -> runner.step(number));
  }

  /**
   * Sparse VD without gates, on what is linear in its weights; nothing else is written both ways.
   */
  private static boolean hasTextbook(Network network) {
    return network.layers().stream()
        .allMatch(layer ->
            layer.weights() instanceof SparseVdWeights
                && layer.gate() instanceof NoGate
                && layer.tensor().local());
  }

  private static void race(List<Lane> lanes, int steps, IntConsumer stepDone) {
    int warmUp = Math.max(30, steps / 2);
    for (int n = -warmUp; n < steps; n++) {
      for (Lane lane : lanes) {
        long began = System.nanoTime();
        lane.runner.step(n + warmUp);
        if (n >= 0) {
          lane.millis[n] = (System.nanoTime() - began) / 1e6;
        }
      }
      if (n >= 0) {
        stepDone.accept(n);
      }
    }
  }

  private static void note(StepTimes times, double[][] parts, int n) {
    parts[0][n] = times.forward();
    parts[2][n] = times.backward();
    parts[3][n] = times.update();
  }

  /**
   * What is drawn for some weights in one step.
   *
   * @param layer number among those that can be pruned
   * @param width numbers of a row
   * @param perExample whether each example has a row, or all have one
   */
  private record Draw(int layer, int width, boolean perExample) {}

  /** Draws the noise of a step by itself, as often as there are places in the array. */
  private static void noise(Track track, Network network, double[] millis) {
    List<Draw> draws = draws(track.architecture(), network);
    int[] examples = IntStream.range(0, track.batch()).toArray();
    int[] all = {-1};
    try (Arena arena = Arena.ofConfined()) {
      long most = 0;
      for (Draw draw : draws) {
        most = Math.max(most, (long) draw.width() * (draw.perExample() ? examples.length : 1));
      }
      NativeTensor buffer = NativeTensor.floats(arena, most);
      for (int n = 0; n < millis.length; n++) {
        long began = System.nanoTime();
        for (Draw draw : draws) {
          int[] rows = draw.perExample() ? examples : all;
          track
              .kernels()
              .fillNormal(
                  NoiseKey.of(1, n, draw.layer()),
                  rows,
                  draw.width(),
                  buffer.segment(),
                  0,
                  (long) draw.width() * rows.length);
        }
        millis[n] = (System.nanoTime() - began) / 1e6;
      }
      buffer.close();
    }
  }

  /** One for each node with noisy weights; a draw of outputs where it is linear in them. */
  private static List<Draw> draws(Architecture architecture, Network network) {
    List<Draw> draws = new ArrayList<>();
    for (int layer = 0; layer < network.layers().size(); layer++) {
      if (!network.layers().get(layer).weights().noisy()) {
        continue;
      }
      WeightTensor tensor = network.layers().get(layer).tensor();
      for (Node node : architecture.graph().nodes()) {
        if (node.parameters().containsValue(tensor.parameter().name())) {
          Shape drawn =
              tensor.local() ? architecture.graph().shape(node.name()) : tensor.parameter().shape();
          draws.add(new Draw(layer, drawn.size(), tensor.local()));
        }
      }
    }
    return draws;
  }

  /** Each runner by itself, after a few steps. */
  private static Map<String, Long> bytes(
      Track track, MethodSpec point, MethodSpec noisy, ParallelRanges team) {
    Map<String, Long> bytes = new LinkedHashMap<>();
    for (MethodSpec method : List.of(point, noisy)) {
      boolean sampled = !method.equals(point);
      try (Network network = track.network(method)) {
        if (!sampled || hasTextbook(network)) {
          OptionalLong idle = NativeHeap.bytesInUse();
          try (TextbookStep step = new TextbookStep(network, LEARNING_RATE, ADAM.epsilon())) {
            note(bytes, sampled ? "eager" : "dense", idle, track.textbook(step, sampled));
          }
        }
      }
      OptionalLong idle = NativeHeap.bytesInUse();
      try (Network network = track.network(method);
          TrainingStep step = track.step(network, team)) {
        note(bytes, sampled ? "ockham" : "dense_fused", idle, track.ours(step, sampled));
      }
    }
    return bytes;
  }

  private static void note(Map<String, Long> bytes, String name, OptionalLong idle, Runner runner) {
    for (int n = 0; n < 3; n++) {
      runner.step(n);
    }
    OptionalLong now = NativeHeap.bytesInUse();
    if (idle.isPresent() && now.isPresent()) {
      bytes.put(name, now.getAsLong() - idle.getAsLong());
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

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static Images noiseImages(Architecture architecture) {
    Shape shape = architecture.example();
    byte[] pixels = new byte[EXAMPLES * shape.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) NoiseKey.of(0, i, 0).word0();
    }
    byte[] labels = new byte[EXAMPLES];
    for (int i = 0; i < EXAMPLES; i++) {
      labels[i] = (byte) (i % Math.min(architecture.classes(), 128));
    }
    boolean picture = shape.rank() == 3;
    return Images.copyOf(
        picture ? shape.dim(0) : shape.size(),
        picture ? shape.dim(1) : 1,
        picture ? shape.dim(2) : 1,
        pixels,
        labels);
  }

  /** Entries of the vocabulary, at random. */
  private static Features tokens(Architecture architecture, Input input) {
    int rows =
        architecture.graph().nodes().stream()
            .filter(node -> node.inputs().contains(input.name()))
            .flatMapToInt(node ->
                node.operator() instanceof Embed e ? IntStream.of(e.rows()) : IntStream.empty())
            .min()
            .orElse(1);
    float[] numbers = new float[EXAMPLES * input.shape().size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Math.floorMod(NoiseKey.of(0, i, 0).word0(), rows);
    }
    int[] labels = IntStream.range(0, EXAMPLES).map(i -> i % architecture.classes()).toArray();
    return Features.of(input.shape(), numbers, labels);
  }

  private static NativeTensor inputs(
      Arena arena, Shape shape, int batch, Examples examples, InputScaling scaling) {
    NativeTensor input = NativeTensor.floats(arena, shape.withBatch(batch));
    float[] values = examples.values(0, batch);
    for (int i = 0; i < values.length; i++) {
      values[i] = (values[i] - scaling.mean()[0]) * scaling.scale()[0];
    }
    input.set(values);
    return input;
  }

  private static NativeTensor targets(Arena arena, int batch, Examples examples) {
    NativeTensor labels = NativeTensor.longs(arena, batch);
    for (int i = 0; i < batch; i++) {
      labels.segment().setAtIndex(ValueLayout.JAVA_LONG, i, examples.label(i));
    }
    return labels;
  }
}
