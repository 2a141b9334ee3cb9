package dev.ockham.cli.command;

import dev.ockham.cli.console.Terminal;
import dev.ockham.core.quality.QualityReport;
import dev.ockham.core.quality.QualityReport.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link QualityReport} as lines for people. */
final class QualityLines {

  /** Most classes, labels or outputs that are shown. */
  private static final int MOST_ROWS = 20;

  private QualityLines() {}

  /**
   * The lines: one for each class, label or output, and which of them were hurt most.
   *
   * @param other what the other network is called, such as {@code dense}
   */
  static List<String> of(QualityReport report, String other) {
    List<String> lines = new ArrayList<>();
    boolean compared = !report.before().isEmpty();
    List<Row> rows = report.rows();
    if (rows.size() > MOST_ROWS) {
      rows = rows.stream().sorted(worstFirst(compared)).limit(MOST_ROWS).toList();
      lines.add(
          "%s of %s %s, %s first"
              .formatted(
                  MOST_ROWS,
                  report.rows().size(),
                  report.kind(),
                  compared ? "most hurt" : "worst"));
    }
    int width = rows.stream().mapToInt(row -> Terminal.word(row.name()).length()).max().orElse(0);
    width = Math.clamp(width, 8, 30);
    lines.add(heads(report, width, compared, other));
    for (Row row : rows) {
      lines.add(line(report, row, width, compared));
    }
    if (compared) {
      lines.add(hurt(report));
    }
    return lines;
  }

  private static Comparator<Row> worstFirst(boolean compared) {
    return compared
        ? Comparator.comparingDouble(row -> -orZero(row.harm()))
        : Comparator.comparingDouble(row -> row.after().getOrDefault("f1", 0.0));
  }

  private static double orZero(@Nullable Double value) {
    return value == null || value.isNaN() ? 0 : value;
  }

  private static String heads(QualityReport report, int width, boolean compared, String other) {
    StringBuilder line = new StringBuilder("  " + " ".repeat(width));
    for (String key : shown(report)) {
      line.append(String.format(Locale.ROOT, " %10s", key));
    }
    if (compared) {
      line.append(String.format(Locale.ROOT, " %10s  harm, 95 %%", other + " " + report.measure()));
    }
    return line.toString();
  }

  private static List<String> shown(QualityReport report) {
    return report.kind().equals("numbers")
        ? List.of("rmse", "mae", "r2")
        : List.of("examples", "precision", "recall", "f1");
  }

  private static String line(QualityReport report, Row row, int width, boolean compared) {
    String whole = Terminal.word(row.name());
    String name = whole.length() > width ? whole.substring(0, width - 1) + "…" : whole;
    StringBuilder line = new StringBuilder("  " + name + " ".repeat(width - name.length()));
    for (String key : shown(report)) {
      line.append(' ').append(number(row.after(), key));
    }
    if (compared && row.harm() != null && row.interval() != null) {
      line.append(' ').append(number(row.before(), report.measure()));
      line.append(
          String.format(
              Locale.ROOT,
              "  %+.4g (%+.4g to %+.4g)",
              row.harm(),
              row.interval().from(),
              row.interval().to()));
    }
    return line.toString();
  }

  private static String number(Map<String, Double> measures, String key) {
    Double value = measures.get(key);
    if (value == null || value.isNaN()) {
      return "%10s".formatted("-");
    }
    return key.equals("examples")
        ? "%10s".formatted(value.longValue())
        : String.format(Locale.ROOT, "%10.4g", value);
  }

  private static String hurt(QualityReport report) {
    List<Row> most = report.hurtMost();
    if (most.isEmpty()) {
      return "hurt most    none by more than chance";
    }
    StringBuilder line = new StringBuilder("hurt most    ");
    for (Row row : most.subList(0, Math.min(3, most.size()))) {
      line.append(line.length() > 13 ? ", " : "")
          .append(Terminal.word(row.name()))
          .append(String.format(Locale.ROOT, " (%s %+.4g)", report.measure(), signed(report, row)));
    }
    return line.toString();
  }

  /** How the measure changed: F1 falls and RMSE rises where there is harm. */
  private static double signed(QualityReport report, Row row) {
    double harm = orZero(row.harm());
    return report.measure().equals("rmse") ? harm : -harm;
  }
}
