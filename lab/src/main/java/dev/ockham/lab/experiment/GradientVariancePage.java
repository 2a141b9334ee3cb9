package dev.ockham.lab.experiment;

import dev.ockham.core.method.Estimator;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.Finding;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.Paper;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import java.awt.Color;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.XYChart;

/** What {@link GradientVarianceExperiment} found, in words, tables and pictures. */
record GradientVariancePage(GradientVarianceExperiment experiment, List<GradientVarianceRow> rows) {

  private static final List<String> DRAWING = List.of("local", "per-example", "per-batch");
  private static final List<String> ALL = List.of("local", "per-example", "per-batch", "none");
  private static final List<String> LAYERS = List.of("top", "bottom");
  private static final List<Color> COLORS = List.of(Plot.BLUE, Plot.GREEN, Plot.RED);

  LabPage page(Map<String, Object> result) {
    result.put("margins", marginRows());
    return new LabPage(
        experiment.name(),
        "How noisy is the gradient?",
        "The gradient of the expected log-likelihood is estimated from a batch of examples and a"
            + " draw of the noise. Local reparameterisation, a draw of all weights for each"
            + " example, and one draw for the batch have the same mean. What do they differ in?",
        List.of(ordering(), decomposition(), shares(), additive(), cost()),
        result);
  }

  private int late() {
    return experiment.epochs().getLast();
  }

  private int largest() {
    return experiment.trials().getLast().batch();
  }

  private GradientVarianceRow row(
      String parameterization, String parameter, String estimator, String layer, int e, int m) {
    return rows.stream()
        .filter(r ->
            r.parameterization().equals(parameterization)
                && r.parameter().equals(parameter)
                && r.estimatorName().equals(estimator)
                && r.layer().equals(layer)
                && r.epoch() == e
                && r.batch() == m)
        .findFirst()
        .orElseThrow();
  }

  private GradientVarianceRow dropout(String estimator, String layer, int epoch, int batch) {
    return row("multiplicative", "theta", estimator, layer, epoch, batch);
  }

  private static String power(double value) {
    return String.format(Locale.ROOT, "%.1e", value).replace("e+0", "e").replace("e-0", "e-");
  }

  private static String plusMinus(double value, double error) {
    return power(value) + " ± " + power(error);
  }

  private static String times(double ratio) {
    String format = ratio < 10 ? "%.2f×" : ratio < 100 ? "%.1f×" : "%.0f×";
    return String.format(Locale.ROOT, format, ratio);
  }

  // -- the ordering --

