package dev.ockham.report.page;

import dev.ockham.core.quality.MeasuredQuality;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How good a run's network is, class by class, dense beside pruned, and whether it knows so. */
final class QualityTables {

  /** Most classes, labels or numbers that are shown at once. */
  private static final int MOST_ROWS = 20;

  /** What measures are called. */
  private static final Map<String, String> HEADS =
      Map.ofEntries(
          Map.entry("error_percent", "error, %"),
          Map.entry("label_error_percent", "wrong labels, %"),
          Map.entry("exact", "all labels right"),
          Map.entry("balanced_accuracy", "balanced accuracy"),
          Map.entry("macro_f1", "mean F1"),
          Map.entry("auroc", "mean AUROC"),
          Map.entry("nll", "NLL, nats"),
          Map.entry("brier", "Brier"),
          Map.entry("ece", "ECE"),
          Map.entry("examples", "examples"),
          Map.entry("precision", "precision"),
          Map.entry("recall", "recall"),
          Map.entry("f1", "F1"),
          Map.entry("rmse", "RMSE"),
          Map.entry("mae", "MAE"),
          Map.entry("r2", "R²"),
          Map.entry("coverage_50", "within 50 %"),
          Map.entry("coverage_90", "within 90 %"),
          Map.entry("coverage_95", "within 95 %"));

  private final MeasuredQuality measured;
  private final Map<String, Object> report;
  private final List<Map<?, ?>> rows = new ArrayList<>();
  private final String kind;
  private final String measure;
  private final boolean compared;

  private QualityTables(MeasuredQuality measured) {
    this.measured = measured;
    this.report = measured.quality();
    this.kind = String.valueOf(report.get("kind"));
    this.measure = String.valueOf(report.get("harm_of"));
    this.compared = report.containsKey("dense");
    if (report.get("rows") instanceof List<?> all) {
      all.forEach(each -> rows.add(map(each)));
    }
  }

  /**
   * The part of the page.
   *
   * @param id of its charts, unique on the page
   * @param charts gets the reliability diagram, where there is one
   */
  static String of(MeasuredQuality measured, String id, List<Chart> charts) {
    QualityTables tables = new QualityTables(measured);
    StringBuilder html = new StringBuilder(tables.hurt());
    html.append(tables.overall()).append(tables.each());
    Chart chart = tables.reliability(id);
    if (chart != null) {
      charts.add(chart);
      html.append("<div class=\"grid\">").append(chart.html()).append("</div>\n");
    }
    return html.toString();
  }

  private static Map<?, ?> map(@Nullable Object value) {
    return value instanceof Map<?, ?> map ? map : Map.of();
  }

