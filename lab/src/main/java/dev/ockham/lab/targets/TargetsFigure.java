package dev.ockham.lab.targets;

import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.Plot;
import java.awt.Color;
import java.util.Comparator;
import java.util.List;

/** What compressing gave beside the grid of β, on test examples. */
public final class TargetsFigure {

  private static final List<Color> COLORS =
      List.of(Plot.BLUE, Plot.RED, Plot.GREEN, Plot.PINK, Plot.YELLOW, Plot.BLACK);

  /** Points of error beyond which a grid falls apart, and nothing is to be seen. */
  private static final double MOST_SHOWN = 6;

  private TargetsFigure() {}

  /**
   * Test error beyond the dense network's against compression: each seed's grid as a line, and dots
   * for the networks of its pairs and of its wishes of quality alone.
   */
  public static Figure of(String data, TargetsResult result) {
    Plot plot =
        Plot.wide(data, "weights before / weights left", "points of test error beyond dense")
            .logX()
            .legendBeside();
    for (int i = 0; i < result.rows().size(); i++) {
      TargetsRow row = result.rows().get(i);
      Color color = COLORS.get(i % COLORS.size());
      List<GridPoint> grid =
          row.grid().stream()
              .filter(point -> point.testWorse() < MOST_SHOWN)
              .sorted(Comparator.comparingDouble(GridPoint::compression))
              .toList();
      if (!grid.isEmpty()) {
        plot.line(
            "grid, seed " + row.seed(),
            grid.stream().mapToDouble(GridPoint::compression).toArray(),
            grid.stream().mapToDouble(GridPoint::testWorse).toArray(),
            color);
      }
      List<PairTrial> accepted = row.trials().stream().filter(PairTrial::accepted).toList();
      if (!accepted.isEmpty()) {
        plot.scatter(
            "accepted, seed " + row.seed(),
            accepted.stream().mapToDouble(PairTrial::compression).toArray(),
            accepted.stream().mapToDouble(PairTrial::testWorse).toArray(),
            color);
      }
    }
    return Figure.of(
        "targets",
        "What compressing gave (dots) beside a grid of β (lines), by seed.",
        1,
        plot.chart());
  }
}
