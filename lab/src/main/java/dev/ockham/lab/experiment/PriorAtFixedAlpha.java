package dev.ockham.lab.experiment;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.arch.InitialWeights;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kl.GaussianKl;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.method.Method;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.lab.page.PageText;
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
import java.util.function.ToDoubleFunction;
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

    double uniform() {
      return uniformByTheta() + uniformBySigma2();
    }

    double gaussian() {
      return gaussianByTheta() + gaussianBySigma2();
    }

    List<String> cells() {
      return Table.row(
          String.format(Locale.ROOT, "%.0f", logAlpha),
          uniformByTheta(),
          uniformBySigma2(),
          String.format(Locale.ROOT, "%.0e", uniform()),
          gaussianByTheta(),
          gaussianBySigma2(),
          gaussian());
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("log_alpha", logAlpha);
      json.put("log_uniform_by_theta", uniformByTheta());
      json.put("log_uniform_by_sigma2", uniformBySigma2());
      json.put("log_uniform_sum", uniform());
      json.put("gaussian_by_theta", gaussianByTheta());
      json.put("gaussian_by_sigma2", gaussianBySigma2());
      json.put("gaussian_sum", gaussian());
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

    List<String> cells() {
      return List.of(
          prior,
          String.format(Locale.ROOT, "%,.1f", before),
          String.format(Locale.ROOT, "%,.1f", doubled));
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

  /** Fills its part of the page, beside what training with and without the prior gave. */
  void fill(PageText text, List<TrainedNetwork> all) {
    List<KlSlope> slopes = KlSlope.ofAll();
    TrainedNetwork off = TrainedNetwork.named(all, "bnn, β = 0");
    TrainedNetwork on = TrainedNetwork.named(all, "bnn, β = 1");
    List<List<String>> cells = new ArrayList<>();
    for (double logAlpha : new double[] {-4, -2, 0, 2, 4}) {
      cells.add(new KlSlope(logAlpha).cells());
    }
    text.put("worst", slopes.stream().mapToDouble(s -> Math.abs(s.uniform())).max().orElseThrow())
        .put("shared", 100 * on.equalBits(off))
        .put("apart", TrainedNetwork.percent(on.distance(off)))
        .chart(
            "equivalence-prior",
            chart(
                "Log-uniform prior",
                slopes,
                KlSlope::uniformByTheta,
                KlSlope::uniformBySigma2,
                KlSlope::uniform),
            chart(
                "Gaussian prior N(0, 0.1²), θ = 0.1",
                slopes,
                KlSlope::gaussianByTheta,
                KlSlope::gaussianBySigma2,
                KlSlope::gaussian))
        .rows("slopes", cells)
        .rows("doubled", kls, NetworkKl::cells);
  }

  private static XYChart chart(
      String title,
      List<KlSlope> slopes,
      ToDoubleFunction<KlSlope> byTheta,
      ToDoubleFunction<KlSlope> bySigma2,
      ToDoubleFunction<KlSlope> sum) {
    double[] xs = Grid.of(slopes, KlSlope::logAlpha);
    return Plot.wide(title, "log α", "nats per unit of log |θ|")
        .line("through θ", xs, Grid.of(slopes, byTheta), Plot.BLUE)
        .line("through σ² = αθ²", xs, Grid.of(slopes, bySigma2), Plot.RED)
        .line("sum", xs, Grid.of(slopes, sum), Plot.BLACK)
        .y(-3, 3)
        .chart();
  }
}