  private Finding ordering() {
    List<List<String>> noise = new ArrayList<>();
    List<List<String>> totals = new ArrayList<>();
    for (String estimator : ALL) {
      List<String> drawn = new ArrayList<>(List.of(estimator));
      List<String> total = new ArrayList<>(List.of(estimator));
      for (String layer : LAYERS) {
        for (int epoch : experiment.epochs()) {
          GradientVarianceRow row = dropout(estimator, layer, epoch, largest());
          drawn.add(estimator.equals("none") ? "0" : plusMinus(row.variance(), row.spread()));
          double local = dropout("local", layer, epoch, largest()).total();
          total.add("%s (%s)".formatted(power(row.total()), times(row.total() / local)));
        }
      }
      noise.add(drawn);
      totals.add(total);
    }
    List<String> columns = new ArrayList<>(List.of("estimator"));
    for (String layer : LAYERS) {
      experiment.epochs().forEach(e -> columns.add(layer + ", epoch " + e));
    }
    return Finding.of(
            "One number for each activation is the quietest",
            ("The network is %s, of the paper's kind but small enough for minutes: ReLU layers"
                    + " under Gaussian dropout B, w = θ(1 + √α ε) with α = 1 on hidden units and"
                    + " ¼ on the input. It is trained on %s by local reparameterisation; then its"
                    + " weights are held and the gradient of N/M Σ L by θ is drawn again and again"
                    + " by each estimator. Variances are averages over a layer's weights, on the"
                    + " scale of N = 9,000 examples.")
                .formatted(experiment.architecture(), GradientVarianceExperiment.DATA),
            verdict(),
            ("In the bottom layer per-example draws have %s and per-batch draws %s the variance of"
                    + " local ones, in the top layer %s and %s (batches of %s, after epoch %s).")
                .formatted(
                    times(ratio("per-example", "bottom", late(), largest())),
                    times(ratio("per-batch", "bottom", late(), largest())),
                    times(ratio("per-example", "top", late(), largest())),
                    times(ratio("per-batch", "top", late(), largest())),
                    largest(),
                    late()))
        .with(
            new Table(
                ("Variance over the noise with the batch of %s held; ± is one standard error over"
                        + " independent repetitions, each with a batch of its own")
                    .formatted(largest()),
                columns,
                noise),
            new Table(
                ("Variance over noise and batches, M = %s, as the paper has it; the batch's part is"
                        + " the same for all three, since they have the same mean; in brackets over"
                        + " local")
                    .formatted(largest()),
                columns,
                totals),
            new Table(
                ("How many times the variance on the same batch: geometric mean over repetitions ±"
                        + " its standard error, after epoch %s")
                    .formatted(late()),
                List.of(
                    "M",
                    "top: example/local",
                    "batch/example",
                    "bottom: example/local",
                    "batch/example"),
                margins()))
        .with(
            Figure.of(
                "gradient-variance-top",
                "Variance over the noise in the top layer against the batch size, late in training:"
                    + " two lines of slope −1, and one that stops falling.",
                1,
                byBatch("top")),
            Figure.of(
                "gradient-variance-bottom", "The same in the bottom layer.", 1, byBatch("bottom")))
        .beside(
            Paper.of(
                "Kingma et al., arXiv:1506.02557, table 1",
                "Measures a fully connected network with variational dropout on MNIST, minibatches"
                    + " of 1,000, after 10 epochs. Its scale depends on data and network; what"
                    + " carries over is the order. Noise and batches vary together there, so its"
                    + " numbers compare with the second table. Over local draws, per-example draws"
                    + " have 1.8 and 2.3 times the variance there (top, bottom), per-batch draws"
                    + " 6.3 and 4.5, no noise 0.36 and 0.68.",
                new Table(
                    "Gradient variance, their numbers",
                    List.of("estimator", "top", "bottom"),
                    List.of(
                        List.of("local", "7.8e3", "1.9e2"),
                        List.of("per-example", "1.4e4", "4.3e2"),
                        List.of("per-batch", "4.9e4", "8.5e2"),
                        List.of("none", "2.8e3", "1.3e2")))));
  }

  /** Margins of the order of estimators, as JSON. */
  private List<Map<String, Object>> marginRows() {
    List<Map<String, Object>> found = new ArrayList<>();
    for (GradientVarianceRow example : rows) {
      if (example.estimator() == Estimator.PER_EXAMPLE && example.batch() > 1) {
        GradientVarianceRow local = beside(example, "local");
        GradientVarianceRow batch = beside(example, "per-batch");
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("parameterization", example.parameterization());
        json.put("parameter", example.parameter());
        json.put("layer", example.layer());
        json.put("epoch", example.epoch());
        json.put("batch", example.batch());
        json.put("per_example_over_local", example.over(local).ratio());
        json.put("per_example_over_local_error", example.over(local).error());
        json.put("per_batch_over_per_example", batch.over(example).ratio());
        json.put("per_batch_over_per_example_error", batch.over(example).error());
        json.put("repetitions", example.drawn().size());
        json.put("repetitions_local_below_per_example", local.below(example));
        json.put("repetitions_per_example_below_per_batch", example.below(batch));
        found.add(json);
      }
    }
    return found;
  }

  private GradientVarianceRow beside(GradientVarianceRow row, String estimator) {
    return row(
        row.parameterization(), row.parameter(), estimator, row.layer(), row.epoch(), row.batch());
  }

  private List<List<String>> margins() {
    List<List<String>> cells = new ArrayList<>();
    for (GradientVarianceExperiment.Trial trial : experiment.trials()) {
      if (trial.batch() == 1) {
        continue; // per-example and per-batch draws are the same, and a gradient may be 0
      }
      List<String> row = new ArrayList<>(List.of(Integer.toString(trial.batch())));
      for (String layer : LAYERS) {
        GradientVarianceRow local = dropout("local", layer, late(), trial.batch());
        GradientVarianceRow example = dropout("per-example", layer, late(), trial.batch());
        GradientVarianceRow batch = dropout("per-batch", layer, late(), trial.batch());
        row.add(text(example.over(local)));
        row.add(text(batch.over(example)));
      }
      cells.add(row);
    }
    return cells;
  }

  private static String text(GradientVarianceRow.Margin margin) {
    return String.format(Locale.ROOT, "%.2f ± %.2f", margin.ratio(), margin.error());
  }

