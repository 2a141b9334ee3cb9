package dev.ockham.lab.experiment;

import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.Finding;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.XYChart;

/** What {@link GradientVarianceExperiment} found, in words, tables and pictures. */
record GradientVariancePage(GradientVarianceRows measured) {

  LabPage page(Map<String, Object> result) {
    GradientVarianceOrder order = new GradientVarianceOrder(measured);
    result.put("margins", order.marginRows());
    return new LabPage(
        measured.experiment().name(),
        "How noisy is the gradient?",
        "The gradient of the expected log-likelihood is estimated from a batch of examples and a"
            + " draw of the noise. Local reparameterisation, a draw of all weights for each"
            + " example, and one draw for the batch have the same mean. What do they differ in?",
        List.of(order.finding(), decomposition(), shares(), additive(), cost()),
        result);
  }

  // -- what it is made of --

  private Finding decomposition() {
    List<List<String>> cells = new ArrayList<>();
    for (GradientVarianceExperiment.Trial trial : measured.experiment().trials()) {
      for (String estimator : GradientVarianceRows.DRAWING) {
        List<String> row = new ArrayList<>(List.of("%s, %s".formatted(trial.batch(), estimator)));
        for (String layer : GradientVarianceRows.LAYERS) {
          GradientVarianceRow r =
              measured.dropout(estimator, layer, measured.late(), trial.batch());
          row.add(GradientVarianceRows.power(r.variance() - r.covariance()));
          row.add(
              trial.batch() == 1
                  ? "0"
                  : GradientVarianceRows.plusMinus(r.covariance(), r.covarianceSpread()));
        }
        cells.add(row);
      }
    }
    GradientVarianceRow shared =
        measured.dropout("per-batch", "top", measured.late(), measured.largest());
    GradientVarianceRow own =
        measured.dropout("per-example", "top", measured.late(), measured.largest());
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
                + measured.largest()
                + " examples, "
                + Math.round(100 * shared.covariance() / shared.variance())
                + " % of its variance to the covariance. What is left, "
                + GradientVarianceRows.power(shared.variance() - shared.covariance())
                + ", stands against "
                + GradientVarianceRows.power(own.variance())
                + " of per-example draws: a single example cannot tell the two apart.")
        .with(
            new Table(
                "Both parts of the variance over the noise, after epoch %s; ± is one standard error"
                    .formatted(measured.late()),
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
    for (GradientVarianceExperiment.Trial trial : measured.experiment().trials()) {
      for (String estimator : List.of("local", "per-example")) {
        for (String layer : GradientVarianceRows.LAYERS) {
          if (trial.batch() > 1) {
            GradientVarianceRow r =
                measured.dropout(estimator, layer, measured.late(), trial.batch());
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
        measured.experiment().trials().stream()
            .mapToDouble(t -> {
              GradientVarianceRow r =
                  measured.dropout("per-batch", "top", measured.late(), t.batch());
              return r.variance() - r.covariance();
            })
            .toArray();
    double[] shared =
        measured.experiment().trials().stream()
            .mapToDouble(
                t -> measured.dropout("per-batch", "top", measured.late(), t.batch()).covariance())
            .map(c -> c > 0 ? c : Double.NaN)
            .toArray();
    return Plot.wide("One draw for the batch: both parts", "examples in the batch", "variance")
        .logX()
        .logY()
        .dots("N²Var/M", measured.batches(), own, Plot.BLUE)
        .dots("N²(M − 1)/M·Cov", measured.batches(), shared, Plot.RED)
        .chart();
  }

  // -- two sources --

  private Finding shares() {
    List<List<String>> cells = new ArrayList<>();
    for (GradientVarianceExperiment.Trial trial : measured.experiment().trials()) {
      for (String estimator : GradientVarianceRows.DRAWING) {
        List<String> row = new ArrayList<>(List.of("%s, %s".formatted(trial.batch(), estimator)));
        for (String layer : GradientVarianceRows.LAYERS) {
          GradientVarianceRow r =
              measured.dropout(estimator, layer, measured.late(), trial.batch());
          row.add(GradientVarianceRows.power(r.ofBatches()));
          row.add(GradientVarianceRows.power(r.variance()));
          row.add(String.format(Locale.ROOT, "%.0f %%", 100 * r.ofBatches() / r.total()));
        }
        cells.add(row);
      }
    }
    int m = measured.largest();
    GradientVarianceRow local = measured.dropout("local", "top", measured.late(), m);
    GradientVarianceRow batch = measured.dropout("per-batch", "top", measured.late(), m);
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
                    .formatted(measured.late()),
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
    return measured.row("additive", parameter, estimator, layer, measured.late(), m);
  }

  private Finding additive() {
    List<List<String>> cells = new ArrayList<>();
    int lower = 0;
    int places = 0;
    for (GradientVarianceExperiment.Trial trial : measured.experiment().trials()) {
      for (String parameter : List.of("theta", "sigma2")) {
        String sign = parameter.equals("theta") ? "θ" : "σ²";
        List<String> row = new ArrayList<>(List.of("%s, by %s".formatted(trial.batch(), sign)));
        for (String layer : GradientVarianceRows.LAYERS) {
          GradientVarianceRow local = sparse(parameter, "local", layer, trial.batch());
          GradientVarianceRow example = sparse(parameter, "per-example", layer, trial.batch());
          GradientVarianceRow batch = sparse(parameter, "per-batch", layer, trial.batch());
          row.add(GradientVarianceRows.power(local.variance()));
          row.add(
              "%s (%s of %s)"
                  .formatted(
                      GradientVarianceRows.times(example.variance() / local.variance()),
                      local.below(example),
                      local.drawn().size()));
          row.add(GradientVarianceRows.times(batch.variance() / local.variance()));
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
                    .formatted(measured.late()),
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
    for (String layer : GradientVarianceRows.LAYERS) {
      for (String parameter : List.of("theta", "sigma2")) {
        double[] values =
            measured.experiment().trials().stream()
                .mapToDouble(t ->
                    sparse(parameter, "per-example", layer, t.batch()).variance()
                        / sparse(parameter, "local", layer, t.batch()).variance())
                .toArray();
        boolean top = layer.equals("top");
        boolean theta = parameter.equals("theta");
        plot =
            plot.dots(
                layer + ", " + (theta ? "θ" : "σ²"),
                measured.batches(),
                values,
                top ? (theta ? Plot.BLUE : Plot.GREEN) : theta ? Plot.RED : Plot.YELLOW);
      }
    }
    return plot.chart();
  }

  // -- what it costs --

  private Finding cost() {
    List<List<String>> cells = new ArrayList<>();
    for (String estimator : GradientVarianceRows.ALL) {
      List<String> row = new ArrayList<>(List.of(estimator));
      for (GradientVarianceExperiment.Trial trial : measured.experiment().trials()) {
        row.add(
            Table.number(
                measured.dropout(estimator, "top", measured.late(), trial.batch()).stepMs()));
      }
      cells.add(row);
    }
    List<String> columns = new ArrayList<>(List.of("estimator"));
    measured.experiment().trials().forEach(t -> columns.add("M = " + t.batch()));
    double slow =
        measured.dropout("per-example", "top", measured.late(), measured.largest()).stepMs()
            / measured.dropout("local", "top", measured.late(), measured.largest()).stepMs();
    return Finding.of(
            "What it costs",
            ("A step of %s examples with a draw of all weights for each takes %s the time of local"
                    + " draws: it draws one number for each weight and example, in chunks, since"
                    + " the weights of a whole batch would not fit. Local draws pay a second matrix"
                    + " product and one number for each activation.")
                .formatted(measured.largest(), GradientVarianceRows.times(slow)))
        .with(
            new Table(
                "Milliseconds of forward and backward pass on one thread of this machine, best of"
                    + " three",
                columns,
                cells));
  }
}