  private static double number(Map<?, ?> map, String key) {
    return map.get(key) instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  private static String text(double value) {
    if (Double.isNaN(value)) {
      return "–";
    }
    if (value == Math.rint(value) && Math.abs(value) >= 2 && Math.abs(value) < 1e9) {
      return Markup.count((long) value);
    }
    boolean usual = Math.abs(value) < 1e5 && (value == 0 || Math.abs(value) >= 1e-4);
    String text =
        usual
            ? Markup.decimal(value, Math.abs(value) < 100 ? 4 : 2)
            : String.format(Locale.ROOT, "%.3g", value);
    return text.replace('-', '−');
  }

  private static String text(String key, double value) {
    return key.endsWith("_percent") ? Markup.decimal(value, 2) : text(value);
  }

  /** Differences of F1 have four places all; those of other units are as they are. */
  private String change(double value) {
    return isError() || Double.isNaN(value)
        ? text(value)
        : String.format(Locale.ROOT, "%.4f", value + 0.0).replace('-', '−');
  }

  /** Who lost most, in a sentence. */
  private String hurt() {
    if (!compared) {
      return "";
    }
    List<String> worst = new ArrayList<>();
    for (Map<?, ?> row : byHarm()) {
      if (number(row, "harm_from") > 0 && worst.size() < 3) {
        worst.add(
            Markup.html(
                "<b>%s</b> (%s %s)",
                String.valueOf(row.get("name")),
                head(measure),
                (isError() ? "+" : "−") + change(Math.abs(number(row, "harm")))));
      }
    }
    String singular = kind.equals("classes") ? "class" : kind.equals("labels") ? "label" : "number";
    return worst.isEmpty()
        ? Markup.html("<p>Pruning hurt no %s by more than chance would explain.</p>\n", singular)
        : "<p>Hurt most by pruning: " + String.join(", ", worst) + ".</p>\n";
  }

  private boolean isError() {
    return measure.equals("rmse");
  }

  private List<Map<?, ?>> byHarm() {
    return rows.stream()
        .sorted(
            Comparator.comparingDouble(
                row -> Double.isNaN(number(row, "harm")) ? 0 : -number(row, "harm")))
        .toList();
  }

  private static String head(String key) {
    return HEADS.getOrDefault(key, key);
  }

  private String split() {
    return "%s %s examples".formatted(text(number(report, "examples")), measured.split());
  }

  /** Measures over all, a row for each network. */
  private String overall() {
    Map<?, ?> pruned = map(report.get("pruned"));
    if (pruned.isEmpty()) {
      return "";
    }
    List<String> heads = new ArrayList<>(List.of("network"));
    pruned.keySet().forEach(key -> heads.add(head(String.valueOf(key))));
    StringBuilder body = new StringBuilder("<tbody>");
    for (String form : compared ? List.of("dense", "pruned") : List.of("pruned")) {
      Map<?, ?> all = map(report.get(form));
      body.append(Markup.html("<tr><th scope=\"row\">%s</th>", compared ? form : "network"));
      pruned
          .keySet()
          .forEach(key ->
              body.append("<td>")
                  .append(text(String.valueOf(key), number(all, String.valueOf(key))))
                  .append("</td>"));
      body.append("</tr>\n");
    }
    return Tables.table("Over all (" + split() + ")", heads, body.append("</tbody>").toString());
  }

  /** A row for each class, label or number. */
  private String each() {
    List<Map<?, ?>> shown = rows.size() > MOST_ROWS && compared ? byHarm() : rows;
    String html = rows(shown.subList(0, Math.min(MOST_ROWS, shown.size())));
    String note =
        compared
            ? Markup.html(
                "<p class=\"note\"><b>harm</b>: the %s that pruning cost, and the middle 95 %% of"
                    + " what 1,000 resamples of the examples give. Where that is all above 0,"
                    + " chance alone does not explain it%s.</p>\n",
                isError() ? "RMSE" : "F1",
                rows.size() > MOST_ROWS ? "; of so many, one in forty is above by chance" : "")
            : "";
    if (shown.size() <= MOST_ROWS) {
      return html + note;
    }
    return html
        + note
        + Markup.html("<details><summary>The other %s</summary>\n", shown.size() - MOST_ROWS)
        + rows(shown.subList(MOST_ROWS, shown.size()))
        + "</details>\n";
  }

  private String rows(List<Map<?, ?>> shown) {
    List<String> keys =
        kind.equals("numbers")
            ? List.of("rmse", "mae", "r2", "coverage_50", "coverage_90", "coverage_95")
            : List.of("examples", "precision", "recall", "f1");
    List<String> there =
        keys.stream()
            .filter(key -> shown.stream().anyMatch(row -> map(row.get("pruned")).get(key) != null))
            .toList();
    List<String> heads = new ArrayList<>(List.of(singularHead()));
    there.forEach(key -> heads.add(head(key)));
    if (compared) {
      heads.addAll(List.of("dense " + head(measure), "harm", "95 % of harm"));
    }
    StringBuilder body = new StringBuilder("<tbody>");
    for (Map<?, ?> row : shown) {
      Map<?, ?> pruned = map(row.get("pruned"));
      body.append(Markup.html("<tr><th scope=\"row\">%s</th>", String.valueOf(row.get("name"))));
      there.forEach(key -> body.append("<td>").append(text(number(pruned, key))).append("</td>"));
      if (compared) {
        body.append(
            "<td>%s</td><td>%s</td><td>%s to %s</td>"
                .formatted(
                    text(number(map(row.get("dense")), measure)),
                    mark(row),
                    change(number(row, "harm_from")),
                    change(number(row, "harm_to"))));
      }
      body.append("</tr>\n");
    }
    String of = kind.equals("numbers") ? "Number by number" : singularHead() + " by " + one();
    return Tables.table(
        of + (compared ? ", pruned beside dense" : ""), heads, body.append("</tbody>").toString());
  }

  private String mark(Map<?, ?> row) {
    String harm = change(number(row, "harm"));
    return number(row, "harm_from") > 0 ? "<b class=\"hurt\">" + harm + "</b>" : harm;
  }

  private String one() {
    return kind.equals("classes") ? "class" : "label";
  }

  private String singularHead() {
    return switch (kind) {
      case "classes" -> "Class";
      case "labels" -> "Label";
      default -> "Number";
    };
  }

  /** How often it is right where it is as sure as it says; null where that was not measured. */
  private @Nullable Chart reliability(String id) {
    Map<String, TreeMap<Double, Double>> lines = new LinkedHashMap<>();
    measured
        .certainty()
        .forEach((form, all) -> {
          TreeMap<Double, Double> points = new TreeMap<>();
          boolean numbers = all.get("calibration") instanceof List<?>;
          Object list = numbers ? all.get("calibration") : all.get("reliability");
          for (Object each : list instanceof List<?> bins ? bins : List.of()) {
            Map<?, ?> bin = map(each);
            if (numbers) {
              points.put(number(bin, "level"), number(bin, "covered"));
            } else if (number(bin, "examples") > 0) {
              points.put(number(bin, "confidence"), number(bin, "accuracy"));
            }
          }
          if (!points.isEmpty()) {
            lines.put(compared ? form : "network", points);
          }
        });
    if (lines.isEmpty()) {
      return null;
    }
    return kind.equals("numbers")
        ? Chart.ofReliability(
            id + "-reliability",
            "Are the intervals as wide as they say?",
            "level of the interval",
            "share of targets within",
            lines,
            "On the dashed line, a central interval of 90 % holds 90 % of the targets. Below it,"
                + " the intervals are too narrow: the network is surer than it may be.")
        : Chart.ofReliability(
            id + "-reliability",
            kind.equals("classes")
                ? "Is it right as often as it says?"
                : "Do labels hold as often as it says?",
            kind.equals("classes") ? "probability of the class it names" : "probability of a label",
            kind.equals("classes") ? "share that is right" : "share that holds",
            lines,
            "On the dashed line, of the predictions with a probability of 0.9 nine in ten are"
                + " right. Below it, the network is surer than it may be. By the mean weights; a"
                + " point is one of 15 bins with examples in it.");
  }
}
