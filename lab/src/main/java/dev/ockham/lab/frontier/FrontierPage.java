package dev.ockham.lab.frontier;

import dev.ockham.core.evaluate.ModelWork;
import dev.ockham.core.method.Method;
import dev.ockham.core.tradeoff.CurvePoint;
import dev.ockham.core.tradeoff.TradeOff;
import dev.ockham.lab.frontier.Frontier.Row;
import dev.ockham.lab.page.Finding;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.sample.Spread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The page about a frontier. Its sentences come from its numbers. */
public final class FrontierPage {

  private final Frontier frontier;
  private final FrontierCharts charts;

  private FrontierPage(Frontier frontier) {
    this.frontier = frontier;
    this.charts = new FrontierCharts(frontier);
  }

  /**
   * The page about a frontier, with the words of {@code frontier.txt}.
   *
   * @throws IOException if that is not among the resources
   */
  public static LabPage of(Frontier frontier) throws IOException {
    return new FrontierPage(frontier).page();
  }

  private LabPage page() throws IOException {
    PageText text = PageText.of(FrontierPage.class, "frontier");
    text.put("network", frontier.architecture().name())
        .put("data", frontier.data())
        .put("unit", frontier.unit())
        .put("word", frontier.word());
    asTrained(text);
    chosen(text);
    draw(text, "error-weights", "weights left, percent", frontier::weightsLeft);
    draw(text, "error-file", "bytes of the file left, percent", frontier::fileLeft);
    draw(text, "error-units", "units left, percent", frontier::unitsLeft);
    draw(text, "error-work", "multiply-adds left, percent", frontier::workLeft);
    rows(text, "sweep", List.of(), frontier.rows(), sweep());
    rows(text, "contestants", List.of(), frontier.rows(), contestants());
    LabPage page = text.page("ockham frontier", frontier.json());
    List<Finding> findings = new ArrayList<>();
    if (!frontier.missing().isEmpty()) {
      findings.add(missing());
    }
    findings.add(FrontFinding.of(frontier));
    findings.addAll(page.findings());
    return new LabPage(page.name(), page.title(), page.question(), findings, page.result());
  }

  private void draw(
      PageText text, String name, String axis, ToDoubleFunction<CurvePoint> quantity) {
    text.figure(name, caption -> charts.figure(name, caption, axis, quantity));
  }

  /** A column of a table: a heading, and what a row has below it. */
  private record Column(String heading, Function<Row, String> cell) {}

  private static void rows(
      PageText text, String table, List<String> first, List<Row> rows, List<Column> columns) {
    List<List<String>> cells = new ArrayList<>();
    if (!first.isEmpty()) {
      List<String> padded = new ArrayList<>(first);
      while (padded.size() < columns.size()) {
        padded.add("");
      }
      cells.add(padded);
    }
    for (Row row : rows) {
      cells.add(columns.stream().map(column -> column.cell().apply(row)).toList());
    }
    text.rows(table, columns.stream().map(Column::heading).toList(), cells);
  }

  private Finding missing() {
    List<String> sentences = new ArrayList<>(List.of("These runs are not in any number below."));
    frontier.missing().forEach((title, why) -> sentences.add(title + ": " + why));
    return Finding.of("Runs that did not finish", sentences.toArray(String[]::new));
  }

  private void asTrained(PageText text) {
    List<Row> lost = frontier.rows().stream().filter(r -> !frontier.keepsPromise(r)).toList();
    int count = frontier.rows().size();
    String titles =
        lost.stream().map(row -> row.contestant().title()).collect(Collectors.joining(", "));
    text.put("kept", count - lost.size())
        .put("methods", count)
        .put("most", Frontier.MOST_POINTS)
        .put("mostOf", frontier.ofErrors() ? "points of test error" : "% of test RMSE")
        .put("least", 100 * Frontier.LEAST_GONE)
        .put("missed", lost.isEmpty() ? "" : "; not so " + titles);
    rows(text, "own", dense(), frontier.rows(), withPromise(columns(MeasuredRun::ownTest)));
  }

  private void chosen(PageText text) {
    List<Row> rows =
        frontier.rows().stream()
            .sorted(Comparator.comparingDouble(row -> mean(row, frontier::weightsLeft)))
            .toList();
    text.put("within", number(frontier.within()))
        .put("withinOf", frontier.ofErrors() ? "points" : "%");
    if (rows.size() > 1) {
      Row fewest = rows.getFirst();
      Row cheapest =
          rows.stream()
              .min(Comparator.comparingDouble(row -> mean(row, frontier::workLeft)))
              .orElseThrow();
      text.choose("fewest", "fewest")
          .put("first", fewest.contestant().title())
          .put("firstLeft", mean(fewest, frontier::weightsLeft))
          .put("last", rows.getLast().contestant().title())
          .put("lastLeft", mean(rows.getLast(), frontier::weightsLeft))
          .put("cheapest", cheapest.contestant().title())
          .put("cheapestLeft", mean(cheapest, frontier::workLeft));
    } else {
      text.put("fewest", "");
    }
    rows(text, "chosen", dense(), rows, columns(MeasuredRun::chosenTest));
  }

