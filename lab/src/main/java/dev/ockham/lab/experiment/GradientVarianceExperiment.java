package dev.ockham.lab.experiment;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.EpochOrder;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.data.PixelStatistics;
import dev.ockham.core.data.Split;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.ParallelRanges;
import dev.ockham.core.method.Estimator;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.training.BriefTraining;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.network.Network;
import dev.ockham.train.pass.NoiseSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Variance of the stochastic gradient of the expected log-likelihood under local reparameterisation
 * and under weights drawn per example and per batch (arXiv:1506.02557, table 1): by layer, moment
 * of training, batch size and parameterisation, and what it is made of.
 *
 * @param architecture the network
 * @param epochs when to measure, in rising order
 * @param trials how to measure at each batch size
 */
public record GradientVarianceExperiment(
    String architecture, List<Integer> epochs, List<Trial> trials) implements Experiment {

  /** The data, which are in the jar. */
  static final String DATA = "fashion-mnist-mini";

  /** Start of log σ² of the additive network: weights then have about the noise of dropout. */
  static final double INITIAL_LOG_SIGMA2 = -6;

  private static final int TIMED_STEPS = 3;

  /** Orders of examples that no training run has reached, for batches that are held. */
  private static final long FIXED_BATCHES = 1_000_000;

  private static final long OTHER_BATCHES = 2_000_000;

  /**
   * How often to measure at one batch size.
   *
   * @param batch M
   * @param repetitions batches that are held while noise is drawn; each is one measurement
   * @param draws draws of the noise for each of them, at least 2
   * @param batches batches for the variance that comes from the choice of the batch
   */
  public record Trial(int batch, int repetitions, int draws, int batches) {}

  /** Copies the lists. */
  public GradientVarianceExperiment {
    epochs = List.copyOf(epochs);
    trials = List.copyOf(trials);
  }

  /** At full size: some minutes. */
  public static GradientVarianceExperiment standard() {
    return new GradientVarianceExperiment(
        "mlp:784-100-100-100-10",
        List.of(1, 20),
        List.of(
            new Trial(1, 120, 6, 400),
            new Trial(10, 60, 8, 120),
            new Trial(100, 16, 8, 60),
            new Trial(1000, 6, 6, 40)));
  }

  @Override
  public String name() {
    return "gradient-variance";
  }

  @Override
  public String summary() {
    return "Variance of the likelihood's gradient under every estimator, and what it is made of.";
  }

  /** What is trained, and by which parameters. */
  private record Parameterization(String label, Method method, List<String> parameters) {

    static final Parameterization MULTIPLICATIVE =
        new Parameterization("multiplicative", Method.GAUSSIAN_DROPOUT_B, List.of("theta"));

    static final Parameterization ADDITIVE =
        new Parameterization("additive", Method.SPARSE_VD, List.of("theta", "sigma2"));

    RunSpec spec(String architecture, int epochs, long seed) {
      RunSpec spec =
          RunSpec.of(Architectures.parse(architecture))
              .bayesian(method)
              .withEpochs(epochs)
              .withSeed(seed)
              .with("training.learning_rate.shape", "constant");
      return method.hasAlpha() ? spec : spec.with("method.initial_log_sigma2", INITIAL_LOG_SIGMA2);
    }
  }

  /** Everything that measurements share. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Bench(
      Dataset data, int[] train, InputScaling scaling, Kernels kernels, long seed) {

    static Bench of(RunSpec spec, Dataset data, long seed) {
      int[] train =
          Split.stratified(data.train(), spec.data().validation(), spec.data().splitSeed()).train();
      PixelStatistics pixels = PixelStatistics.of((Images) data.train(), train);
      return new Bench(
          data,
          train,
          InputScaling.all((float) pixels.mean(), (float) (1 / pixels.standardDeviation())),
          Kernels.create(),
          seed);
    }

    /** A batch of distinct training examples. */
    int[] batch(long number, int size) {
      return Arrays.copyOf(EpochOrder.of(train, seed, number), size);
    }

    /** Noise that no training step has: those count from 0. */
    NoiseSource noise(long purpose, int repetition, int draw) {
      return new NoiseSource(seed, -10 - ((purpose * 10_000 + repetition) * 100 + draw));
    }

    LikelihoodGradient gradient(Network network, int capacity) {
      return new LikelihoodGradient(
          network, data.train(), scaling, train.length, capacity, kernels);
    }
  }

  @Override
  public LabPage run(Setting setting) throws IOException {
    return (setting.quick() ? quick() : this).measure(setting);
  }

  private static GradientVarianceExperiment quick() {
    return new GradientVarianceExperiment(
        "mlp:784-20-20-10",
        List.of(1),
        List.of(new Trial(1, 6, 3, 6), new Trial(10, 6, 3, 6), new Trial(60, 24, 6, 8)));
  }

  private LabPage measure(Setting setting) throws IOException {
    Dataset data = Dataset.named(DATA);
    Libtorch.start();
    List<GradientVarianceRow> rows = new ArrayList<>();
    for (Parameterization p : List.of(Parameterization.MULTIPLICATIVE, Parameterization.ADDITIVE)) {
      RunSpec spec = p.spec(architecture, epochs.getLast(), setting.seed());
      setting.progress().accept("trains a network, " + p.label() + " noise");
      BriefTraining training = BriefTraining.run(spec, data);
      Bench bench = Bench.of(spec, data, setting.seed());
      for (int epoch : epochs) {
        for (Trial trial : trials) {
          setting
              .progress()
              .accept(
                  "%s noise, after epoch %s, batches of %s"
                      .formatted(p.label(), epoch, trial.batch()));
          rows.addAll(measure(p, spec, training.after(epoch), epoch, trial, bench));
        }
      }
    }
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("data", DATA);
    result.put("architecture", architecture);
    result.put("rows", rows.stream().map(GradientVarianceRow::json).toList());
    return new GradientVariancePage(new GradientVarianceRows(this, rows)).page(result);
  }

  private static List<GradientVarianceRow> measure(
      Parameterization p, RunSpec spec, Checkpoint at, int epoch, Trial trial, Bench bench)
      throws IOException {
    Map<String, Double> ofBatches = new LinkedHashMap<>();
    List<GradientVarianceRow> rows = new ArrayList<>();
    for (@Nullable Estimator estimator :
        new @Nullable Estimator[] {
          Estimator.LOCAL, Estimator.PER_EXAMPLE, Estimator.PER_BATCH, null
        }) {
      RunSpec of = estimator == null ? spec : spec.withEstimator(estimator);
      try (Network network = new Network(Architectures.parse(of.architecture()), of.method())) {
        network.restore(at, bench.kernels());
        int top = network.layers().size() - 1;
        if (estimator == Estimator.LOCAL) {
          ofBatches.putAll(varianceOfBatches(p, network, true, trial, bench, top));
        } else if (estimator == null) {
          ofBatches.putAll(varianceOfBatches(p, network, false, trial, bench, top));
        }
        Map<String, List<DrawnVariance>> drawn =
            estimator == null ? Map.of() : drawn(p, network, trial, bench, top);
        double stepMs = stepMs(network, estimator != null, trial, bench);
        for (String layer : List.of("top", "bottom")) {
          for (String parameter : estimator == null ? List.of("theta") : p.parameters) {
            String key = layer + " " + parameter;
            rows.add(
                new GradientVarianceRow(
                    p.label(),
                    parameter,
                    estimator,
                    layer,
                    epoch,
                    trial,
                    drawn.getOrDefault(key, List.of()),
                    Objects.requireNonNull(ofBatches.get(key)),
                    stepMs));
          }
        }
      }
    }
    return rows;
  }

  private static void put(
      Map<String, float[][]> draws, int draw, int count, List<LikelihoodGradient.OfLayer> layers) {
    for (int i = 0; i < layers.size(); i++) {
      String layer = i == 0 ? "bottom" : "top";
      LikelihoodGradient.OfLayer gradient = layers.get(i);
      draws.computeIfAbsent(layer + " theta", _ -> new float[count][])[draw] = gradient.theta();
      if (gradient.sigma2() != null) {
        draws.computeIfAbsent(layer + " sigma2", _ -> new float[count][])[draw] = gradient.sigma2();
      }
    }
  }

  /** For each layer and parameter one measurement per repetition. */
  private static Map<String, List<DrawnVariance>> drawn(
      Parameterization p, Network network, Trial trial, Bench bench, int top) {
    List<Map<String, DrawnVariance>> all = new ArrayList<>();
    for (int i = 0; i < trial.repetitions(); i++) {
      all.add(Map.of());
    }
    forEach(
        network,
        trial,
        bench,
        trial.repetitions(),
        (gradient, repetition) -> {
          int[] batch = bench.batch(FIXED_BATCHES + repetition, trial.batch());
          int half = (batch.length + 1) / 2;
          int[] one = Arrays.copyOf(batch, half);
          int[] other = Arrays.copyOfRange(batch, half, batch.length);
          Map<String, float[][]> ofOne = new LinkedHashMap<>();
          Map<String, float[][]> ofOther = new LinkedHashMap<>();
          for (int draw = 0; draw < trial.draws(); draw++) {
            NoiseSource noise = bench.noise(trial.batch(), repetition, draw);
            put(ofOne, draw, trial.draws(), gradient.of(one, batch.length, noise, 0, top));
            if (other.length > 0) {
              put(ofOther, draw, trial.draws(), gradient.of(other, batch.length, noise, 0, top));
            }
          }
          Map<String, DrawnVariance> found = new LinkedHashMap<>();
          ofOne.forEach((key, draws) ->
              found.put(
                  key,
                  DrawnVariance.of(
                      draws, one.length, ofOther.getOrDefault(key, new float[0][]), other.length)));
          all.set(repetition, found);
        });
    Map<String, List<DrawnVariance>> result = new LinkedHashMap<>();
    for (String layer : List.of("top", "bottom")) {
      for (String parameter : p.parameters) {
        String key = layer + " " + parameter;
        result.put(key, all.stream().map(found -> found.get(key)).toList());
      }
    }
    return result;
  }

  /** Variance of the gradient's mean over the noise, from batch to batch. */
  private static Map<String, Double> varianceOfBatches(
      Parameterization p, Network network, boolean noisy, Trial trial, Bench bench, int top) {
    int count = trial.batches();
    List<Map<String, float[][]>> both = List.of(new LinkedHashMap<>(), new LinkedHashMap<>());
    for (Map<String, float[][]> draws : both) {
      for (String layer : List.of("top", "bottom")) {
        for (String parameter : noisy ? p.parameters : List.of("theta")) {
          draws.put(layer + " " + parameter, new float[count][]);
        }
      }
    }
    forEach(
        network,
        trial,
        bench,
        count,
        (gradient, number) -> {
          int[] batch = bench.batch(OTHER_BATCHES + number, trial.batch());
          for (int draw = 0; draw < (noisy ? 2 : 1); draw++) {
            @Nullable NoiseSource noise =
                noisy ? bench.noise(OTHER_BATCHES + trial.batch(), number, draw) : null;
            put(both.get(draw), number, count, gradient.of(batch, batch.length, noise, 0, top));
          }
        });
    Map<String, Double> result = new LinkedHashMap<>();
    both.getFirst()
        .forEach((key, one) ->
            result.put(
                key,
                DrawnVariance.ofMeans(
                    one, noisy ? Objects.requireNonNull(both.getLast().get(key)) : one)));
    return result;
  }

  private interface Work {
    void with(LikelihoodGradient gradient, int number);
  }

  /** Runs pieces of work on two threads; none depends on which thread has it. */
  private static void forEach(Network network, Trial trial, Bench bench, int count, Work work) {
    try (ParallelRanges threads = new ParallelRanges(2);
        LikelihoodGradient one = bench.gradient(network, trial.batch());
        LikelihoodGradient other = bench.gradient(network, trial.batch())) {
      ConcurrentLinkedQueue<LikelihoodGradient> free =
          new ConcurrentLinkedQueue<>(List.of(one, other));
      threads.runEach(
          count,
          number -> {
            LikelihoodGradient mine = Objects.requireNonNull(free.poll());
            work.with(mine, number);
            free.add(mine);
          });
    }
  }

  /** Milliseconds of one gradient on one thread, the best of some. */
  private static double stepMs(Network network, boolean noisy, Trial trial, Bench bench) {
    int[] batch = bench.batch(FIXED_BATCHES, trial.batch());
    double best = Double.POSITIVE_INFINITY;
    try (LikelihoodGradient gradient = bench.gradient(network, trial.batch())) {
      for (int i = 0; i < TIMED_STEPS; i++) {
        long start = System.nanoTime();
        gradient.discard(batch, noisy ? bench.noise(trial.batch(), 0, i) : null);
        best = Math.min(best, (System.nanoTime() - start) / 1e6);
      }
    }
    return best;
  }
}
