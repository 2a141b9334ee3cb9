package dev.ockham.report.page;

import dev.ockham.core.tradeoff.Sensitivity;
import dev.ockham.core.tradeoff.Sensitivity.LayerCurve;
import dev.ockham.core.tradeoff.Sensitivity.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which layer hurts first when it alone is pruned further. */
final class SensitivityFigure {

  /** Points of error, or a share of the RMSE, that are too much. */
  private static final double TOO_MANY_POINTS = 1;

  private static final double TOO_LARGE_SHARE = 0.02;

  private SensitivityFigure() {}

  /** Badness above the run's own that is too much. */
  private static double tooMuch(Sensitivity measured) {
    return measured.badness().equals("error") ? TOO_MANY_POINTS : TOO_LARGE_SHARE * measured.own();
  }

  /**
   * Chart and table.
   *
   * @param charts where the chart is put for the page's script
   */
  static String of(Sensitivity measured, String id, List<Chart> charts) {
    boolean errors = measured.badness().equals("error");
    double more = tooMuch(measured);
    List<LayerCurve> order = measured.hurtFirst(more);
    Map<String, List<double[]>> lines = new LinkedHashMap<>();
    for (LayerCurve layer : order) {
      List<double[]> points = new ArrayList<>();
      points.add(new double[] {100 * (1 - layer.sparsity()), measured.own()});
      layer
          .points()
          .forEach(point -> points.add(new double[] {100 * (1 - point.sparsity()), point.bad()}));
      lines.put(layer.name(), points);
    }
    StringBuilder html = new StringBuilder("<h3 class=\"group\">Layer by layer</h3>\n");
    html.append(
        Markup.html(
            "<p class=\"note\">One layer alone is pruned further, the others stay as the run leaves"
                + " them; %s %s examples. The first in the table hurts first.</p>\n",
            Markup.count(measured.examples()), measured.split()));
    if (!lines.isEmpty()) {
      Chart chart =
          Chart.ofCurves(
              id,
              "One layer pruned further",
              "weights of the layer left, %",
              errors ? "error, %" : "RMSE",
              true,
              lines,
              "A line that rises early is a layer that the network needs.");
      charts.add(chart);
      html.append("<div class=\"grid\">")
          .append(chart.html().replace("class=\"chart\"", "class=\"chart wide\""))
          .append("</div>\n");
    }
    return html.append(table(order, measured, errors, more)).toString();
  }

  private static String table(
      List<LayerCurve> order, Sensitivity measured, boolean errors, double more) {
    StringBuilder html = new StringBuilder("<div class=\"scroll\"><table><caption>");
    html.append(
        errors
            ? "How far each layer alone can go before the error is 1 point higher"
            : "How far each layer alone can go before the RMSE is 2 % higher");
    html.append("</caption><thead><tr>");
    for (String heading :
        List.of("layer", "weights", "gone now", "can go to", "furthest tried", "file then")) {
      html.append(Markup.html("<th scope=\"col\">%s</th>", heading));
    }
    html.append("</tr></thead>\n<tbody>\n");
    for (LayerCurve layer : order) {
      Point last = layer.points().isEmpty() ? null : layer.points().getLast();
      html.append(
          Markup.html(
              "<tr><th"
                  + " scope=\"row\">%s</th><td>%s</td><td>%s</td><td>%s</td><td>%s</td><td>%s</td></tr>\n",
              layer.name(),
              Markup.count(layer.weights()),
              Markup.percent(layer.sparsity()),
              Markup.percent(layer.holdsTo(measured.own() + more)),
              last == null
                  ? "–"
                  : Markup.percent(last.sparsity())
                      + ": "
                      + (errors
                          ? Markup.decimal(last.bad(), 2) + " % error"
                          : Markup.decimal(last.bad(), 4)),
              last == null ? "–" : Markup.count(last.bytes()) + " bytes"));
    }
    return html.append("</tbody></table></div>\n").toString();
  }
}
