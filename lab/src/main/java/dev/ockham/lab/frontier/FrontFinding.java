package dev.ockham.lab.frontier;

import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.Finding;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Grid;
import java.awt.Color;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;

/** The networks that no other beats, drawn and listed with what makes them. */
final class FrontFinding {

  private static final List<Color> COLORS =
      List.of(Plot.BLUE, Plot.RED, Plot.GREEN, Plot.PINK, Plot.YELLOW, Plot.BLACK);

  private final Frontier frontier;

  private FrontFinding(Frontier frontier) {
    this.frontier = frontier;
  }

  /** Of all networks of all runs. */
  static Finding of(Frontier frontier) {
    return new FrontFinding(frontier).finding();
  }

  private Finding finding() {
    List<FrontPoint> byFile = FrontPoint.front(frontier, each -> each.point().value(Kind.FILE));
    Figure figure =
        Figure.of(
            "front",
            "The networks that no other beats, on validation examples: each step to the left is"
                + " smaller and worse.",
            1,
            Stream.of(
                    chart("Bytes", "bytes of the file", each -> each.point().value(Kind.FILE)),
                    chart("Weights", "weights", each -> each.point().value(Kind.WEIGHTS)),
                    chart("Multiply-adds", "multiply-adds", each -> each.point().value(Kind.MACS)),
                    chart("Time", "microseconds for one example", each -> 1e6 * each.seconds()))
                .flatMap(Optional::stream)
                .toArray(XYChart[]::new));
    return Finding.of(
            "The best of each size",
            "Of all networks of all runs, those for which none is both smaller and as good. Sizes"
                + " of"
                + " files are those of --bits %s. Nothing of this was seen on test examples."
                    .formatted(frontier.bits()),
            "To have one: ockham prune, the run's folder, the option, --bits %s and --out."
                .formatted(frontier.bits()))
        .with(figure)
        .with(frontTable(byFile));
  }

  /** One front, smallest first; none where the size was not measured. */
  private Optional<XYChart> chart(String title, String axis, ToDoubleFunction<FrontPoint> size) {
    List<FrontPoint> front =
        FrontPoint.front(frontier, size).stream()
            .filter(each -> size.applyAsDouble(each) > 0)
            .toList();
    if (front.isEmpty()) {
      return Optional.empty();
    }
    Plot plot =
        Plot.wide(title, axis, "validation " + frontier.unit().replace(" in percent", ", percent"))
            .logX()
            .legendBeside();
    Map<String, List<FrontPoint>> byMethod =
        front.stream()
            .collect(
                Collectors.groupingBy(
                    each -> each.row().contestant().title(),
                    LinkedHashMap::new,
                    Collectors.toList()));
    plot.dashed("the front", Grid.of(front, size), Grid.of(front, e -> e.point().bad()), Plot.GREY);
    int number = 0;
    for (Map.Entry<String, List<FrontPoint>> each : byMethod.entrySet()) {
      plot.dots(
          each.getKey(),
          Grid.of(each.getValue(), size),
          Grid.of(each.getValue(), e -> e.point().bad()),
          COLORS.get(number++ % COLORS.size()));
    }
    return Optional.of(plot.chart());
  }

  private Table frontTable(List<FrontPoint> front) {
    List<List<String>> cells = new ArrayList<>();
    for (FrontPoint each : front) {
      double seconds = each.seconds();
      cells.add(
          List.of(
              each.run().folder(),
              each.option().isEmpty() ? "as trained" : each.option().strip(),
              String.format(Locale.ROOT, "%." + frontier.digits() + "f", each.point().bad()),
              String.format(Locale.ROOT, "%.0f", each.point().value(Kind.FILE)),
              String.valueOf(each.point().weights()),
              String.format(Locale.ROOT, "%.0f", each.point().value(Kind.UNITS)),
              String.format(Locale.ROOT, "%.0f", each.point().value(Kind.MACS)),
              Double.isNaN(seconds) ? "" : Measure.of(Kind.LATENCY).show(seconds)));
    }
    return new Table(
        "By bytes of the file, validation %s; times are of one example on one thread of this machine"
            .formatted(frontier.unit()),
        List.of(
            "run", "option", frontier.word(), "bytes", "weights", "units", "multiply-adds", "time"),
        cells);
  }
}
