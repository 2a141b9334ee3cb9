package dev.ockham.lab.frontier;

import dev.ockham.core.method.Method;
import dev.ockham.core.tradeoff.CurvePoint;
import dev.ockham.core.tradeoff.TradeOff;
import dev.ockham.lab.frontier.Frontier.Row;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.sample.Spread;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;

/**
 * Charts of error against size of the runs of a frontier.
 *
 * @param frontier what was measured
 */
record FrontierCharts(Frontier frontier) {

  /** Points of error above the dense twin beyond which a curve is left out. */
  private static final double MOST_SHOWN = 12;

  /** As {@link #MOST_SHOWN}, of the RMSE of numbers. */
  private static final double MOST_TIMES = 2;

  private static final List<Color> COLORS =
      List.of(Plot.BLUE, Plot.RED, Plot.GREEN, Plot.PINK, Plot.YELLOW, Plot.GREY);

  /** Validation error against what is left of a quantity. */
  Figure figure(String name, String caption, String axis, ToDoubleFunction<CurvePoint> quantity) {
    List<Plot> charts = new ArrayList<>();
    addChart(charts, "Methods on weights", axis, quantity, m -> !m.structured() && !m.scheduled());
    addChart(charts, "Methods on units", axis, quantity, Method::structured);
    if (charts.isEmpty()) {
      addChart(charts, "Pruning on a schedule", axis, quantity, _ -> false);
    }
    return Figure.of(name, caption, 1, charts.stream().map(Plot::chart).toArray(XYChart[]::new));
  }

  private void addChart(
      List<Plot> charts,
      String title,
      String axis,
      ToDoubleFunction<CurvePoint> quantity,
      Predicate<Method> wanted) {
    List<Row> rows =
        frontier.rows().stream().filter(row -> wanted.test(row.contestant().method())).toList();
    List<Row> baselines =
        frontier.rows().stream().filter(row -> row.contestant().method().scheduled()).toList();
    if (rows.isEmpty() && (baselines.isEmpty() || !title.startsWith("Pruning"))) {
      return;
    }
    double dense = Spread.of(frontier.dense(), run -> run.chosenPoint().bad()).mean();
    Plot plot =
        Plot.wide(title, axis, "validation " + frontier.unit().replace(" in percent", ", percent"))
            .legendBeside();
    // Units seldom fall by orders of magnitude; the others do.
    boolean units = axis.startsWith("units");
    double[] ends = {units ? 0 : 1, 100};
    plot = units ? plot : plot.logX();
    plot.dashed("dense", ends, new double[] {dense, dense}, Plot.GREY);
    Map<Method, Color> colors = new LinkedHashMap<>();
    for (Row row : rows) {
      Color color =
          colors.computeIfAbsent(
              row.contestant().method(), _ -> COLORS.get(colors.size() % COLORS.size()));
      line(plot, row, quantity, dense, color, row.contestant().strength() != 1);
    }
    for (Row row : baselines) {
      line(plot, row, quantity, dense, Plot.BLACK, row.contestant().method().equals(Method.RANDOM));
    }
    charts.add(plot);
  }

  private void line(
      Plot plot,
      Row row,
      ToDoubleFunction<CurvePoint> quantity,
      double dense,
      Color color,
      boolean dashed) {
    List<List<CurvePoint>> networks = new ArrayList<>();
    if (row.contestant().method().scheduled()) {
      networks.add(row.runs().stream().map(run -> run.curve().own()).toList());
    }
    for (double sparsity : TradeOff.SPARSITIES) {
      networks.add(pointsAt(row, sparsity));
    }
    List<double[]> points = new ArrayList<>();
    for (List<CurvePoint> at : networks) {
      if (at.size() == row.runs().size()) {
        double x = Spread.of(at, quantity).mean();
        double y = Spread.of(at, CurvePoint::bad).mean();
        if (x > 0 && y <= (frontier.ofErrors() ? dense + MOST_SHOWN : dense * MOST_TIMES)) {
          points.add(new double[] {x, y});
        }
      }
    }
    if (points.isEmpty()) {
      return; // Too inaccurate everywhere: the table says by how much.
    }
    points.sort(Comparator.comparingDouble(point -> point[0]));
    double[] xs = points.stream().mapToDouble(point -> point[0]).toArray();
    double[] ys = points.stream().mapToDouble(point -> point[1]).toArray();
    if (dashed) {
      plot.dashed(row.contestant().title(), xs, ys, color);
    } else {
      plot.dots(row.contestant().title(), xs, ys, color);
    }
  }

  /** The networks of a row at a sparsity; fewer than runs where one has pruned more by itself. */
  static List<CurvePoint> pointsAt(Row row, double sparsity) {
    return row.runs().stream()
        .map(run -> run.curve().at(sparsity))
        .flatMap(Optional::stream)
        .toList();
  }
}
