package dev.ockham.cli.command;

import dev.ockham.core.loss.LossKind;
import dev.ockham.core.metrics.Classification;
import dev.ockham.core.quality.QualityReport;
import dev.ockham.core.run.EpochMetrics.Score;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How good a network is, by what there is to compare it with.
 *
 * @param examples how many it was compared on
 * @param labels by classes; null where there are none
 * @param score by several labels, by numbers, or by the outputs of a teacher; null where there are
 *     classes alone
 * @param report class by class, or output by output; null where nobody asked
 */
record Quality(
    long examples,
    @Nullable Classification labels,
    @Nullable Score score,
    @Nullable QualityReport report) {

  static Quality of(Classification labels) {
    return new Quality(labels.examples(), labels, null, null);
  }

  /** For programs. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    if (labels != null) {
      map.put("error_percent", labels.errorPercent());
      map.put("nll", labels.nll());
      map.put("ece", labels.ece());
    }
    if (score != null) {
      if (score.loss() == LossKind.LABELS) {
        map.put("label_error_percent", score.errorPercent());
      }
      map.put(score.loss().mean(), score.nll());
      if (!score.rmse().isEmpty()) {
        map.put("rmse", score.rmse());
      }
      if (!score.relativeErrors().isEmpty()) {
        map.put("relative_error", score.relativeErrors());
      }
    }
    map.put("examples", examples);
    if (report != null) {
      map.put("quality", report.toMap());
    }
    return map;
  }

  /** For people, a line each. */
  String lines() {
    StringBuilder lines = new StringBuilder();
    if (labels != null) {
      lines.append(
          String.format(
              Locale.ROOT,
              "error        %.2f %%%nnll          %.4f nats%nece          %.4f%n",
              labels.errorPercent(),
              labels.nll(),
              labels.ece()));
    }
    if (score != null) {
      lines.append(said(score));
    }
    return lines.toString();
  }

  private static String said(Score score) {
    StringBuilder lines = new StringBuilder();
    switch (score.loss()) {
      case TEACHER ->
          lines.append(
              String.format(Locale.ROOT, "loss         %.4f nats from the teacher%n", score.nll()));
      case LABELS ->
          lines.append(
              String.format(
                  Locale.ROOT,
                  "error        %.2f %% of labels%nnll          %.4f nats%n",
                  score.errorPercent(),
                  score.nll()));
      case HUBER, AUTO, CLASSIFICATION, GAUSSIAN, SQUARED ->
          lines.append(
              String.format(Locale.ROOT, "%-12s %.4f nats%n", score.loss().mean(), score.nll()));
    }
    score
        .rmse()
        .forEach((output, error) ->
            lines.append(String.format(Locale.ROOT, "rmse         %.6g of '%s'%n", error, output)));
    score
        .relativeErrors()
        .forEach((output, error) ->
            lines.append(String.format(Locale.ROOT, "1 - R2       %.5f of '%s'%n", error, output)));
    return lines.toString();
  }
}
