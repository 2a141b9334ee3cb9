package dev.ockham.lab.experiment;

import dev.ockham.core.method.Estimator;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.Finding;
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

/** The order of estimators by variance, and by how much each is above the one before it. */
record GradientVarianceOrder(GradientVarianceRows measured) {

  private static final List<Color> COLORS = List.of(Plot.BLUE, Plot.GREEN, Plot.RED);

  /** The finding. */
  Finding finding() {
    List<List<String>> noise = new ArrayList<>();
    List<List<String>> totals = new ArrayList<>();
    for (String estimator : GradientVarianceRows.ALL) {
      List<String> drawn = new ArrayList<>(List.of(estimator));
      List<String> total = new ArrayList<>(List.of(estimator));
      for (String layer : GradientVarianceRows.LAYERS) {
        for (int epoch : measured.experiment().epochs()) {
          GradientVarianceRow row = measured.dropout(estimator, layer, epoch, measured.largest());
          drawn.add(
              estimator.equals("none")
                  ? "0"
                  : GradientVarianceRows.plusMinus(row.variance(), row.spread()));
          double local = measured.dropout("local", layer, epoch, measured.largest()).total();
          total.add(
              "%s (%s)"
                  .formatted(
                      GradientVarianceRows.power(row.total()),
                      GradientVarianceRows.times(row.total() / local)));
        }
      }
      noise.add(drawn);
      totals.add(total);
    }
    List<String> columns = new ArrayList<>(List.of("estimator"));
    for (String layer : GradientVarianceRows.LAYERS) {
      measured.experiment().epochs().forEach(e -> columns.add(layer + ", epoch " + e));
    }
    return Finding.of(
            "One number for each activation is the quietest",
            ("The network is %s, of the paper's kind but small enough for minutes: ReLU layers"
                    + " under Gaussian dropout B, w = θ(1 + √α ε) with α = 1 on hidden units and"
                    + " ¼ on the input. It is trained on %s by local reparameterisation; then its"
                    + " weights are held and the gradient of N/M Σ L by θ is drawn again and again"
                    + " by each estimator. Variances are averages over a layer's weights, on the"
                    + " scale of N = 9,000 examples.")
                .formatted(measured.experiment().architecture(), GradientVarianceExperiment.DATA),
            verdict(),
            ("In the bottom layer per-example draws have %s and per-batch draws %s the variance of"
                    + " local ones, in the top layer %s and %s (batches of %s, after epoch %s).")
                .formatted(
                    GradientVarianceRows.times(
                        ratio("per-example", "bottom", measured.late(), measured.largest())),
                    GradientVarianceRows.times(
                        ratio("per-batch", "bottom", measured.late(), measured.largest())),
                    GradientVarianceRows.times(
                        ratio("per-example", "top", measured.late(), measured.largest())),
                    GradientVarianceRows.times(
                        ratio("per-batch", "top", measured.late(), measured.largest())),
                    measured.largest(),
                    measured.late()))
        .with(
            new Table(
                ("Variance over the noise with the batch of %s held; ± is one standard error over"
                        + " independent repetitions, each with a batch of its own")
                    .formatted(measured.largest()),
                columns,
                noise),
            new Table(
                ("Variance over noise and batches, M = %s, as the paper has it; the batch's part is"
                        + " the same for all three, since they have the same mean; in brackets over"
                        + " local")
                    .formatted(measured.largest()),
                columns,
                totals),
            new Table(
                ("How many times the variance on the same batch: geometric mean over repetitions ±"
                        + " its standard error, after epoch %s")
                    .formatted(measured.late()),
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
  List<Map<String, Object>> marginRows() {
    List<Map<String, Object>> found = new ArrayList<>();
    for (GradientVarianceRow example : measured.rows()) {
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
    return measured.row(
        row.parameterization(), row.parameter(), estimator, row.layer(), row.epoch(), row.batch());
  }

  private List<List<String>> margins() {
    List<List<String>> cells = new ArrayList<>();
    for (GradientVarianceExperiment.Trial trial : measured.experiment().trials()) {
      if (trial.batch() == 1) {
        continue; // per-example and per-batch draws are the same, and a gradient may be 0
      }
      List<String> row = new ArrayList<>(List.of(Integer.toString(trial.batch())));
      for (String layer : GradientVarianceRows.LAYERS) {
        GradientVarianceRow local =
            measured.dropout("local", layer, measured.late(), trial.batch());
        GradientVarianceRow example =
            measured.dropout("per-example", layer, measured.late(), trial.batch());
        GradientVarianceRow batch =
            measured.dropout("per-batch", layer, measured.late(), trial.batch());
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
    return measured.dropout(estimator, layer, epoch, batch).variance()
        / measured.dropout("local", layer, epoch, batch).variance();
  }

  /** Whether the order holds, counted. */
  private String verdict() {
    long repetitions = 0;
    long first = 0;
    long second = 0;
    int places = 0;
    int ordered = 0;
    for (GradientVarianceExperiment.Trial trial : measured.experiment().trials()) {
      for (String layer : GradientVarianceRows.LAYERS) {
        for (int epoch : measured.experiment().epochs()) {
          if (trial.batch() == 1) {
            continue;
          }
          GradientVarianceRow local = measured.dropout("local", layer, epoch, trial.batch());
          GradientVarianceRow example =
              measured.dropout("per-example", layer, epoch, trial.batch());
          GradientVarianceRow batch = measured.dropout("per-batch", layer, epoch, trial.batch());
          repetitions += local.drawn().size();
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
        .formatted(ordered, places, first, repetitions, second, repetitions);
  }

  private XYChart byBatch(String layer) {
    Plot plot =
        Plot.wide(
                "Variance over the noise, %s layer, after epoch %s"
                    .formatted(layer, measured.late()),
                "examples in the batch",
                "variance")
            .logX()
            .logY();
    for (int i = 0; i < GradientVarianceRows.DRAWING.size(); i++) {
      String estimator = GradientVarianceRows.DRAWING.get(i);
      double[] values =
          measured.experiment().trials().stream()
              .mapToDouble(
                  t -> measured.dropout(estimator, layer, measured.late(), t.batch()).variance())
              .toArray();
      plot = plot.dots(estimator, measured.batches(), values, COLORS.get(i));
    }
    return plot.chart();
  }
}
