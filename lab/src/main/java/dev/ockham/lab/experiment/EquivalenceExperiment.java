package dev.ockham.lab.experiment;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.data.PixelStatistics;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kl.GaussianKl;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.method.Method;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.ParameterNames;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.Finding;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.Paper;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
import dev.ockham.lab.sample.Moments;
import dev.ockham.lab.training.BriefTraining;
import dev.ockham.train.engine.Libtorch;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.Replica;
import dev.ockham.train.network.WeightLayer;
import dev.ockham.train.pass.NoiseSource;
import dev.ockham.train.pass.NormStatistics;
import dev.ockham.train.pass.Norms;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.knowm.xchart.XYChart;

/**
 * Gaussian dropout of type B and variational dropout with a fixed α are the same training: bit for
 * bit, and for one prior only (arXiv:1506.02557, sections 3.2 and 3.3). Binary dropout and type A
 * have the same moments and give other networks.
 *
 * @param architecture the network
 * @param epochs of every training run
 * @param draws of the noise for the moments of a pre-activation
 */
public record EquivalenceExperiment(String architecture, int epochs, int draws)
    implements Experiment {

  /** One layer, so that its pre-activations are the network's output. */
  private static final String ONE_LAYER = "mlp:784-10";

  private static final int DOTS = 1500;
  private static final GaussianKl PRIOR = new GaussianKl(0.1);

  /** At full size. */
  public static EquivalenceExperiment standard() {
    return new EquivalenceExperiment("mlp:784-100-10", 5, 4000);
  }

  @Override
  public String name() {
    return "equivalence";
  }

  @Override
  public String summary() {
    return "Gaussian dropout is variational dropout with a fixed alpha, bit for bit.";
  }

  /** A trained network. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Trained(String name, BriefTraining training, float[] theta, float[] bottom) {

    /** Share of weights whose bits are those of another network. */
    double equalBits(Trained other) {
      int equal = 0;
      for (int i = 0; i < theta.length; i++) {
        equal +=
            Float.floatToRawIntBits(theta[i]) == Float.floatToRawIntBits(other.theta[i]) ? 1 : 0;
      }
      return (double) equal / theta.length;
    }

    /** Euclidean distance of all weights, over the other network's length. */
    double distance(Trained other) {
      double distance = 0;
      double length = 0;
      for (int i = 0; i < theta.length; i++) {
        distance += Math.pow((double) theta[i] - other.theta[i], 2);
        length += Math.pow(other.theta[i], 2);
      }
      return Math.sqrt(distance / length);
    }

    EpochMetrics end() {
      return training.metrics().getLast();
    }

    double errorPercent() {
      return Objects.requireNonNull(end().validation()).errorPercent();
    }

    Map<String, Object> json(Trained reference) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", name);
      json.put("weights_sha256", training.weightsSha256());
      json.put("reference", reference.name());
      json.put("equal_bits", equalBits(reference));
      json.put("distance", distance(reference));
      json.put("nll", end().nll());
      json.put("kl_nats", end().klNats());
      json.put("validation_error_percent", errorPercent());
      return json;
    }
  }

  private RunSpec spec(Method method, Setting setting) {
    return RunSpec.of(Architectures.parse(architecture))
        .bayesian(method)
        .withEpochs(epochs)
        .withSeed(setting.seed());
  }

  private Trained train(String name, RunSpec spec, Dataset data, Setting setting)
      throws IOException {
    setting.progress().accept("trains " + name);
    BriefTraining training = BriefTraining.run(spec, data);
    List<float[]> layers = new ArrayList<>();
    for (var layer : Architectures.parse(architecture).weightTensors()) {
      layers.add(training.values(ParameterNames.theta(layer)));
    }
    float[] all = new float[layers.stream().mapToInt(values -> values.length).sum()];
    int at = 0;
    for (float[] values : layers) {
      System.arraycopy(values, 0, all, at, values.length);
      at += values.length;
    }
    return new Trained(name, training, all, layers.getFirst());
  }

  @Override
  public LabPage run(Setting setting) throws IOException {
    return (setting.quick() ? quick() : this).measure(setting);
  }

  private static EquivalenceExperiment quick() {
    return new EquivalenceExperiment("mlp:784-20-10", 1, 2000);
  }

  private LabPage measure(Setting setting) throws IOException {
    Dataset data = Dataset.named(GradientVarianceExperiment.DATA);
    Libtorch.start();
    RunSpec dropout = spec(Method.GAUSSIAN_DROPOUT_B, setting);
    // The values at which dropout B stands: only the prior is new.
    RunSpec fixed =
        spec(Method.VD_B, setting)
            .with("method.learn_alpha", false)
            .with("method.alpha", dropout.method().alpha())
            .with("method.input_alpha", dropout.method().inputAlpha());
    RunSpec bayesian = spec(Method.BNN, setting).with("method.initial_log_sigma2", -6);
    List<Trained> all = new ArrayList<>();
    all.add(train("gaussian-dropout-b", dropout, data, setting));
    all.add(train("vd-b, α fixed", fixed, data, setting));
    all.add(train("vd-b, α fixed, β = 0", fixed.withBeta(0), data, setting));
    all.add(train("vd-b, α learnt", fixed.with("method.learn_alpha", true), data, setting));
    all.add(
        train(
            "gaussian-dropout-b, another seed",
            dropout.withSeed(setting.seed() + 1),
            data,
            setting));
    all.add(train("gaussian-dropout-a", spec(Method.GAUSSIAN_DROPOUT_A, setting), data, setting));
    all.add(train("binary-dropout", spec(Method.BINARY_DROPOUT, setting), data, setting));
    all.add(train("bnn, β = 0", bayesian.withBeta(0), data, setting));
    all.add(train("bnn, β = 1", bayesian, data, setting));
    setting.progress().accept("moments of pre-activations");
    List<PreActivation> moments = moments(dropout, data);
    List<NetworkKl> kls = networkKls(setting);
    Trained reference = all.getFirst();
    Trained prior = named(all, "bnn, β = 0");
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("data", data.name());
    result.put("architecture", architecture);
    result.put(
        "rows",
        all.stream().map(t -> t.json(t.name().startsWith("bnn") ? prior : reference)).toList());
    result.put("kl_gradient", KlSlope.ofAll().stream().map(KlSlope::json).toList());
    result.put("network_kl", kls.stream().map(NetworkKl::json).toList());
    result.put("moments", moments.stream().map(PreActivation::json).toList());
    return new LabPage(
        name(),
        "Dropout that is variational inference",
        "Gaussian dropout came from regularisation, variational dropout from Bayes. When are they"
            + " the same, and which prior does dropout believe in?",
        List.of(bits(all), prior(all, kls), moments(all, moments)),
        result);
  }

  private static Trained named(List<Trained> all, String name) {
    return all.stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
  }

  // -- the same bits --

  private static XYChart against(Trained one, Trained other) {
    // Weights of the bottom layer, evenly from all of it.
    int stride = Math.max(1, one.bottom().length / DOTS);
    double[] xs = new double[one.bottom().length / stride];
    double[] ys = new double[xs.length];
    for (int i = 0; i < xs.length; i++) {
      xs[i] = one.bottom()[i * stride];
      ys[i] = other.bottom()[i * stride];
    }
    return Plot.panel(other.name(), "θ of " + one.name(), "θ")
        .scatter("weights", xs, ys, one.equalBits(other) == 1 ? Plot.BLUE : Plot.RED)
        .x(-0.2, 0.2)
        .y(-0.2, 0.2)
        .chart();
  }

  private Finding bits(List<Trained> all) {
    Trained dropout = all.getFirst();
    Trained fixed = named(all, "vd-b, α fixed");
    List<List<String>> cells = new ArrayList<>();
    for (Trained t : all) {
      if (!t.name().startsWith("bnn")) {
        cells.add(
            Table.row(
                t.name(),
                "sha256:" + t.training().weightsSha256().substring(0, 8),
                String.format(Locale.ROOT, "%.0f %%", Math.floor(100 * t.equalBits(dropout))),
                percent(t.distance(dropout)),
                t.end().nll(),
                String.format(Locale.ROOT, "%.1f", t.errorPercent()),
                String.format(Locale.ROOT, "%.0f", t.end().klNats())));
      }
    }
    boolean same = dropout.equalBits(fixed) == 1;
    return Finding.of(
            same ? "The same network, bit for bit" : "Not the same network",
            ("Gaussian dropout B draws pre-activations from N(Σ aθ, α Σ a²θ²). Variational dropout"
                    + " with w ~ N(θ, αθ²), drawn locally, does so too. Both are trained here from"
                    + " the same seed, %s for %s epochs on %s with α = 1 on hidden units and ¼ on"
                    + " the input: the same noise is drawn at every step. %s")
                .formatted(
                    architecture,
                    epochs,
                    GradientVarianceExperiment.DATA,
                    same
                        ? "All "
                            + String.format(Locale.ROOT, "%,d", dropout.theta().length)
                            + " weights end with the same bits, and the files of the two models"
                            + " hold the same hash of their weights."
                        : "Their weights differ."),
            String.format(
                    Locale.ROOT,
                    "Variational dropout also has a KL, of %,.0f nats. It is a function of α alone,"
                        + " α is",
                    fixed.end().klNats())
                + " fixed, so its gradient by θ is zero and training cannot tell it from a"
                + " constant: with β = 0 the bits are the same again. Learning α, or another seed,"
                + " gives other bits.")
        .with(
            Figure.of(
                "equivalence-weights",
                "Weights of the bottom layer after training, one dot a weight, against those of"
                    + " Gaussian dropout B: on the diagonal where all bits agree.",
                2,
                against(dropout, fixed),
                against(dropout, named(all, "vd-b, α learnt")),
                against(dropout, named(all, "gaussian-dropout-a")),
                against(dropout, named(all, "binary-dropout"))))
        .with(
            new Table(
                "Compared with gaussian-dropout-b; distance is ‖θ − θ′‖/‖θ′‖, NLL of the last epoch"
                    + " under noise, error on validation images",
                List.of("training", "weights", "equal", "distance", "NLL", "error %", "KL, nats"),
                cells))
        .beside(
            Paper.of(
                "Kingma et al., arXiv:1506.02557, sections 3.2 and 3.3",
                "Shows that Gaussian dropout optimises a variational bound whose prior is such that"
                    + " the KL does not depend on θ, which only the log-uniform prior does, and"
                    + " that α may then be learnt. It reports the errors of both, not their"
                    + " weights."));
  }

  private static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * fraction);
  }

  // -- the prior --

  /**
   * Slope of a prior's KL as θ moves with σ² = αθ², times θ: ∂KL/∂log|θ|, in two parts.
   *
   * @param logAlpha natural log of α
   */
  private record KlSlope(double logAlpha) {

    private static final double THETA = 0.1;

    static List<KlSlope> ofAll() {
      return Arrays.stream(Grid.linear(-6, 6, 61)).mapToObj(KlSlope::new).toList();
    }

    private double logSigma2() {
      return logAlpha + 2 * Math.log(THETA);
    }

    /** θ·∂KL/∂θ, σ² held, of the log-uniform prior as Sparse VD has it. */
    double uniformByTheta() {
      return -2 * THETA * THETA * KlTerm.EXACT.derivative(logAlpha) / (THETA * THETA + 1e-8);
    }

    /** 2αθ²·∂KL/∂σ² = 2·∂KL/∂log σ². */
    double uniformBySigma2() {
      return 2 * KlTerm.EXACT.derivative(logAlpha);
    }

    double gaussianByTheta() {
      return THETA * PRIOR.derivativeByMean(THETA);
    }

    double gaussianBySigma2() {
      return 2 * PRIOR.derivativeByLogVariance(logSigma2());
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("log_alpha", logAlpha);
      json.put("log_uniform_by_theta", uniformByTheta());
      json.put("log_uniform_by_sigma2", uniformBySigma2());
      json.put("log_uniform_sum", uniformByTheta() + uniformBySigma2());
      json.put("gaussian_by_theta", gaussianByTheta());
      json.put("gaussian_by_sigma2", gaussianBySigma2());
      json.put("gaussian_sum", gaussianByTheta() + gaussianBySigma2());
      return json;
    }
  }

  /**
   * KL of a whole network at σ² = αθ² with α = 1, as training adds it up.
   *
   * @param before in nats
   * @param doubled the same with every θ doubled and σ² = αθ² following
   */
  private record NetworkKl(String prior, double before, double doubled) {

    static NetworkKl of(String prior, Network network, Kernels kernels) {
      double before = at(network, 1, kernels);
      return new NetworkKl(prior, before, at(network, 2, kernels));
    }

    private static double at(Network network, float factor, Kernels kernels) {
      for (WeightLayer layer : network.layers()) {
        float[] theta = layer.weights().theta().value().toArray();
        float[] logSigma2 = new float[theta.length];
        for (int i = 0; i < theta.length; i++) {
          theta[i] *= factor;
          logSigma2[i] = (float) (2 * Math.log(Math.abs(theta[i])));
        }
        layer.weights().theta().value().set(theta);
        layer.weights().parameters().get(1).value().set(logSigma2);
        layer.weights().refresh(kernels);
      }
      return network.klNats(kernels);
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("prior", prior);
      json.put("kl_nats", before);
      json.put("kl_nats_doubled", doubled);
      return json;
    }
  }

  private List<NetworkKl> networkKls(Setting setting) {
    Kernels kernels = Kernels.create();
    List<NetworkKl> found = new ArrayList<>();
    for (Method method : List.of(Method.SPARSE_VD, Method.ARD, Method.BNN)) {
      try (Network network =
          new Network(Architectures.parse(architecture), spec(method, setting).method())) {
        network.initialize(InitialWeights.HE, setting.seed(), kernels);
        found.add(NetworkKl.of(method.name(), network, kernels));
      }
    }
    return found;
  }

  private Finding prior(List<Trained> all, List<NetworkKl> kls) {
    List<KlSlope> slopes = KlSlope.ofAll();
    double[] xs = slopes.stream().mapToDouble(KlSlope::logAlpha).toArray();
    double worst =
        slopes.stream()
            .mapToDouble(s -> Math.abs(s.uniformByTheta() + s.uniformBySigma2()))
            .max()
            .orElseThrow();
    Trained off = named(all, "bnn, β = 0");
    Trained on = named(all, "bnn, β = 1");
    List<List<String>> cells = new ArrayList<>();
    for (double logAlpha : new double[] {-4, -2, 0, 2, 4}) {
      KlSlope s = new KlSlope(logAlpha);
      cells.add(
          Table.row(
              String.format(Locale.ROOT, "%.0f", logAlpha),
              s.uniformByTheta(),
              s.uniformBySigma2(),
              String.format(Locale.ROOT, "%.0e", s.uniformByTheta() + s.uniformBySigma2()),
              s.gaussianByTheta(),
              s.gaussianBySigma2(),
              s.gaussianByTheta() + s.gaussianBySigma2()));
    }
    XYChart uniform =
        Plot.wide("Log-uniform prior", "log α", "nats per unit of log |θ|")
            .line(
                "through θ",
                xs,
                slopes.stream().mapToDouble(KlSlope::uniformByTheta).toArray(),
                Plot.BLUE)
            .line(
                "through σ² = αθ²",
                xs,
                slopes.stream().mapToDouble(KlSlope::uniformBySigma2).toArray(),
                Plot.RED)
            .line(
                "sum",
                xs,
                slopes.stream()
                    .mapToDouble(s -> s.uniformByTheta() + s.uniformBySigma2())
                    .toArray(),
                Plot.BLACK)
            .y(-3, 3)
            .chart();
    XYChart gaussian =
        Plot.wide("Gaussian prior N(0, 0.1²), θ = 0.1", "log α", "nats per unit of log |θ|")
            .line(
                "through θ",
                xs,
                slopes.stream().mapToDouble(KlSlope::gaussianByTheta).toArray(),
                Plot.BLUE)
            .line(
                "through σ² = αθ²",
                xs,
                slopes.stream().mapToDouble(KlSlope::gaussianBySigma2).toArray(),
                Plot.RED)
            .line(
                "sum",
                xs,
                slopes.stream()
                    .mapToDouble(s -> s.gaussianByTheta() + s.gaussianBySigma2())
                    .toArray(),
                Plot.BLACK)
            .y(-3, 3)
            .chart();
    return Finding.of(
            "The prior that does not see θ",
            "Write the KL in the additive parameters (θ, σ²) and let σ² = αθ² follow θ. θ then acts"
                + " twice, by itself and through σ². Under the log-uniform prior, with"
                + " k′ = dKL/dlog α, the two are −2k′/θ and 2αθ·k′/σ² = 2k′/θ, and cancel: their"
                + " sum, times θ, stays below %s in size, and that much only because of the 1e-8"
                    .formatted(String.format(Locale.ROOT, "%.0e", worst))
                + " which keeps θ² from 0. Under a Gaussian prior they are θ/s² and αθ/s² − 1/θ,"
                + " which cancel at a single θ for each α.",
            String.format(
                Locale.ROOT,
                "So under a Gaussian prior training must differ from dropout. Two Bayesian networks"
                    + " of the same noise, with that prior and with its weight β set to 0, share"
                    + " %.1f %% of their weights, which are %s of their length apart. The same"
                    + " change left variational dropout with a fixed α as it was.",
                100 * on.equalBits(off),
                percent(on.distance(off))),
            "ARD, whose prior is a Gaussian fitted to each weight anew, has the KL"
                + " ½ log(1 + 1/α) and is as blind to θ. Of priors that are fixed beforehand, the"
                + " log-uniform one is the only one.")
        .with(
            Figure.of(
                "equivalence-prior",
                "Slope of the KL as θ moves and σ² = αθ² follows: the two parts cancel under the"
                    + " log-uniform prior and do not under a Gaussian one.",
                1,
                uniform,
                gaussian))
        .with(
            new Table(
                "∂KL/∂log|θ| at fixed α and θ = 0.1, through θ and through σ² = αθ²",
                List.of("log α", "log-uniform: θ", "σ²", "sum", "Gaussian: θ", "σ²", "sum"),
                cells),
            new Table(
                "KL of a whole network (%s, initial weights) with σ² = αθ², α = 1, before and after"
                        .formatted(architecture)
                    + " all θ are doubled, as the trainer adds it up; weights near 0, where 1e-8"
                    + " stands for θ², keep the first two from standing still",
                List.of("method and its prior", "nats", "θ doubled"),
                kls.stream()
                    .map(k ->
                        List.of(
                            k.prior(),
                            String.format(Locale.ROOT, "%,.1f", k.before()),
                            String.format(Locale.ROOT, "%,.1f", k.doubled())))
                    .toList()));
  }

  // -- moments --

  /**
   * Pre-activations of one example under the noise that training draws.
   *
   * @param exact its variance α Σ a²θ²
   * @param correlation of the two outputs that correlate most under noise on units
   * @param exactCorrelation the same, exactly
   */
  private record PreActivation(
      String method,
      double gamma,
      double exact,
      Moments sampled,
      double correlation,
      double exactCorrelation) {

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("method", method);
      json.put("mean", sampled.mean());
      json.put("mean_error", sampled.meanError());
      json.put("exact_mean", gamma);
      json.put("variance", sampled.variance());
      json.put("variance_error", sampled.varianceError());
      json.put("exact_variance", exact);
      json.put("correlation_of_outputs", correlation);
      json.put("exact_correlation_of_outputs", exactCorrelation);
      return json;
    }
  }

  private List<PreActivation> moments(RunSpec spec, Dataset data) {
    Kernels kernels = Kernels.create();
    Architecture oneLayer = Architectures.parse(ONE_LAYER);
    Images images = (Images) data.train();
    PixelStatistics pixels = PixelStatistics.of(images, new int[] {0});
    var scaling = InputScaling.all((float) pixels.mean(), (float) (1 / pixels.standardDeviation()));
    long seed = spec.training().seed();
    List<PreActivation> found = new ArrayList<>();
    for (Method method :
        List.of(Method.BINARY_DROPOUT, Method.GAUSSIAN_DROPOUT_A, Method.GAUSSIAN_DROPOUT_B)) {
      RunSpec of = spec.with("method.name", method.name()).with("method.input_alpha", 1.0);
      try (Network network = new Network(oneLayer, of.method());
          Arena arena = Arena.ofShared();
          Replica replica = new Replica(network, scaling, 1, kernels, arena)) {
        network.initialize(InitialWeights.HE, seed, kernels);
        OneLayer layer = OneLayer.of(network, images, pixels);
        int[] pair = layer.mostCorrelated();
        double[] first = new double[draws];
        double[] second = new double[draws];
        int[] example = {0};
        for (int draw = 0; draw < draws; draw++) {
          float[] logits = logits(replica, images, example, new NoiseSource(seed, -2 - draw));
          first[draw] = logits[pair[0]];
          second[draw] = logits[pair[1]];
        }
        boolean ownNoise = method.noisyWeights();
        found.add(
            new PreActivation(
                method.name(),
                layer.mean(pair[0]),
                layer.covariance(pair[0], pair[0]),
                Moments.of(first),
                Moments.correlation(first, second),
                ownNoise ? 0 : layer.correlation(pair[0], pair[1])));
      }
    }
    return found;
  }

  /**
   * One example and the weights of one layer, in double.
   *
   * @param a inputs
   * @param theta weights, row by row
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record OneLayer(double[] a, float[] theta) {

    static OneLayer of(Network network, Images images, PixelStatistics pixels) {
      double[] a = new double[images.pixelsPerImage()];
      for (int i = 0; i < a.length; i++) {
        int pixel = images.pixels().get(ValueLayout.JAVA_BYTE, i) & 0xFF;
        a[i] = (pixel - pixels.mean()) / pixels.standardDeviation();
      }
      return new OneLayer(a, network.layers().getFirst().weights().theta().value().toArray());
    }

    double mean(int output) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += a[i] * theta[output * a.length + i];
      }
      return sum;
    }

    /** Σ a²θθ′: of two outputs whose inputs are multiplied by noise of variance 1. */
    double covariance(int one, int other) {
      double sum = 0;
      for (int i = 0; i < a.length; i++) {
        sum += a[i] * a[i] * theta[one * a.length + i] * theta[other * a.length + i];
      }
      return sum;
    }

    double correlation(int one, int other) {
      return covariance(one, other) / Math.sqrt(covariance(one, one) * covariance(other, other));
    }

    int[] mostCorrelated() {
      int[] best = {0, 1};
      for (int one = 0; one < theta.length / a.length; one++) {
        for (int other = 0; other < one; other++) {
          if (Math.abs(correlation(one, other)) > Math.abs(correlation(best[0], best[1]))) {
            best = new int[] {one, other};
          }
        }
      }
      return best;
    }
  }

  private static float[] logits(Replica replica, Images images, int[] example, NoiseSource noise) {
    return replica
        .logits(images, example, noise, new Norms.Fixed(new NormStatistics()))
        .toArray(ValueLayout.JAVA_FLOAT);
  }

  private Finding moments(List<Trained> all, List<PreActivation> moments) {
    List<List<String>> cells = new ArrayList<>();
    for (PreActivation m : moments) {
      cells.add(
          Table.row(
              m.method(),
              String.format(
                  Locale.ROOT, "%.3f ± %.3f", m.sampled().mean(), m.sampled().meanError()),
              String.format(
                  Locale.ROOT, "%.3f ± %.3f", m.sampled().variance(), m.sampled().varianceError()),
              String.format(Locale.ROOT, "%.3f", m.sampled().excessKurtosis()),
              String.format(Locale.ROOT, "%.3f", m.correlation()),
              String.format(Locale.ROOT, "%.3f", m.exactCorrelation())));
    }
    Trained dropout = all.getFirst();
    Trained binary = named(all, "binary-dropout");
    Trained units = named(all, "gaussian-dropout-a");
    Trained seed = named(all, "gaussian-dropout-b, another seed");
    return Finding.of(
            "Equal moments are not equal networks",
            String.format(
                Locale.ROOT,
                "Binary dropout, Gaussian dropout A and Gaussian dropout B of one α give a"
                    + " pre-activation the same mean and variance: here %.3f and %.3f for an"
                    + " output of a layer of 784 inputs with α = 1. What they do not share is the"
                    + " rest: A and binary dropout move all outputs of a layer by the same noise of"
                    + " its inputs, B moves each by its own. Two outputs correlate under the first"
                    + " two and not under B; the table has the two that correlate most.",
                moments.getFirst().gamma(),
                moments.getFirst().exact()),
            String.format(
                Locale.ROOT,
                "Trained from equal weights, on batches in equal order, their networks lie %s"
                    + " (binary) and %s (A) of their length from that of B. Another seed of B,"
                    + " which begins elsewhere, lies %s away. Their errors, %.1f, %.1f and %.1f %%,"
                    + " tell what the methods have in common: equal strength of regularisation, not"
                    + " equal weights.",
                percent(binary.distance(dropout)),
                percent(units.distance(dropout)),
                percent(seed.distance(dropout)),
                binary.errorPercent(),
                units.errorPercent(),
                dropout.errorPercent()))
        .with(
            new Table(
                String.format(
                    Locale.ROOT,
                    "A pre-activation of one example over %,d draws of the noise that training"
                        + " draws; ± is one standard error; exactly, mean %.3f and variance %.3f",
                    draws,
                    moments.getFirst().gamma(),
                    moments.getFirst().exact()),
                List.of("method", "mean", "variance", "kurtosis", "correlation", "exactly"),
                cells));
  }
}
