package dev.ockham.lab.experiment;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.EpochOrder;
import dev.ockham.core.data.Images;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.data.PixelStatistics;
import dev.ockham.core.data.Split;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.MultiplicativeNoise;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.method.Estimator;
import dev.ockham.core.method.Method;
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
import dev.ockham.train.pass.NoiseSource;
import dev.ockham.train.posterior.SparseVdWeights;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.knowm.xchart.XYChart;

/**
 * Why Sparse VD adds its noise: the variance of θ's gradient in both parameterisations of one and
 * the same posterior as α grows, and what becomes of the KL if θ is a constant there as well
 * (arXiv:1701.05369, section 4.1).
 *
 * @param architecture the network
 * @param epochs of training before the measurement
 * @param alphas noise-to-signal ratios, rising
 * @param repetitions batches that are held while noise is drawn, at least 2
 * @param draws draws of the noise for each
 */
public record AdditiveNoiseExperiment(
    String architecture, int epochs, List<Double> alphas, int repetitions, int draws)
    implements Experiment {

  private static final int BATCH = 100;

  /** Log σ² of layers without noise: far below what float32 shows. */
  private static final float SILENT = -60;

  /** Keeps these batches apart from those of training. */
  private static final long FIXED_BATCHES = 1_000_000;

  private static final double MOST = 8;

  /** Copies the list. */
  public AdditiveNoiseExperiment {
    alphas = List.copyOf(alphas);
  }

  /** At full size. */
  public static AdditiveNoiseExperiment standard() {
    return new AdditiveNoiseExperiment(
        "mlp:784-100-100-10", 5, List.of(0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0), 8, 16);
  }

  /**
   * Variance of θ's gradient over the noise, averaged over a layer's weights.
   *
   * @param multiplicative of w = θ(1 + √α ε)
   * @param additive of w = θ + σε
   */
  private record Row(
      String layer, Estimator estimator, double alpha, Moments multiplicative, Moments additive) {

    String estimatorName() {
      return estimator == Estimator.LOCAL ? "local" : "per-batch";
    }

    Map<String, Object> json(String parameterization, Moments variance) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("parameterization", parameterization);
      json.put("layer", layer);
      json.put("estimator", estimatorName());
      json.put("alpha", alpha);
      json.put("variance", variance.mean());
      json.put("spread", variance.meanError());
      return json;
    }
  }

  @Override
  public String name() {
    return "additive-noise";
  }

  @Override
  public String summary() {
    return "Variance of the gradient by theta with multiplicative and additive noise as alpha"
        + " grows.";
  }

  @Override
  public LabPage run(Setting setting) throws IOException {
    return (setting.quick() ? quick() : this).measure(setting);
  }

  private static AdditiveNoiseExperiment quick() {
    return new AdditiveNoiseExperiment("mlp:784-20-20-10", 1, List.of(0.1, 1.0, 10.0, 100.0), 3, 6);
  }

  private LabPage measure(Setting setting) throws IOException {
    Dataset data = Dataset.named(GradientVarianceExperiment.DATA);
    Libtorch.start();
    RunSpec spec =
        RunSpec.of(Architectures.parse(architecture))
            .bayesian(Method.SPARSE_VD)
            .withEpochs(epochs)
            .withSeed(setting.seed())
            .with("training.pretrain_epochs", epochs);
    setting.progress().accept("trains a network without noise");
    BriefTraining training = BriefTraining.run(spec, data);
    int[] train =
        Split.stratified(data.train(), spec.data().validation(), spec.data().splitSeed()).train();
    PixelStatistics pixels = PixelStatistics.of((Images) data.train(), train);
    List<Row> rows = new ArrayList<>();
    for (Estimator estimator : List.of(Estimator.LOCAL, Estimator.PER_BATCH)) {
      for (String layer : List.of("top", "bottom")) {
        setting.progress().accept(layer + " layer");
        for (double alpha : alphas) {
          rows.add(
              measure(spec.withEstimator(estimator), training, data, train, pixels, layer, alpha));
        }
      }
    }
    List<Slip> slips = Slip.ofAll();
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("data", data.name());
    result.put("architecture", architecture);
    List<Map<String, Object>> json = new ArrayList<>();
    for (Row row : rows) {
      json.add(row.json("multiplicative", row.multiplicative()));
      json.add(row.json("additive", row.additive()));
    }
    result.put("rows", json);
    result.put("kl_slip", slips.stream().map(Slip::json).toList());
    return new LabPage(
        name(),
        "Noise that multiplies, and noise that adds",
        "w = θ(1 + √α ε) and w = θ + σε with σ² = αθ² are one distribution. Why does it matter"
            + " which of the two is differentiated?",
        List.of(growth(rows), slip(slips)),
        result);
  }

  private Row measure(
      RunSpec spec,
      BriefTraining training,
      Dataset data,
      int[] train,
      PixelStatistics pixels,
      String layer,
      double alpha)
      throws IOException {
    Kernels kernels = Kernels.create();
    var scaling = InputScaling.all((float) pixels.mean(), (float) (1 / pixels.standardDeviation()));
    try (Network network = new Network(Architectures.parse(architecture), spec.method())) {
      network.restore(training.last(), kernels);
      int noisy = layer.equals("top") ? network.layers().size() - 1 : 0;
      for (int i = 0; i < network.layers().size(); i++) {
        setNoise((SparseVdWeights) network.layers().get(i).weights(), i == noisy ? alpha : 0);
        network.layers().get(i).weights().refresh(kernels);
      }
      float[] theta = network.layers().get(noisy).weights().theta().value().toArray();
      double[] multiplicative = new double[repetitions];
      double[] additive = new double[repetitions];
      try (LikelihoodGradient gradient =
          new LikelihoodGradient(network, data.train(), scaling, train.length, BATCH, kernels)) {
        for (int repetition = 0; repetition < repetitions; repetition++) {
          long seed = spec.training().seed();
          int[] batch =
              Arrays.copyOf(EpochOrder.of(train, seed, FIXED_BATCHES + repetition), BATCH);
          float[][] byTheta = new float[draws][];
          float[][] byScale = new float[draws][];
          for (int draw = 0; draw < draws; draw++) {
            var noise = new NoiseSource(seed, -10 - (repetition * 1000L + draw));
            var of = gradient.of(batch, BATCH, noise, noisy).getFirst();
            byTheta[draw] = of.theta();
            byScale[draw] = throughScale(theta, of, alpha);
          }
          additive[repetition] = variance(byTheta);
          multiplicative[repetition] = variance(byScale);
        }
      }
      return new Row(
          layer,
          spec.method().estimator(),
          alpha,
          Moments.of(multiplicative),
          Moments.of(additive));
    }
  }

  private static double variance(float[][] gradients) {
    return DrawnVariance.of(gradients, BATCH, new float[0][], 0).total();
  }

  /** Sets σ² = αθ² in every weight. */
  private static void setNoise(SparseVdWeights weights, double alpha) {
    float[] theta = weights.theta().value().toArray();
    float[] logSigma2 = new float[theta.length];
    for (int i = 0; i < theta.length; i++) {
      double wanted = Math.log(alpha) + 2 * Math.log(Math.abs(theta[i]));
      logSigma2[i] = (float) Math.max(SILENT, wanted);
    }
    weights.logSigma2().value().set(logSigma2);
  }

  /** The gradient by θ when σ² = αθ² follows it, by the chain rule that vd-b trains with. */
  private static float[] throughScale(
      float[] theta, LikelihoodGradient.OfLayer gradient, double alpha) {
    float[] sigma2 = new float[theta.length];
    for (int i = 0; i < theta.length; i++) {
      sigma2[i] = (float) (alpha * theta[i] * theta[i]);
    }
    float[] byTheta = gradient.theta().clone();
    float[] bySigma2 = Objects.requireNonNull(gradient.sigma2()).clone();
    MultiplicativeNoise.gradients(
        MemorySegment.ofArray(theta),
        MemorySegment.ofArray(sigma2),
        MemorySegment.ofArray(byTheta),
        MemorySegment.ofArray(bySigma2),
        0,
        theta.length);
    return byTheta;
  }

  // -- the likelihood --

  private static XYChart chart(List<Row> rows, String layer) {
    Plot plot =
        Plot.wide("Gradient by θ, %s layer: × multiplies, + adds".formatted(layer), "α", "variance")
            .logX()
            .logY();
    for (String estimator : List.of("local", "per-batch")) {
      List<Row> mine = of(rows, layer, estimator);
      double[] xs = mine.stream().mapToDouble(Row::alpha).toArray();
      boolean local = estimator.equals("local");
      plot =
          plot.dots(
                  "× " + estimator,
                  xs,
                  mine.stream().mapToDouble(r -> r.multiplicative().mean()).toArray(),
                  local ? Plot.RED : Plot.YELLOW)
              .dots(
                  "+ " + estimator,
                  xs,
                  mine.stream().mapToDouble(r -> r.additive().mean()).toArray(),
                  local ? Plot.BLUE : Plot.GREEN);
    }
    return plot.chart();
  }

  private Finding growth(List<Row> rows) {
    List<List<String>> cells = new ArrayList<>();
    for (Row row : rows) {
      double power = Math.log10(row.alpha());
      if (Math.abs(power - Math.rint(power)) < 1e-9) {
        cells.add(
            Table.row(
                row.layer() + ", " + row.estimatorName(),
                alpha(row),
                text(row.multiplicative()),
                text(row.additive()),
                quotient(row)));
      }
    }
    Row top = of(rows, "top", "local").getLast();
    Row drawn = of(rows, "top", "per-batch").getLast();
    Row bottom = of(rows, "bottom", "local").getLast();
    Row both = of(rows, "bottom", "per-batch").getLast();
    return Finding.of(
            "As α grows, the multiplicative gradient drowns",
            "Differentiated through both of its θ, w = θ(1 + √α ε) gives ∂w/∂θ = 1 + √α ε: the"
                + " noise multiplies the gradient, with a variance of α. With σ a parameter of its"
                + " own ∂w/∂θ = 1, and only the likelihood itself still feels the noise.",
            "Here the two are measured on one network, with the same noise drawn: a network trained"
                + " for %s epochs without noise, %s, then noise of σ² = αθ² in one of its layers, in"
                    .formatted(epochs, architecture)
                + " the parameters (θ, σ²) of Sparse VD. The multiplicative gradient is"
                + " ∂L/∂θ + 2αθ·∂L/∂σ², as vd-b trains with it.",
            ("At α = %s, under one draw of the weights for the batch, the multiplicative gradient"
                    + " has %s the variance of the additive one in the top layer and %s in the"
                    + " bottom layer; 1 + α is what a factor independent of all else would give. A"
                    + " weight is removed from log α = 3 on, α = 20. On the way there it needs a"
                    + " gradient that can still be read.")
                .formatted(alpha(top), quotient(drawn), quotient(both)),
            ("Local draws soften this. Given the activations the factor is 1 + √α (aθ/√S) ζ with"
                    + " S = Σ a²θ² over the inputs of a unit, so only a weight's share a²θ²/S of α"
                    + " is left, and where hundreds of inputs share a unit that is little: at the"
                    + " same α the ratio is %s in the top layer and %s in the bottom one. A unit"
                    + " that few inputs move, as in a network that is becoming sparse, has no such"
                    + " help.")
                .formatted(quotient(top), quotient(bottom)),
            "The additive variance is not constant. Noise in the forward pass moves the predictions"
                + " and what comes back from them. In the top layer it levels off, since the"
                + " gradient by a logit lies between −1 and 1 whatever the noise does.")
        .with(
            Figure.of(
                "additive-noise-top",
                "Variance over the noise of the top layer's gradient by θ against α, both"
                    + " parameterisations of the same posterior, batches of 100.",
                1,
                chart(rows, "top")),
            Figure.of(
                "additive-noise-bottom", "The same in the bottom layer.", 1, chart(rows, "bottom")))
        .with(
            new Table(
                "Variance over the noise of the gradient of N/M Σ L by θ, %s batches of %s held; ± is"
                        .formatted(repetitions, BATCH)
                    + " one standard error",
                List.of("layer, estimator", "α", "multiplicative", "additive", "ratio"),
                cells))
        .beside(
            Paper.of(
                "Molchanov et al., arXiv:1701.05369, section 4.1 and eq. (12)",
                "Finds that training with α above 1 fails because of the variance of the"
                    + " multiplicative gradient, and replaces θ√α ε by σε with σ² a new parameter."
                    + " It gives no table of this variance."));
  }

  private static String quotient(Row row) {
    double ratio = row.multiplicative().mean() / row.additive().mean();
    return String.format(Locale.ROOT, ratio < 10 ? "%.2f×" : "%.0f×", ratio);
  }

  private static String alpha(Row row) {
    return String.format(Locale.ROOT, row.alpha() < 1 ? "%.2f" : "%.0f", row.alpha());
  }

  private static String text(Moments variance) {
    return String.format(Locale.ROOT, "%.1e ± %.0e", variance.mean(), variance.meanError());
  }

  private static List<Row> of(List<Row> rows, String layer, String estimator) {
    return rows.stream()
        .filter(r -> r.layer().equals(layer) && r.estimatorName().equals(estimator))
        .toList();
  }

  // -- the KL --

  /**
   * One weight whose expected NLL is ½h((θ − 1)² + σ²), under the log-uniform prior.
   *
   * @param signalToNoise √h: how many deviations the likelihood sees between the weight and 0
   * @param logAlpha at the minimum that gradient descent from θ = 1 reaches; +∞ where θ goes to 0
   * @param theta there
   * @param logAlphaOfSlip the same if the KL's θ is a constant, so that θ stays 1
   */
  private record Slip(double signalToNoise, double logAlpha, double theta, double logAlphaOfSlip) {

    static List<Slip> ofAll() {
      List<Slip> all = new ArrayList<>();
      for (double z : Grid.linear(0.2, 6, 59)) {
        double h = z * z;
        double theta = 1;
        while (theta > 0 && h * (theta - 1) > 2 * slopeAtBest(h, theta) / theta) {
          theta -= 2e-3;
        }
        boolean gone = theta <= 4e-3;
        all.add(
            new Slip(
                z,
                gone ? Double.POSITIVE_INFINITY : bestLogAlpha(h, theta),
                gone ? 0 : theta,
                bestLogAlpha(h, 1)));
      }
      return all;
    }

    private static double slopeAtBest(double h, double theta) {
      return KlTerm.EXACT.derivative(bestLogAlpha(h, theta));
    }

    /** Where ½hαθ² + KL(α) is least over log α, θ held. */
    private static double bestLogAlpha(double h, double theta) {
      double low = -40;
      double high = 40;
      while (high - low > 1e-7) {
        double middle = (low + high) / 2;
        double slope = 0.5 * h * Math.exp(middle) * theta * theta + KlTerm.EXACT.derivative(middle);
        if (slope < 0) {
          low = middle;
        } else {
          high = middle;
        }
      }
      return low;
    }

    Map<String, Object> json() {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("signal_to_noise", signalToNoise);
      json.put("pruned", Double.isInfinite(logAlpha));
      json.put("log_alpha", Double.isInfinite(logAlpha) ? "infinity" : (Object) logAlpha);
      json.put("theta", theta);
      json.put("log_alpha_of_slip", logAlphaOfSlip);
      return json;
    }
  }

  private static Finding slip(List<Slip> slips) {
    double[] xs = slips.stream().mapToDouble(Slip::signalToNoise).toArray();
    double gone = largest(slips, Double.POSITIVE_INFINITY);
    double past = largest(slips, 3);
    List<List<String>> cells = new ArrayList<>();
    for (double logAlpha : new double[] {-4, -2, 0, 2, 4}) {
      double theta = 0.5;
      double sigma2 = Math.exp(logAlpha) * theta * theta;
      double step = 1e-5;
      double finite = (kl(theta + step, sigma2) - kl(theta - step, sigma2)) / (2 * step);
      cells.add(
          Table.row(
              String.format(Locale.ROOT, "%.0f", logAlpha),
              finite,
              -2 * KlTerm.EXACT.derivative(logAlpha) / theta,
              "0"));
    }
    return Finding.of(
            "θ in the variance is a constant, but not in the KL",
            "The tutorial says that θ is only propagated through the mean, and is a constant in the"
                + " variance. That is right for the likelihood: σ² is a parameter, and θ is not in"
                + " it. The KL is another matter. It sees α = σ²/θ², and with σ² held that moves"
                + " with θ: ∂KL/∂θ = −2θk′/θ² with k′ = dKL/dlog α, which is negative. The KL pulls"
                + " θ to 0.",
            String.format(
                Locale.ROOT,
                "What the slip costs shows one weight with an expected NLL of ½h((θ − 1)² + σ²),"
                    + " which sees it √h standard deviations from 0. The full gradient lets θ go to"
                    + " 0 and α to infinity up to √h = %.1f, and log α passes the threshold of 3 up"
                    + " to √h = %.1f. With the slip θ stays where the likelihood is best, α stops"
                    + " at a finite value, and the threshold is only passed below √h = %.2f. A"
                    + " network trained that way hardly prunes.",
                gone,
                past,
                Math.sqrt(-2 * KlTerm.EXACT.derivative(3) * Math.exp(-3))))
        .with(
            Figure.of(
                "additive-noise-slip",
                "Where log α ends for one weight, against how sure the likelihood is that it is not"
                    + " 0: with the KL's gradient by θ, and without. Infinite values are drawn at"
                    + " 8.",
                1,
                Plot.wide("Where log α ends", "√h, standard deviations from 0", "log α")
                    .line(
                        "gradient of the KL",
                        xs,
                        slips.stream().mapToDouble(s -> Math.min(MOST, s.logAlpha())).toArray(),
                        Plot.BLUE)
                    .line(
                        "θ in the KL a constant",
                        xs,
                        slips.stream().mapToDouble(Slip::logAlphaOfSlip).toArray(),
                        Plot.RED)
                    .dashed("threshold", new double[] {0, 6}, new double[] {3, 3}, Plot.BLACK)
                    .x(0, 6)
                    .y(-4, 9)
                    .chart()))
        .with(
            new Table(
                "∂KL/∂θ of one weight at θ = ½, σ² held",
                List.of("log α", "by finite differences", "−2k′/θ", "as a constant"),
                cells));
  }

  /** The largest signal-to-noise at which log α ends at or above a value. */
  private static double largest(List<Slip> slips, double logAlpha) {
    return slips.stream()
        .filter(s -> s.logAlpha() >= logAlpha)
        .mapToDouble(Slip::signalToNoise)
        .max()
        .orElseThrow();
  }

  private static double kl(double theta, double sigma2) {
    return KlTerm.EXACT.value(Math.log(sigma2) - 2 * Math.log(theta));
  }
}
