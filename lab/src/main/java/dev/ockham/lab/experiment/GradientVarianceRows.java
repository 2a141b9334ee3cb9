package dev.ockham.lab.experiment;

import dev.ockham.lab.sample.Grid;
import java.util.List;
import java.util.Locale;

/** The measured rows of {@link GradientVarianceExperiment}, to look up and to write as text. */
record GradientVarianceRows(GradientVarianceExperiment experiment, List<GradientVarianceRow> rows) {

  /** The estimators that draw noise. */
  static final List<String> DRAWING = List.of("local", "per-example", "per-batch");

  /** These and the gradient without noise. */
  static final List<String> ALL = List.of("local", "per-example", "per-batch", "none");

  static final List<String> LAYERS = List.of("top", "bottom");

  /** The last epoch after which it was measured. */
  int late() {
    return experiment.epochs().getLast();
  }

  /** The largest batch. */
  int largest() {
    return experiment.trials().getLast().batch();
  }

  /** One row. */
  GradientVarianceRow row(
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

  /** The row by θ under multiplicative noise. */
  GradientVarianceRow dropout(String estimator, String layer, int epoch, int batch) {
    return row("multiplicative", "theta", estimator, layer, epoch, batch);
  }

  /** All batch sizes. */
  double[] batches() {
    return Grid.of(experiment.trials(), t -> t.batch());
  }

  static String power(double value) {
    return String.format(Locale.ROOT, "%.1e", value).replace("e+0", "e").replace("e-0", "e-");
  }

  static String plusMinus(double value, double error) {
    return power(value) + " ± " + power(error);
  }

  static String times(double ratio) {
    String format = ratio < 10 ? "%.2f×" : ratio < 100 ? "%.1f×" : "%.0f×";
    return String.format(Locale.ROOT, format, ratio);
  }
}
