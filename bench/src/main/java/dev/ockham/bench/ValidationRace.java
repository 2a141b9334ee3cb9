package dev.ockham.bench;

import dev.ockham.bench.inference.RandomNetwork;
import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.NoiseKey;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.MethodSpec;
import dev.ockham.runtime.graph.Shape;
import dev.ockham.runtime.model.Model;
import dev.ockham.runtime.plan.Plan;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Replica;
import dev.ockham.train.pass.Norms;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a look at held-out examples costs while a network trains: the pass of training, which
 * computes with libtorch, beside a plan made anew for the weights that stay. They take turns in one
 * process on the same examples.
 */
public final class ValidationRace {

  /** Examples that training gives to libtorch at once, as in a run. */
  private static final int BATCH = 256;

  private static final InputScaling PIXELS = InputScaling.all(127.5f, 1 / 73.6f);

  private ValidationRace() {}

  /**
   * Medians of one share of weights that are gone.
   *
   * @param sparsity share of weights that are gone, from 0 to below 1
   * @param pass milliseconds of training's pass
   * @param plan milliseconds of making the plan and running it
   * @param making milliseconds of making the plan
   */
  public record Row(double sparsity, double pass, double plan, double making) {}

  /**
   * Runs the race.
   *
   * @param architecture of one input, pictures or rows of numbers
   * @param sparsities shares of weights that are gone, one row each
   * @param examples how many are looked at
   * @param threads cores of both
   * @param rounds turns of each; one more is a warm-up
   * @throws IllegalArgumentException if the network has several inputs, or reads tokens
   */
  public static List<Row> run(
      Architecture architecture, double[] sparsities, int examples, int threads, int rounds) {
    if (architecture.inputs().size() != 1
        || !architecture.scales(architecture.inputs().getFirst())) {
      throw new IllegalArgumentException(
          "architecture '%s' takes no pictures or rows of numbers alone"
              .formatted(architecture.name()));
    }
    Libtorch.start();
    Kernels kernels = Kernels.create();
    Images data = pictures(architecture.example(), examples);
    float[] values = data.values(0, examples);
    RandomNetwork random = new RandomNetwork(architecture, 1);
    Model dense = random.dense();
    List<Row> rows = new ArrayList<>();
    try (ParallelRanges team = new ParallelRanges(threads);
        Arena arena = Arena.ofShared();
        Network network = new Network(architecture, MethodSpec.of(Method.NONE))) {
      network.initialize(InitialWeights.HE, 1, kernels);
      List<Replica> replicas =
          IntStream.range(0, threads)
              .mapToObj(_ -> Replica.forEvaluation(network, PIXELS, BATCH, kernels, arena))
              .toList();
      Norms norms =
          new Norms.Fixed(
              Replica.statistics(network, PIXELS, pictures(architecture.example(), 64), kernels));
      for (double sparsity : sparsities) {
        Model model = sparsity == 0 ? dense : random.sparse(dense, sparsity);
        double[] pass = new double[rounds];
        double[] plan = new double[rounds];
        double[] making = new double[rounds];
        for (int n = -1; n < rounds; n++) {
          long began = System.nanoTime();
          pass(replicas, team, data, norms);
          long passed = System.nanoTime();
          Plan made = Plan.of(model);
          long prepared = System.nanoTime();
          var _ = made.run(values, examples, threads);
          long ended = System.nanoTime();
          if (n >= 0) {
            pass[n] = (passed - began) / 1e6;
            plan[n] = (ended - passed) / 1e6;
            making[n] = (prepared - passed) / 1e6;
          }
        }
        rows.add(new Row(sparsity, median(pass), median(plan), median(making)));
      }
      replicas.forEach(Replica::close);
    }
    return rows;
  }

  /** One look at all examples, as training takes it. */
  private static void pass(List<Replica> replicas, ParallelRanges team, Images data, Norms norms) {
    int workers = replicas.size();
    for (int first = 0; first < data.count(); first += workers * BATCH) {
      int begin = first;
      team.runEach(
          workers,
          worker -> {
            int from = Math.min(data.count(), begin + worker * BATCH);
            int to = Math.min(data.count(), from + BATCH);
            if (from < to) {
              var _ =
                  replicas
                      .get(worker)
                      .logits(data, IntStream.range(from, to).toArray(), null, norms);
            }
          });
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private static Images pictures(Shape shape, int count) {
    byte[] pixels = new byte[count * shape.size()];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) NoiseKey.of(0, i, 0).word0();
    }
    boolean picture = shape.rank() == 3;
    return Images.copyOf(
        picture ? shape.dim(0) : shape.size(),
        picture ? shape.dim(1) : 1,
        picture ? shape.dim(2) : 1,
        pixels,
        new byte[count]);
  }
}