  private double ratio(String estimator, String layer, int epoch, int batch) {
    return dropout(estimator, layer, epoch, batch).variance()
        / dropout("local", layer, epoch, batch).variance();
  }

  /** Whether the order holds, counted. */
  private String verdict() {
    long measured = 0;
    long first = 0;
    long second = 0;
    int places = 0;
    int ordered = 0;
    for (GradientVarianceExperiment.Trial trial : experiment.trials()) {
      for (String layer : LAYERS) {
        for (int epoch : experiment.epochs()) {
          if (trial.batch() == 1) {
            continue;
          }
          GradientVarianceRow local = dropout("local", layer, epoch, trial.batch());
          GradientVarianceRow example = dropout("per-example", layer, epoch, trial.batch());
          GradientVarianceRow batch = dropout("per-batch", layer, epoch, trial.batch());
          measured += local.drawn().size();
          first += local.below(example);
          second += example.below(batch);
          places++;
          ordered +=
              local.variance() < example.variance() && example.variance() < batch.variance()
                  ? 1
                  : 0;
        }
      }
    }
    return ("The order local < per-example < per-batch holds for the means of %s of the %s"
            + " combinations of layer, moment and batch above 1. On one and the same batch, local"
            + " draws had less variance than per-example draws in %s of %s repetitions, and those"
            + " less than per-batch draws in %s of %s. With a single example the last two are the"
            + " same estimator.")
        .formatted(ordered, places, first, measured, second, measured);
  }

  private double[] batches() {
    return experiment.trials().stream().mapToDouble(t -> t.batch()).toArray();
  }

  private XYChart byBatch(String layer) {
    Plot plot =
        Plot.wide(
                "Variance over the noise, %s layer, after epoch %s".formatted(layer, late()),
                "examples in the batch",
                "variance")
            .logX()
            .logY();
    for (int i = 0; i < DRAWING.size(); i++) {
      String estimator = DRAWING.get(i);
      double[] values =
          experiment.trials().stream()
              .mapToDouble(t -> dropout(estimator, layer, late(), t.batch()).variance())
              .toArray();
      plot = plot.dots(estimator, batches(), values, COLORS.get(i));
    }
    return plot.chart();
  }

  // -- what it is made of --

  private Finding decomposition() {
    List<List<String>> cells = new ArrayList<>();
    for (GradientVarianceExperiment.Trial trial : experiment.trials()) {
      for (String estimator : DRAWING) {
        List<String> row = new ArrayList<>(List.of("%s, %s".formatted(trial.batch(), estimator)));
        for (String layer : LAYERS) {
          GradientVarianceRow r = dropout(estimator, layer, late(), trial.batch());
          row.add(power(r.variance() - r.covariance()));
          row.add(trial.batch() == 1 ? "0" : plusMinus(r.covariance(), r.covarianceSpread()));
        }
        cells.add(row);
      }
    }
    GradientVarianceRow shared = dropout("per-batch", "top", late(), largest());
    GradientVarianceRow own = dropout("per-example", "top", late(), largest());
    return Finding.of(
            "What a larger batch cannot remove",
            "With L the log-likelihood of an example, Var[N/M Σ L] = N²(Var[L]/M + (M − 1)/M ·"
                + " Cov[L, L′]); the same holds for each component of the gradient. The first part"
                + " falls like 1/M. The second part does not, and it is there if examples share"
                + " noise.",
            "It is measured without a gradient for each example: the batch is cut into two halves"
                + " that see the same draw, and the covariance of the two halves' gradients is that"
                + " of examples with other examples. It must be 0 where each example has noise of"
                + " its own: "
                + zeros()
                + " One draw for the batch owes, in the top layer with "
                + largest()
                + " examples, "
                + Math.round(100 * shared.covariance() / shared.variance())
                + " % of its variance to the covariance. What is left, "
                + power(shared.variance() - shared.covariance())
                + ", stands against "
                + power(own.variance())
                + " of per-example draws: a single example cannot tell the two apart.")
        .with(
            new Table(
                "Both parts of the variance over the noise, after epoch %s; ± is one standard error"
                    .formatted(late()),
                List.of(
                    "M, estimator",
                    "top: N²Var/M",
                    "top: N²(M−1)/M·Cov",
                    "bottom: N²Var/M",
                    "bottom: N²(M−1)/M·Cov"),
                cells))
        .with(
            Figure.of(
                "gradient-variance-parts",
                "The two parts of the variance under one draw of the weights for the batch, top"
                    + " layer: the examples' own variance falls, their covariance stays.",
                1,
                parts()));
  }

