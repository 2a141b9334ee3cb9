package dev.ockham.cli.command;

import dev.ockham.core.metrics.Classification;
import dev.ockham.core.run.EpochMetrics.Score;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How good a network is, by what there is to compare it with.
 *
 * @param examples how many it was compared on
 * @param labels by labels; null where there are none
 * @param teacher by the outputs of a teacher; null where there is none
 */
record Quality(long examples, @Nullable Classification labels, @Nullable Score teacher) {

  static Quality of(Classification labels) {
    return new Quality(labels.examples(), labels, null);
  }

  /** For programs. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    if (labels != null) {
      map.put("error_percent", labels.errorPercent());
      map.put("nll", labels.nll());
      map.put("ece", labels.ece());
    }
    if (teacher != null) {
      map.put("loss", teacher.nll());
      map.put("relative_error", teacher.relativeErrors());
    }
    map.put("examples", examples);
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
    if (teacher != null) {
      lines.append(
          String.format(Locale.ROOT, "loss         %.4f nats from the teacher%n", teacher.nll()));
      teacher
          .relativeErrors()
          .forEach((output, error) ->
              lines.append(
                  String.format(Locale.ROOT, "1 - R2       %.5f of '%s'%n", error, output)));
    }
    return lines.toString();
  }
}
