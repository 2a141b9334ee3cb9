package dev.ockham.lab.experiment;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.kl.KlTerm;
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
import dev.ockham.lab.sample.Histogram;
import dev.ockham.lab.sample.Quadrature;
import dev.ockham.lab.sample.Spread;
import dev.ockham.lab.training.Repeats;
import dev.ockham.lab.training.Scale;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The log-uniform prior: its density, its KL, and what training does with and without it. */
public record PriorExperiment() implements Experiment {

  private static final Scale FULL = new Scale("mlp:784-100-10", 10_000, 0.1, 100, 20, 3);
  private static final Scale QUICK = new Scale("mlp:784-12-10", 600, 0.5, 15, 8, 2);

  /** Natural log of |w|; e^−7 is 0.0009, e^3 is 20. */
  private static final double[] LOG_SIZES = Grid.linear(-7, 3, 201);

  private static final double[] DECADES = {1e-4, 1e-3, 1e-2, 0.1, 1, 10};

  /** α of the KL against θ: a drop rate of 1/5. */
  private static final double ALPHA = 0.25;

  /** σ of the KL against θ where the noise is additive. */
  private static final double SIGMA = 0.1;

  private static final double[] THETAS =
      Grid.map(Grid.linear(-3, 1, 81), exponent -> Math.pow(10, exponent));

  private static final double[] SOME_THETAS = {1e-3, 1e-2, 0.1, 1, 10};

  private static final double[] MEANS = Grid.linear(-1, 1, 201);

  /** What makes the quadrature's constant that of {@link KlTerm#EXACT}. */
  private static final double TO_EXACT =
      0.5 * Math.log(2 * Math.PI * Math.E) + KlTerm.SMALL_ALPHA_OFFSET;

  @Override
  public String name() {
    return "prior";
  }

  @Override
  public String summary() {
    return "The log-uniform prior: why it wants zeros, and training with and without it.";
  }

  @Override
  public LabPage run(Setting setting) throws IOException {
    Map<String, Object> result = new LinkedHashMap<>();
    List<Map<String, Object>> byTheta = fixedAlpha();
    result.put("alpha", ALPHA);
    result.put("kl_at_fixed_alpha", byTheta);
    Scale scale = setting.quick() ? QUICK : FULL;
    Dataset data = scale.data();
    setting.progress().accept("dense twin");
    Repeats dense = Repeats.of("dense twin", scale.dense(), data, setting.seed(), scale.seeds());
    RunSpec spec = scale.sparseVd();
    setting.progress().accept("with the prior");
    Repeats with = Repeats.of("with the prior", spec, data, setting.seed(), scale.seeds());
    setting.progress().accept("without the prior");
    Repeats without =
        Repeats.of(
            "without the prior",
            spec.with("training.kl_weight.last", 0),
            data,
            setting.seed(),
            scale.seeds());
    result.put("scale", scale.json());
    result.put("dense", dense.json());
    result.put("with_prior", with.json());
    result.put("without_prior", without.json());
    return new LabPage(
        name(),
        "A prior that wants zeros",
        "Variational dropout assumes that all orders of magnitude of a weight are equally likely."
            + " Why does that remove weights, and what is left of it if the prior is turned off?",
        List.of(density(), scaleFree(byTheta), pull(), training(scale, dense, with, without)),
        result);
  }

  private static Finding density() {
    Plot sizes = Plot.wide("The same priors, of log |w|", "log |w|", "density");
    Plot plain = Plot.wide("Priors of a weight", "w", "density");
    double[] ws = Grid.linear(-2.5, 2.5, 500);
    for (WeightPrior prior : WeightPrior.values()) {
      // 0.1/|w| stands for the log-uniform one, which has no constant of its own.
      double height = prior == WeightPrior.LOG_UNIFORM ? 0.1 : 1;
      plain =
          plain.line(
              prior.text(),
              ws,
              Grid.map(ws, w -> height * Math.exp(prior.logDensity(Math.abs(w)))),
              prior.color());
      sizes =
          sizes.line(
              prior.text(),
              LOG_SIZES,
              Grid.map(LOG_SIZES, x -> 2 * height * Math.exp(x + prior.logDensity(Math.exp(x)))),
              prior.color());
    }
    List<List<String>> cells = new ArrayList<>();
    for (int i = 0; i + 1 < DECADES.length; i++) {
      cells.add(
          Table.row(
              "%s to %s".formatted(plain(DECADES[i]), plain(DECADES[i + 1])),
              Math.log(DECADES[i + 1] / DECADES[i]),
              mass(WeightPrior.GAUSSIAN, i),
              mass(WeightPrior.LAPLACE, i),
              mass(WeightPrior.CAUCHY, i)));
    }
    return Finding.of(
            "Flat in the order of magnitude",
            "p(log |w|) = const is the same as p(|w|) ∝ 1/|w|. Every power of ten gets the same"
                + " share, from the smallest numbers to the largest, and so there is no end to the"
                + " share of tiny weights. A Gaussian, a Laplace or a Cauchy prior has a typical"
                + " size: its density of log |w| has a hump there, and each power of ten below it"
                + " is ten times less likely than the one before.",
            "The integral of 1/|w| diverges at 0 and at infinity, so the prior is improper: it is"
                + " no probability distribution, and one cannot draw a network from it. Where to"
                + " put its constant is a matter of taste. Ockham puts it where the KL of a weight"
                + " that is all noise is 0.")
        .with(
            Figure.of(
                "prior-density",
                "Densities of a weight. The log-uniform one, here with an arbitrary height, has a"
                    + " pole at 0.",
                1,
                plain.y(0, 1.6).chart()),
            Figure.of(
                "prior-log-density",
                "Densities of log |w|: one is flat, the others have a typical size.",
                1,
                sizes.y(0, 0.65).chart()))
        .with(
            new Table(
                "What a prior gives to a range of |w|; the log-uniform one up to a factor",
                List.of("|w|", "log-uniform", "Gaussian", "Laplace", "Cauchy"),
                cells))
        .beside(
            Paper.of(
                "Kingma et al., arXiv:1506.02557, section 3.3; Hron et al., arXiv:1711.02989",
                "The prior is chosen so that training θ at fixed α is Gaussian dropout, and"
                    + " compared with storing floating-point numbers: fewer digits of the mantissa,"
                    + " shorter description. The second paper replies that with an improper prior"
                    + " the posterior is improper as well for common likelihoods, so that the"
                    + " result should be read as a penalty and not as Bayesian inference. We call"
                    + " it a regulariser for that reason."));
  }

