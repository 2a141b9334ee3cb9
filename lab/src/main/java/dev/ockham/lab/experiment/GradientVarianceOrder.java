package dev.ockham.lab.experiment;

import dev.ockham.core.method.Estimator;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.page.Plot;
import java.awt.Color;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.knowm.xchart.XYChart;

/** The order of estimators by variance, and by how much each is above the one before it. */
record GradientVarianceOrder(GradientVarianceRows measured) {

  private static final List<Color> COLORS = List.of(Plot.BLUE, Plot.GREEN, Plot.RED);

  /** Fills its part of the page. */
  void fill(PageText text) {
    List<String> columns = new ArrayList<>(List.of("estimator"));
    for (String layer : GradientVarianceRows.LAYERS) {
      measured.experiment().epochs().forEach(e -> columns.add(layer + ", epoch " + e));
    }
    for (String layer : GradientVarianceRows.LAYERS) {
      String where = layer.equals("top") ? "Top" : "Bottom";
      text.put("example" + where, GradientVarianceRows.times(ratio("per-example", layer)))
          .put("batch" + where, GradientVarianceRows.times(ratio("per-batch", layer)))
          .chart("gradient-variance-" + layer, byBatch(layer));
    }
    text.put("architecture", measured.experiment().architecture())
        .put("data", GradientVarianceExperiment.DATA)
        .put("largest", measured.largest())
        .put("late", measured.late())
        .rows("noise", columns, byMoment(this::noise))
        .rows("totals", columns, byMoment(this::total))
        .rows("margins", margins());
    verdict(text);
  }

  /** A row for each estimator, a cell for each layer and epoch. */
  private List<List<String>> byMoment(Function<GradientVarianceRow, String> cell) {
    List<List<String>> rows = new ArrayList<>();
    for (String estimator : GradientVarianceRows.ALL) {
      List<String> row = new ArrayList<>(List.of(estimator));
      for (String layer : GradientVarianceRows.LAYERS) {
        for (int epoch : measured.experiment().epochs()) {
          row.add(cell.apply(measured.dropout(estimator, layer, epoch, measured.largest())));
        }
      }
      rows.add(row);
    }
    return rows;
  }

  private String noise(GradientVarianceRow row) {
    return row.estimatorName().equals("none")
        ? "0"
        : GradientVarianceRows.plusMinus(row.variance(), row.spread());
  }

  private String total(GradientVarianceRow row) {
    double local = measured.dropout("local", row.layer(), row.epoch(), row.batch()).total();
    return "%s (%s)"
        .formatted(
            GradientVarianceRows.power(row.total()),
            GradientVarianceRows.times(row.total() / local));
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

  private double ratio(String estimator, String layer) {
    return measured.dropout(estimator, layer, measured.late(), measured.largest()).variance()
        / measured.dropout("local", layer, measured.late(), measured.largest()).variance();
  }

  /** Whether the order holds, counted. */
  private void verdict(PageText text) {
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
    text.put("ordered", ordered)
        .put("places", places)
        .put("first", first)
        .put("second", second)
        .put("repetitions", repetitions);
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
