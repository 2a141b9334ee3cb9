package dev.ockham.report.page;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A chart that the page's script draws, with the sentence that says how to read it.
 *
 * @param id unique on the page
 * @param title its heading
 * @param data what the script needs, for JSON
 * @param summary the chart in words, for those who do not see it
 * @param sentence what it shows and how to read it
 */
record Chart(String id, String title, Map<String, Object> data, String summary, String sentence) {

  /** How the values are laid out upwards. */
  enum Scale {
    FREE,
    FROM_ZERO,
    LOGARITHMIC
  }

  /**
   * One line of a chart over epochs.
   *
   * @param label its name in the legend
   * @param colour its place in the page's palette
   * @param dash its place among the dash patterns, 0 for a full line
   * @param x epochs
   * @param y a value for each; null leaves a gap
   */
  record Line(String label, int colour, int dash, List<Integer> x, List<@Nullable Double> y) {

    boolean hasValues() {
      return y.stream().anyMatch(value -> value != null);
    }

    private Map<String, Object> toMap() {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("label", label);
      map.put("colour", colour);
      map.put("dash", dash);
      map.put("x", x);
      map.put("y", y);
      return map;
    }

    private String summary() {
      Double last = y.getLast();
      return last == null ? label : Markup.html("%s: %.4g in epoch %d", label, last, x.getLast());
    }
  }

  /** A chart of lines over epochs. */
  static Chart ofLines(
      String id, String title, String axis, Scale scale, List<Line> lines, String sentence) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("id", id);
    data.put("kind", "lines");
    data.put("axis", axis);
    data.put("scale", scale.name().toLowerCase(Locale.ROOT));
    List<Map<String, Object>> series = new ArrayList<>();
    List<String> summaries = new ArrayList<>();
    for (Line line : lines) {
      series.add(line.toMap());
      summaries.add(line.summary());
    }
    data.put("series", series);
    String summary = "%s by epoch. %s".formatted(axis, String.join("; ", summaries));
    return new Chart(id, title, data, summary, sentence);
  }

  /**
   * A chart of what should be against what is, both from 0 to 1, with the line on which they agree.
   *
   * @param lines points of each network, by its name
   */
  static Chart ofReliability(
      String id,
      String title,
      String x,
      String y,
      Map<String, ? extends Map<Double, Double>> lines,
      String sentence) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("id", id);
    data.put("kind", "reliability");
    data.put("x", x);
    data.put("y", y);
    List<Map<String, Object>> series = new ArrayList<>();
    List<String> summaries = new ArrayList<>();
    lines.forEach((label, points) -> {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("label", label);
      line.put("dash", series.size());
      line.put("x", List.copyOf(points.keySet()));
      line.put("y", List.copyOf(points.values()));
      series.add(line);
      double apart =
          points.entrySet().stream()
              .mapToDouble(point -> Math.abs(point.getKey() - point.getValue()))
              .max()
              .orElse(0);
      summaries.add(Markup.html("%s: at most %.3f from the line", label, apart));
    });
    data.put("series", series);
    String summary = "%s by %s. %s".formatted(y, x, String.join("; ", summaries));
    return new Chart(id, title, data, summary, sentence);
  }

  /**
   * A chart of lines of one quantity against another.
   *
   * @param logarithmic whether the first quantity is laid out by its logarithm
   * @param lines points of each, by its name
   */
  static Chart ofCurves(
      String id,
      String title,
      String x,
      String y,
      boolean logarithmic,
      Map<String, List<double[]>> lines,
      String sentence) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("id", id);
    data.put("kind", "curves");
    data.put("x", x);
    data.put("y", y);
    data.put("logarithmic", logarithmic);
    List<Map<String, Object>> series = new ArrayList<>();
    List<String> summaries = new ArrayList<>();
    lines.forEach((label, points) -> {
      Map<String, Object> line = new LinkedHashMap<>();
      line.put("label", label);
      line.put("colour", series.size());
      line.put("dash", series.size());
      line.put("points", points);
      series.add(line);
      double[] last = points.getLast();
      summaries.add(Markup.html("%s: %.4g at %.4g", label, last[1], last[0]));
    });
    data.put("series", series);
    String summary = "%s by %s. %s".formatted(y, x, String.join("; ", summaries));
    return new Chart(id, title, data, summary, sentence);
  }

  /** The canvas alone, for a figure that has more. */
  String canvas() {
    return """
    <div class="canvas"><canvas id="%s" role="img" aria-label="%s"></canvas></div>
    """
        .formatted(Markup.escape(id), Markup.escape(summary));
  }

  /** The figure; its canvas is empty until the script has run. */
  String html() {
    return """
    <figure class="chart"><h3>%s</h3>
    <div class="canvas"><canvas id="%s" role="img" aria-label="%s"></canvas></div>
    <figcaption>%s</figcaption></figure>
    """
        .formatted(Markup.escape(title), Markup.escape(id), Markup.escape(summary), sentence);
  }

  /** A figure without a chart, that says why there is none. */
  static String missing(String title, String why) {
    return """
    <figure class="chart missing"><h3>%s</h3><p>%s</p></figure>
    """
        .formatted(Markup.escape(title), Markup.escape(why));
  }
}