  private static String plain(double value) {
    return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }

  private static double mass(WeightPrior prior, int decade) {
    return Quadrature.between(
        DECADES[decade], DECADES[decade + 1], w -> 2 * Math.exp(prior.logDensity(w)));
  }

  private static List<Map<String, Object>> fixedAlpha() {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (double theta : SOME_THETAS) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("theta", theta);
      row.put("log_uniform", exactScale(theta));
      row.put("gaussian", atAlpha(WeightPrior.GAUSSIAN, theta));
      row.put("laplace", atAlpha(WeightPrior.LAPLACE, theta));
      row.put("cauchy", atAlpha(WeightPrior.CAUCHY, theta));
      rows.add(row);
    }
    return rows;
  }

  private static double atAlpha(WeightPrior prior, double theta) {
    return prior.kl(theta, Math.sqrt(ALPHA) * theta);
  }

  private static double exactScale(double theta) {
    return atAlpha(WeightPrior.LOG_UNIFORM, theta) + TO_EXACT;
  }

  private static Finding scaleFree(List<Map<String, Object>> rows) {
    double largest = 0;
    List<List<String>> cells = new ArrayList<>();
    double exact = KlTerm.EXACT.value(Math.log(ALPHA));
    for (Map<String, Object> row : rows) {
      cells.add(Table.row(row.values().toArray()));
    }
    for (double theta : SOME_THETAS) {
      largest = Math.max(largest, Math.abs(exactScale(theta) - exact));
    }
    Plot plot =
        Plot.wide(String.format(Locale.ROOT, "KL of a weight with α = %.2f", ALPHA), "θ", "nats")
            .logX();
    for (WeightPrior prior : WeightPrior.values()) {
      double shift = prior == WeightPrior.LOG_UNIFORM ? TO_EXACT : 0;
      plot =
          plot.line(
              prior.text(),
              THETAS,
              Grid.map(THETAS, theta -> atAlpha(prior, theta) + shift),
              prior.color());
    }
    return Finding.of(
            "It does not care about scale",
            String.format(
                Locale.ROOT,
                "Keep the drop rate and change the weight: w ~ N(θ, αθ²) with α = %.2f. By"
                    + " quadrature the log-uniform KL is %.4f nats for every θ, over four orders of"
                    + " magnitude, and agrees with the closed form through Dawson's function to %s."
                    + " So at fixed α the prior says nothing about θ: dropout's θ is trained by the"
                    + " data alone, which is what the prior was made for.",
                ALPHA,
                exact,
                Table.number(largest)),
            "The others do care. Below their scale the KL grows by log 10 = 2.3 nats for each power"
                + " of ten, since they find such small weights unlikely; above it the Gaussian"
                + " grows like the square, the Laplace in proportion, the Cauchy again like the"
                + " logarithm.")
        .with(
            Figure.of(
                "prior-scale",
                "KL by quadrature against the mean of the weight, its drop rate fixed.",
                1,
                plot.y(0, 9).chart()))
        .with(
            new Table(
                String.format(Locale.ROOT, "KL in nats at α = %.2f", ALPHA),
                List.of("θ", "log-uniform", "Gaussian", "Laplace", "Cauchy"),
                cells));
  }

  private static Finding pull() {
    Plot plot =
        Plot.wide(
            String.format(Locale.ROOT, "KL of a weight with σ = %.1f", SIGMA),
            "θ",
            "nats above θ = 0");
    double twice = pullAt(2 * SIGMA);
    double far = pullAt(10 * SIGMA);
    for (WeightPrior prior : WeightPrior.values()) {
      double atZero = prior.kl(0, SIGMA);
      plot =
          plot.line(
              prior.text(),
              MEANS,
              Grid.map(MEANS, theta -> prior.kl(theta, SIGMA) - atZero),
              prior.color());
    }
    return Finding.of(
            "Why it pushes to zero, and only those near it",
            String.format(
                Locale.ROOT,
                "Sparse VD learns θ and σ apart, and now the KL depends on θ through α = σ²/θ². At"
                    + " fixed σ it is a funnel: steep near 0, where a weight has little to say over"
                    + " its own noise, and flat far out. The pull, dKL/dθ, is %.2f nats per unit"
                    + " at θ = 2σ and %.2f at θ = 10σ, about 1/|θ|. A Gaussian prior pulls in"
                    + " proportion to the weight, hardly at small ones and hardest at the large"
                    + " ones that the data need; a Laplace prior pulls all alike.",
                twice,
                far),
            "So a weight that the data defend stays nearly unshrunk, and one that they do not"
                + " defend falls into the funnel. The scale does not matter here either: ten times"
                + " the weight with ten times the noise has the same KL.")
        .with(
            Figure.of(
                "prior-pull",
                "KL against the mean of the weight, its noise fixed, each curve from its value at"
                    + " 0.",
                1,
                plot.y(0, 3).chart()));
  }

  /** dKL/dθ at a mean under the log-uniform prior: −2k′/θ, k′ by log α. */
  private static double pullAt(double theta) {
    return -2 * KlTerm.EXACT.derivative(2 * Math.log(SIGMA / theta)) / theta;
  }

  private static Finding training(Scale scale, Repeats dense, Repeats with, Repeats without) {
    Histogram withHistogram = histogram(with);
    Histogram withoutHistogram = histogram(without);
    double top = 0;
    for (int i = 0; i < withHistogram.densities().length; i++) {
      top = Math.max(top, Math.max(withHistogram.densities()[i], withoutHistogram.densities()[i]));
    }
    double threshold = with.runs().getFirst().snapshot().threshold();
    Spread gap = Spread.of(with.runs(), run -> run.errorPercent() - without.errorPercent().mean());
    return Finding.of(
            "With it and without it",
            ("The same network, the same noise, the same %s epochs. With the KL at weight 1, %s %%"
                 + " of the weights pass the threshold and the rest err by %s %%. With weight 0,"
                 + " that is by fitting the variances to the data alone, %s %% pass and the error"
                 + " is %s %%; the dense twin has %s %%.")
                .formatted(
                    scale.epochs(),
                    with.sparsityPercent(),
                    with.errorPercent().text(1),
                    without.sparsityPercent(),
                    without.errorPercent().text(1),
                    dense.errorPercent().text(1)),
            String.format(
                Locale.ROOT,
                "So training without a prior works, as the tutorial says, but what it learns is how"
                    + " much noise each weight bears, and noise as such is never rewarded: half of"
                    + " the weights end with log α below %.1f. With the prior half of them end"
                    + " above %.1f. On so few pictures the prior changes the error of what is left"
                    + " by %+.1f points.",
                median(without),
                median(with),
                gap.mean()))
        .with(
            Figure.of(
                "prior-log-alpha",
                "log α of all weights after training, first seed. Weights right of the line are"
                    + " removed.",
                1,
                Plot.wide("log α after training", "log α", "density")
                    .bars(
                        without.name(),
                        withoutHistogram.edges(),
                        withoutHistogram.densities(),
                        Plot.BLUE)
                    .bars(with.name(), withHistogram.edges(), withHistogram.densities(), Plot.RED)
                    .dashed(
                        "threshold",
                        new double[] {threshold, threshold},
                        new double[] {0, 1.05 * top},
                        Plot.BLACK)
                    .y(0, 1.05 * top)
                    .chart()))
        .with(
            new Table(
                scale.text(),
                List.of("training", "% gone", "error, %"),
                List.of(
                    Table.row("dense twin", "0", dense.errorPercent().text(1)),
                    Table.row(
                        without.name(), without.sparsityPercent(), without.errorPercent().text(1)),
                    Table.row(with.name(), with.sparsityPercent(), with.errorPercent().text(1)))))
        .beside(
            Paper.of(
                "Bayesian pruning tutorial, KAIST 2019; Molchanov et al., arXiv:1701.05369",
                "The tutorial notes that training also works without a prior: the variances are"
                    + " then fitted to the data alone. The paper puts the sparsity down to the"
                    + " prior: as α grows the weight's mean goes to 0, and a weight with a large α"
                    + " is removed without harm."));
  }

  private static Histogram histogram(Repeats repeats) {
    return Histogram.of(repeats.runs().getFirst().logAlphas(), -10, 12, 88);
  }

  private static double median(Repeats repeats) {
    return Spread.of(
            repeats.runs(),
            run -> {
              double[] sorted = run.logAlphas();
              Arrays.sort(sorted);
              return sorted[sorted.length / 2];
            })
        .mean();
  }
}
