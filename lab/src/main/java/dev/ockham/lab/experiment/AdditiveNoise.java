package dev.ockham.lab.experiment;

import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.method.Estimator;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
import dev.ockham.lab.sample.Moments;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.knowm.xchart.XYChart;

/**
 * What was measured of noise that multiplies and noise that adds.
 *
 * @param data name of the data
 * @param setting how it was measured
 * @param batch examples of a batch
 * @param rows by estimator, layer and α
 * @param slips what becomes of the KL if θ is a constant there
 */
record AdditiveNoise(
    String data,
    AdditiveNoiseExperiment setting,
    int batch,
    List<AdditiveNoise.Row> rows,
    List<KlSlip> slips) {

  private static final double MOST = 8;

  AdditiveNoise {
    rows = List.copyOf(rows);
    slips = List.copyOf(slips);
  }

  /**
   * Variance of θ's gradient over the noise, averaged over a layer's weights.
   *
   * @param multiplicative of w = θ(1 + √α ε)
   * @param additive of w = θ + σε
   */
  record Row(
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

  /** All numbers. */
  Map<String, Object> json() {
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("data", data);
    result.put("architecture", setting.architecture());
    List<Map<String, Object>> json = new ArrayList<>();
    for (Row row : rows) {
      json.add(row.json("multiplicative", row.multiplicative()));
      json.add(row.json("additive", row.additive()));
    }
    result.put("rows", json);
    result.put("kl_slip", slips.stream().map(KlSlip::json).toList());
    return result;
  }

  /** The page of an experiment. */
  LabPage page(String experiment) throws IOException {
    Row top = of("top", "local").getLast();
    return PageText.of(AdditiveNoise.class, experiment)
        .put("epochs", setting.epochs())
        .put("architecture", setting.architecture())
        .put("repetitions", setting.repetitions())
        .put("batch", batch)
        .put("alpha", alpha(top))
        .put("localTop", quotient(top))
        .put("drawnTop", quotient(of("top", "per-batch").getLast()))
        .put("localBottom", quotient(of("bottom", "local").getLast()))
        .put("drawnBottom", quotient(of("bottom", "per-batch").getLast()))
        .put("gone", KlSlip.largest(slips, Double.POSITIVE_INFINITY))
        .put("past", KlSlip.largest(slips, 3))
        .put("slipPast", Math.sqrt(-2 * KlTerm.EXACT.derivative(3) * Math.exp(-3)))
        .chart("additive-noise-top", chart("top"))
        .chart("additive-noise-bottom", chart("bottom"))
        .chart("additive-noise-slip", slipChart())
        .rows("variance", variances())
        .rows("pull", KlSlip.pulls())
        .page(experiment, json());
  }

  /** Whole powers of ten of α. */
  private List<List<String>> variances() {
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
    return cells;
  }

  private XYChart chart(String layer) {
    Plot plot =
        Plot.wide("Gradient by θ, %s layer: × multiplies, + adds".formatted(layer), "α", "variance")
            .logX()
            .logY();
    for (String estimator : List.of("local", "per-batch")) {
      List<Row> mine = of(layer, estimator);
      double[] xs = Grid.of(mine, Row::alpha);
      boolean local = estimator.equals("local");
      plot =
          plot.dots(
                  "× " + estimator,
                  xs,
                  Grid.of(mine, r -> r.multiplicative().mean()),
                  local ? Plot.RED : Plot.YELLOW)
              .dots(
                  "+ " + estimator,
                  xs,
                  Grid.of(mine, r -> r.additive().mean()),
                  local ? Plot.BLUE : Plot.GREEN);
    }
    return plot.chart();
  }

  private XYChart slipChart() {
    double[] xs = Grid.of(slips, KlSlip::signalToNoise);
    return Plot.wide("Where log α ends", "√h, standard deviations from 0", "log α")
        .line(
            "gradient of the KL", xs, Grid.of(slips, s -> Math.min(MOST, s.logAlpha())), Plot.BLUE)
        .line("θ in the KL a constant", xs, Grid.of(slips, KlSlip::logAlphaOfSlip), Plot.RED)
        .dashed("threshold", new double[] {0, 6}, new double[] {3, 3}, Plot.BLACK)
        .x(0, 6)
        .y(-4, 9)
        .chart();
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

  private List<Row> of(String layer, String estimator) {
    return rows.stream()
        .filter(r -> r.layer().equals(layer) && r.estimatorName().equals(estimator))
        .toList();
  }
}
