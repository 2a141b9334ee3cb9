package dev.ockham.lab.frontier;

import dev.ockham.core.evaluate.ModelWork;
import dev.ockham.core.method.Method;
import dev.ockham.core.tradeoff.CurvePoint;
import dev.ockham.core.tradeoff.TradeOff;
import dev.ockham.lab.frontier.Frontier.Row;
import dev.ockham.lab.page.Finding;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Spread;
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

  /** Makes it. */
  public static LabPage of(Frontier frontier) {
    FrontierPage page = new FrontierPage(frontier);
    List<Finding> findings = new ArrayList<>();
    if (!frontier.missing().isEmpty()) {
      findings.add(page.missing());
    }
    findings.add(FrontFinding.of(frontier));
    findings.add(page.asTrained());
    findings.add(page.chosen());
    findings.add(page.curves());
    findings.add(page.contestants());
    return new LabPage(
        "ockham frontier",
        "Pruning methods side by side: %s on %s"
            .formatted(frontier.architecture().name(), frontier.data()),
        "What does each method remove from one network, what does that cost, and which network is"
            + " the best of its size?",
        findings,
        frontier.json());
  }

  /** A column of a table: a heading, and what a row has below it. */
  private record Column(String heading, Function<Row, String> cell) {}

  private static Table table(
      String caption, List<String> first, List<Row> rows, List<Column> columns) {
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
    return new Table(caption, columns.stream().map(Column::heading).toList(), cells);
  }

  private Finding missing() {
    List<String> sentences = new ArrayList<>(List.of("These runs are not in any number below."));
    frontier.missing().forEach((title, why) -> sentences.add(title + ": " + why));
    return Finding.of("Runs that did not finish", sentences.toArray(String[]::new));
  }

  private Finding asTrained() {
    List<Row> lost = frontier.rows().stream().filter(r -> !frontier.keepsPromise(r)).toList();
    int count = frontier.rows().size();
    String promise =
        String.format(
            Locale.ROOT,
            "%d of %d lose at most %.0f %s to the dense twin and remove at least"
                + " %.0f %% of the weights or of the hidden units%s.",
            count - lost.size(),
            count,
            Frontier.MOST_POINTS,
            frontier.ofErrors() ? "points of test error" : "% of test RMSE",
            100 * Frontier.LEAST_GONE,
            lost.isEmpty()
                ? ""
                : "; not so "
                    + lost.stream()
                        .map(row -> row.contestant().title())
                        .collect(Collectors.joining(", ")));
    return Finding.of(
            "At each method's own threshold",
            "Every method is trained by its recipe and pruned where its own rule says so. Numbers"
                + " are means over the seeds; ± is the standard deviation of one run. Errors are of"
                + " test examples, which nothing was chosen by.",
            promise)
        .with(
            table(
                "Test %s, and what is left in percent of the dense network"
                    .formatted(frontier.unit()),
                dense(),
                frontier.rows(),
                withPromise(columns(MeasuredRun::ownTest))));
  }

  private Finding chosen() {
    List<Row> rows =
        frontier.rows().stream()
            .sorted(Comparator.comparingDouble(row -> mean(row, frontier::weightsLeft)))
            .toList();
    List<String> sentences = new ArrayList<>();
    sentences.add(
        String.format(
            Locale.ROOT,
            "Any threshold can be taken without training again. Here it is, for each run by itself,"
                + " the one of the smallest network whose validation %s is at most %s %s"
                + " above that of the dense twin with the same seed; where none is that good, of"
                + " the most accurate one. Only then, at the end, were test examples read, once for"
                + " each network in these two tables.",
            frontier.word(),
            number(frontier.within()),
            frontier.ofErrors() ? "points" : "%"));
    if (rows.size() > 1) {
      Row fewest = rows.getFirst();
      Row cheapest =
          rows.stream()
              .min(Comparator.comparingDouble(row -> mean(row, frontier::workLeft)))
              .orElseThrow();
      sentences.add(
          String.format(
              Locale.ROOT,
              "The fewest weights are left by %s, %.2f %%, and by %s at the other end, %.1f %%. The"
                  + " fewest multiply-adds on hardware that knows nothing of zeros are left by %s,"
                  + " %.1f %%.",
              fewest.contestant().title(),
              mean(fewest, frontier::weightsLeft),
              rows.getLast().contestant().title(),
              mean(rows.getLast(), frontier::weightsLeft),
              cheapest.contestant().title(),
              mean(cheapest, frontier::workLeft)));
    }
    sentences.add(
        "The State of Sparsity (arXiv:1902.09574) found that on Transformer and ResNet-50 magnitude"
            + " pruning on a schedule does as well as variational dropout and L0, or better. This"
            + " is one small network, and one answer.");
    Finding finding = Finding.of("As small as accuracy allows", sentences.toArray(String[]::new));
    return finding.with(
        table(
            "Sorted by weights left; test %s, the rest in percent of the dense network"
                .formatted(frontier.unit()),
            dense(),
            rows,
            columns(MeasuredRun::chosenTest)));
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

  private Finding curves() {
    return Finding.of(
            "The whole way down",
            "Each run pruned further and further, without training again. Units are inputs of dense"
                + " layers that are read, pixels among them, and channels of convolutions.",
            "Multiply-adds are those of one example through the network without the units that"
                + " went, as if it held no other zeros. Methods on units prune whole columns, so"
                + " their multiply-adds go with their weights; single weights hardly take any with"
                + " them. result.json has the multiply-adds of weights that are not 0 beside them.")
        .with(
            charts.figure("error-weights", "weights left, percent", frontier::weightsLeft),
            charts.figure("error-file", "bytes of the file left, percent", frontier::fileLeft),
            charts.figure("error-units", "units left, percent", frontier::unitsLeft),
            charts.figure("error-work", "multiply-adds left, percent", frontier::workLeft))
        .with(sweep());
  }

  private Table sweep() {
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
    return table(
        "Validation %s by weights gone; empty where a run has pruned more by itself"
            .formatted(frontier.unit()),
        List.of(),
        frontier.rows(),
        columns);
  }

  private Finding contestants() {
    List<Column> columns =
        List.of(
            new Column("method", row -> row.contestant().title()),
            new Column("what it does", row -> row.contestant().method().description()),
            new Column("from", row -> row.contestant().method().source()),
            new Column(
                "β",
                row ->
                    row.contestant().method().hasKl()
                        ? number(row.contestant().spec().training().klWeight().last())
                        : ""),
            new Column(
                "epochs", row -> String.valueOf(row.contestant().spec().training().epochs())),
            new Column("seeds", row -> seeds(row)));
    return Finding.of(
            "Who is compared",
            "All use one trainer, one optimiser, one split of the data and the same initial weights"
                + " for the same seed. Recipes were chosen on validation images of"
                + " fashion-mnist-mini, each method's by itself, and not equally long: a method"
                + " that loses here may have a better setting. On a larger data set they make as"
                + " many steps, and β grows with the number of examples, so that the prior pulls as"
                + " much in each.")
        .with(table("Methods and how they were trained", List.of(), frontier.rows(), columns));
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