  /** How many covariances that are 0 were measured as such. */
  private String zeros() {
    int places = 0;
    int within = 0;
    for (GradientVarianceExperiment.Trial trial : experiment.trials()) {
      for (String estimator : List.of("local", "per-example")) {
        for (String layer : LAYERS) {
          if (trial.batch() > 1) {
            GradientVarianceRow r = dropout(estimator, layer, late(), trial.batch());
            places++;
            within += Math.abs(r.covariance()) <= 2 * r.covarianceSpread() ? 1 : 0;
          }
        }
      }
    }
    return "%s of the %s values for local and per-example draws lie within two standard errors of it."
        .formatted(within, places);
  }

  private XYChart parts() {
    double[] own =
        experiment.trials().stream()
            .mapToDouble(t -> {
              GradientVarianceRow r = dropout("per-batch", "top", late(), t.batch());
              return r.variance() - r.covariance();
            })
            .toArray();
    double[] shared =
        experiment.trials().stream()
            .mapToDouble(t -> dropout("per-batch", "top", late(), t.batch()).covariance())
            .map(c -> c > 0 ? c : Double.NaN)
            .toArray();
    return Plot.wide("One draw for the batch: both parts", "examples in the batch", "variance")
        .logX()
        .logY()
        .dots("N²Var/M", batches(), own, Plot.BLUE)
        .dots("N²(M − 1)/M·Cov", batches(), shared, Plot.RED)
        .chart();
  }

  // -- two sources --

  private Finding shares() {
    List<List<String>> cells = new ArrayList<>();
    for (GradientVarianceExperiment.Trial trial : experiment.trials()) {
      for (String estimator : DRAWING) {
        List<String> row = new ArrayList<>(List.of("%s, %s".formatted(trial.batch(), estimator)));
        for (String layer : LAYERS) {
          GradientVarianceRow r = dropout(estimator, layer, late(), trial.batch());
          row.add(power(r.ofBatches()));
          row.add(power(r.variance()));
          row.add(String.format(Locale.ROOT, "%.0f %%", 100 * r.ofBatches() / r.total()));
        }
        cells.add(row);
      }
    }
    int m = largest();
    GradientVarianceRow local = dropout("local", "top", late(), m);
    GradientVarianceRow batch = dropout("per-batch", "top", late(), m);
    return Finding.of(
            "Which batch, and which noise",
            "A gradient is random twice: by the batch, and given the batch by the noise. The two"
                + " variances add up. The first is that of the gradient's mean over the noise and"
                + " is the same for every estimator; here it is the covariance, over many batches,"
                + " of two gradients that share the batch and nothing else.",
            String.format(
                Locale.ROOT,
                "With %d examples the choice of the batch makes %.0f %% of the variance in the top"
                    + " layer under local draws and %.0f %% under per-batch draws. Batches are"
                    + " drawn without replacement, so theirs goes to zero as M goes to N.",
                m,
                100 * local.ofBatches() / local.total(),
                100 * batch.ofBatches() / batch.total()))
        .with(
            new Table(
                "Variance by the batch, by the noise, and the batch's share, after epoch %s"
                    .formatted(late()),
                List.of(
                    "M, estimator",
                    "top: batch",
                    "top: noise",
                    "top: share",
                    "bottom: batch",
                    "bottom: noise",
                    "bottom: share"),
                cells));
  }

  // -- the other parameterisation --

  private GradientVarianceRow sparse(String parameter, String estimator, String layer, int m) {
    return row("additive", parameter, estimator, layer, late(), m);
  }

