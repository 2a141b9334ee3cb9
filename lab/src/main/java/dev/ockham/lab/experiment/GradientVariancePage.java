package dev.ockham.lab.experiment;

import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiConsumer;
import org.knowm.xchart.XYChart;

/** What {@link GradientVarianceExperiment} found, in words, tables and pictures. */
record GradientVariancePage(GradientVarianceRows measured) {

  LabPage page(Map<String, Object> result) throws IOException {
    GradientVarianceOrder order = new GradientVarianceOrder(measured);
    result.put("margins", order.marginRows());
    String name = measured.experiment().name();
    PageText text = PageText.of(GradientVariancePage.class, name);
    order.fill(text);
    decomposition(text);
    shares(text);
    additive(text);
    cost(text);
    return text.page(name, result);
  }

  // -- what it is made of --

  private void decomposition(PageText text) {
    GradientVarianceRow shared = late("per-batch");
    text.put("owes", Math.round(100 * shared.covariance() / shared.variance()))
        .put("left", GradientVarianceRows.power(shared.variance() - shared.covariance()))
        .put("own", GradientVarianceRows.power(late("per-example").variance()))
        .chart("gradient-variance-parts", parts())
        .rows(
            "parts",
            byTrial((row, cells) -> {
              cells.add(GradientVarianceRows.power(row.variance() - row.covariance()));
              cells.add(
                  row.batch() == 1
                      ? "0"
                      : GradientVarianceRows.plusMinus(row.covariance(), row.covarianceSpread()));
            }));
    List<GradientVarianceRow> zeros = new ArrayList<>();
    for (GradientVarianceExperiment.Trial trial : measured.experiment().trials()) {
      for (String estimator : List.of("local", "per-example")) {
        for (String layer : GradientVarianceRows.LAYERS) {
          if (trial.batch() > 1) {
            zeros.add(measured.dropout(estimator, layer, measured.late(), trial.batch()));
          }
        }
      }
    }
    text.put("covariances", zeros.size())
        .put(
            "within",
            zeros.stream()
                .filter(row -> Math.abs(row.covariance()) <= 2 * row.covarianceSpread())
                .count());
  }

  /** Of the top layer, with the largest batch, late in training. */
  private GradientVarianceRow late(String estimator) {
    return measured.dropout(estimator, "top", measured.late(), measured.largest());
  }

  /** A row for each batch size and estimator, with cells for each layer. */
  private List<List<String>> byTrial(BiConsumer<GradientVarianceRow, List<String>> layer) {
    List<List<String>> rows = new ArrayList<>();
    for (GradientVarianceExperiment.Trial trial : measured.experiment().trials()) {
      for (String estimator : GradientVarianceRows.DRAWING) {
        List<String> row = new ArrayList<>(List.of("%s, %s".formatted(trial.batch(), estimator)));
        for (String each : GradientVarianceRows.LAYERS) {
          layer.accept(measured.dropout(estimator, each, measured.late(), trial.batch()), row);
        }
        rows.add(row);
      }
    }
    return rows;
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

  private void shares(PageText text) {
    GradientVarianceRow local = late("local");
    GradientVarianceRow batch = late("per-batch");
    text.put("localShare", 100 * local.ofBatches() / local.total())
        .put("batchShare", 100 * batch.ofBatches() / batch.total())
        .rows(
            "shares",
            byTrial((row, cells) -> {
              cells.add(GradientVarianceRows.power(row.ofBatches()));
              cells.add(GradientVarianceRows.power(row.variance()));
              cells.add(String.format(Locale.ROOT, "%.0f %%", 100 * row.ofBatches() / row.total()));
            }));
  }

  // -- the other parameterisation --

  private GradientVarianceRow sparse(String parameter, String estimator, String layer, int m) {
    return measured.row("additive", parameter, estimator, layer, measured.late(), m);
  }

  private void additive(PageText text) {
    List<List<String>> rows = new ArrayList<>();
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
        rows.add(row);
      }
    }
    text.put("lower", lower)
        .put("sigmaPlaces", places)
        .put("initial", GradientVarianceExperiment.INITIAL_LOG_SIGMA2)
        .chart("gradient-variance-additive", ratios())
        .rows("additive", rows);
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

  private void cost(PageText text) {
    List<List<String>> rows = new ArrayList<>();
    for (String estimator : GradientVarianceRows.ALL) {
      List<String> row = new ArrayList<>(List.of(estimator));
      for (GradientVarianceExperiment.Trial trial : measured.experiment().trials()) {
        row.add(
            Table.number(
                measured.dropout(estimator, "top", measured.late(), trial.batch()).stepMs()));
      }
      rows.add(row);
    }
    List<String> columns = new ArrayList<>(List.of("estimator"));
    measured.experiment().trials().forEach(t -> columns.add("M = " + t.batch()));
    double slow = late("per-example").stepMs() / late("local").stepMs();
    text.put("slow", GradientVarianceRows.times(slow)).rows("cost", columns, rows);
  }
}
