package dev.ockham.lab.experiment;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kl.GaussianKl;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.Finding;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
import dev.ockham.train.network.Network;
import dev.ockham.train.network.WeightLayer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.knowm.xchart.XYChart;

/**
 * What the KL of a prior says of θ while α is held: nothing, under the log-uniform one.
 *
 * @param architecture of the networks
 * @param kls of whole networks, one a prior
 */
record PriorAtFixedAlpha(String architecture, List<NetworkKl> kls) {

  private static final GaussianKl PRIOR = new GaussianKl(0.1);

  /**
   * Measures the KL of whole networks at their initial weights.
   *
   * @param architecture of all of them
   * @param seed of their weights
   * @param spec the run of a method
   */
  static PriorAtFixedAlpha of(String architecture, long seed, Function<Method, RunSpec> spec) {
    Kernels kernels = Kernels.create();
    List<NetworkKl> found = new ArrayList<>();
    for (Method method : List.of(Method.SPARSE_VD, Method.ARD, Method.BNN)) {
      try (Network network =
          new Network(Architectures.parse(architecture), spec.apply(method).method())) {
        network.initialize(InitialWeights.HE, seed, kernels);
        found.add(NetworkKl.of(method.name(), network, kernels));
      }
    }
    return new PriorAtFixedAlpha(architecture, found);
  }

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
  record NetworkKl(String prior, double before, double doubled) {

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

  /** Slopes of the KL, as JSON. */
  List<Map<String, Object>> slopeRows() {
    return KlSlope.ofAll().stream().map(KlSlope::json).toList();
  }

  /** The KL of whole networks, as JSON. */
  List<Map<String, Object>> networkRows() {
    return kls.stream().map(NetworkKl::json).toList();
  }

  /** The finding, beside what training with and without the prior gave. */
  Finding finding(List<TrainedNetwork> all) {
    List<KlSlope> slopes = KlSlope.ofAll();
    double[] xs = slopes.stream().mapToDouble(KlSlope::logAlpha).toArray();
    double worst =
        slopes.stream()
            .mapToDouble(s -> Math.abs(s.uniformByTheta() + s.uniformBySigma2()))
            .max()
            .orElseThrow();
    TrainedNetwork off = TrainedNetwork.named(all, "bnn, β = 0");
    TrainedNetwork on = TrainedNetwork.named(all, "bnn, β = 1");
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
                TrainedNetwork.percent(on.distance(off))),
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
}