  private Finding additive() {
    List<List<String>> cells = new ArrayList<>();
    int lower = 0;
    int places = 0;
    for (GradientVarianceExperiment.Trial trial : experiment.trials()) {
      for (String parameter : List.of("theta", "sigma2")) {
        String sign = parameter.equals("theta") ? "θ" : "σ²";
        List<String> row = new ArrayList<>(List.of("%s, by %s".formatted(trial.batch(), sign)));
        for (String layer : LAYERS) {
          GradientVarianceRow local = sparse(parameter, "local", layer, trial.batch());
          GradientVarianceRow example = sparse(parameter, "per-example", layer, trial.batch());
          GradientVarianceRow batch = sparse(parameter, "per-batch", layer, trial.batch());
          row.add(power(local.variance()));
          row.add(
              "%s (%s of %s)"
                  .formatted(
                      times(example.variance() / local.variance()),
                      local.below(example),
                      local.drawn().size()));
          row.add(times(batch.variance() / local.variance()));
          if (parameter.equals("sigma2")) {
            places++;
            lower += local.variance() < example.variance() ? 1 : 0;
          }
        }
        cells.add(row);
      }
    }
    return Finding.of(
            "Additive noise: where the two agree",
            "Sparse VD has w = θ + σε with θ and σ² free. Its gradient by a top weight's θ is"
                + " a·∂L/∂b, a function of the pre-activations alone, and those have the same law"
                + " however they were drawn. So local and per-example draws have the same variance"
                + " there, up to the error of the measurement; only sharing a draw costs.",
            ("By σ² the two differ. Local draws have less variance in %s of %s combinations of"
                 + " layer and batch. In dense layers it cannot be otherwise: given all"
                 + " pre-activations of an example, the weight-sampled gradient, (ε/2σ)·a·∂L/∂b"
                 + " with its way back through sampled weights, has the local gradient as its mean,"
                 + " and a conditional mean never has more variance (Rao–Blackwell). The same"
                 + " argument covers θ in lower layers and multiplicative noise. It does not cover"
                 + " convolutions, where one draw of a kernel serves all positions and local draws"
                 + " are independent.")
                .formatted(lower, places),
            String.format(
                Locale.ROOT,
                "The network was trained by Sparse VD from log σ² = %.0f, which gives weights about"
                    + " the noise of dropout at the start.",
                GradientVarianceExperiment.INITIAL_LOG_SIGMA2))
        .with(
            new Table(
                ("Additive noise after epoch %s: variance of local draws over the noise, and how"
                        + " many times that the others have; in brackets on how many of the batches"
                        + " per-example draws had more")
                    .formatted(late()),
                List.of(
                    "M, gradient",
                    "top: local",
                    "top: per-example",
                    "top: per-batch",
                    "bottom: local",
                    "bottom: per-example",
                    "bottom: per-batch"),
                cells))
        .with(
            Figure.of(
                "gradient-variance-additive",
                "Variance of per-example draws over that of local draws with additive noise: 1 for"
                    + " θ of the top layer.",
                1,
                ratios()));
  }

  private XYChart ratios() {
    Plot plot =
        Plot.wide(
                "Additive noise: per-example over local",
                "examples in the batch",
                "ratio of variances")
            .logX()
            .logY();
    for (String layer : LAYERS) {
      for (String parameter : List.of("theta", "sigma2")) {
        double[] values =
            experiment.trials().stream()
                .mapToDouble(t ->
                    sparse(parameter, "per-example", layer, t.batch()).variance()
                        / sparse(parameter, "local", layer, t.batch()).variance())
                .toArray();
        boolean top = layer.equals("top");
        boolean theta = parameter.equals("theta");
        plot =
            plot.dots(
                layer + ", " + (theta ? "θ" : "σ²"),
                batches(),
                values,
                top ? (theta ? Plot.BLUE : Plot.GREEN) : theta ? Plot.RED : Plot.YELLOW);
      }
    }
    return plot.chart();
  }

  // -- what it costs --

  private Finding cost() {
    List<List<String>> cells = new ArrayList<>();
    for (String estimator : ALL) {
      List<String> row = new ArrayList<>(List.of(estimator));
      for (GradientVarianceExperiment.Trial trial : experiment.trials()) {
        row.add(Table.number(dropout(estimator, "top", late(), trial.batch()).stepMs()));
      }
      cells.add(row);
    }
    List<String> columns = new ArrayList<>(List.of("estimator"));
    experiment.trials().forEach(t -> columns.add("M = " + t.batch()));
    double slow =
        dropout("per-example", "top", late(), largest()).stepMs()
            / dropout("local", "top", late(), largest()).stepMs();
    return Finding.of(
            "What it costs",
            ("A step of %s examples with a draw of all weights for each takes %s the time of local"
                    + " draws: it draws one number for each weight and example, in chunks, since"
                    + " the weights of a whole batch would not fit. Local draws pay a second matrix"
                    + " product and one number for each activation.")
                .formatted(largest(), times(slow)))
        .with(
            new Table(
                "Milliseconds of forward and backward pass on one thread of this machine, best of"
                    + " three",
                columns,
                cells));
  }
}