  private List<Column> columns(Function<MeasuredRun, CurvePoint> network) {
    List<Column> columns = new ArrayList<>();
    columns.addAll(
        List.of(
            new Column("method", row -> row.contestant().title()),
            new Column(
                "test " + frontier.word(),
                row -> text(row.error(network), row.runs().size(), frontier.digits())),
            new Column("against dense", row -> against(row.error(network).mean())),
            new Column("weights left", row -> spread(row, network, frontier::weightsLeft, 2)),
            new Column("units left", row -> spread(row, network, frontier::unitsLeft, 1)),
            new Column("units by layer", row -> units(row, network)),
            new Column("file left", row -> spread(row, network, frontier::fileLeft, 1)),
            new Column("multiply-adds left", row -> spread(row, network, frontier::workLeft, 1))));
    boolean dependent = frontier.rows().stream().anyMatch(row -> active(row, network).isPresent());
    if (dependent) {
      columns.add(
          new Column(
              "units open for an example",
              row -> active(row, network).map(s -> text(s, row.runs().size(), 1)).orElse("")));
    }
    return columns;
  }

  private List<Column> withPromise(List<Column> columns) {
    List<Column> more = new ArrayList<>(columns);
    more.add(new Column("promise", row -> frontier.keepsPromise(row) ? "kept" : "missed"));
    return more;
  }

  private static Optional<Spread> active(Row row, Function<MeasuredRun, CurvePoint> network) {
    return row.runs().stream().allMatch(run -> network.apply(run).active().isPresent())
        ? Optional.of(Spread.of(row.runs(), run -> network.apply(run).active().orElseThrow()))
        : Optional.empty();
  }

  private List<String> dense() {
    return List.of(
        Method.NONE.name(),
        text(frontier.denseError(), frontier.dense().size(), frontier.digits()),
        "0.00",
        "100",
        "100",
        join(
            ModelWork.of(frontier.architecture().graph()).units().stream()
                .map(String::valueOf)
                .toList()),
        "100",
        "100");
  }

  private String against(double error) {
    return String.format(
        Locale.ROOT, "%+." + frontier.digits() + "f", error - frontier.denseError().mean());
  }

  private static String spread(
      Row row,
      Function<MeasuredRun, CurvePoint> network,
      ToDoubleFunction<CurvePoint> quantity,
      int digits) {
    return text(
        Spread.of(row.runs(), run -> quantity.applyAsDouble(network.apply(run))),
        row.runs().size(),
        digits);
  }

  /** One run has no spread. */
  private static String text(Spread spread, int runs, int digits) {
    return runs > 1
        ? spread.text(digits)
        : String.format(Locale.ROOT, "%." + digits + "f", spread.mean());
  }

  private static double mean(Row row, ToDoubleFunction<CurvePoint> quantity) {
    return Spread.of(row.runs(), run -> quantity.applyAsDouble(run.chosenTest())).mean();
  }

  /** Means over the runs, such as 245-160-55. */
  private static String units(Row row, Function<MeasuredRun, CurvePoint> network) {
    int layers = network.apply(row.runs().getFirst()).units().size();
    List<String> counts = new ArrayList<>();
    for (int i = 0; i < layers; i++) {
      int layer = i;
      double mean = Spread.of(row.runs(), run -> network.apply(run).units().get(layer)).mean();
      counts.add(String.format(Locale.ROOT, "%.0f", mean));
    }
    return join(counts);
  }

  private static String join(List<String> counts) {
    return String.join("-", counts);
  }

  private List<Column> sweep() {
    List<Column> columns = new ArrayList<>();
    columns.add(new Column("method", row -> row.contestant().title()));
    for (double sparsity : TradeOff.SPARSITIES) {
      columns.add(
          new Column(
              "%s %%".formatted(number(100 * sparsity)),
              row -> {
                List<CurvePoint> at = FrontierCharts.pointsAt(row, sparsity);
                return at.size() < row.runs().size()
                    ? ""
                    : text(Spread.of(at, CurvePoint::bad), at.size(), frontier.digits() - 1);
              }));
    }
    return columns;
  }

  private static List<Column> contestants() {
    return List.of(
        new Column("method", row -> row.contestant().title()),
        new Column("what it does", row -> row.contestant().method().description()),
        new Column("from", row -> row.contestant().method().source()),
        new Column(
            "β",
            row ->
                row.contestant().method().hasKl()
                    ? number(row.contestant().spec().training().klWeight().last())
                    : ""),
        new Column("epochs", row -> String.valueOf(row.contestant().spec().training().epochs())),
        new Column("seeds", row -> seeds(row)));
  }

  private static String seeds(Row row) {
    return row.runs().stream()
        .map(run -> String.valueOf(run.seed()))
        .collect(Collectors.joining(", "));
  }

  private static String number(double value) {
    return IntStream.rangeClosed(0, 6)
        .mapToObj(digits -> String.format(Locale.ROOT, "%." + digits + "f", value))
        .filter(text -> Math.abs(Double.parseDouble(text) - value) < 1e-9 * Math.max(1, value))
        .findFirst()
        .orElse(Double.toString(value));
  }
}
