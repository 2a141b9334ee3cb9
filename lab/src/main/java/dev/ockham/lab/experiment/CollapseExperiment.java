package dev.ockham.lab.experiment;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.training.Repeats;
import dev.ockham.lab.training.Scale;
import dev.ockham.lab.training.SmallRun;
import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;

/** A KL that wins before the likelihood has learnt anything, and the remedies against it. */
public record CollapseExperiment() implements Experiment {

  private static final Scale FULL = new Scale("lenet-300-100", 3000, 2.0 / 3, 50, 40, 3);
  private static final Scale QUICK = new Scale("mlp:784-12-12-10", 600, 0.5, 15, 12, 1);

  /**
   * Weight of the KL that is too strong on purpose: with N examples it pulls on a weight as the
   * evidence lower bound does with N/3.
   */
  private static final double STRONG = 3;

  private static final double WEAK = 0.3;
  private static final double CHANCE_PERCENT = 90;
  private static final double NEAR_CHANCE = 5;

  /** Part of the run that is spent on pretraining, and until which the KL warms up. */
  private static final int PRETRAINING = 4;

  private static final double WARM_UP = 0.5;

  /** The bottom of a logarithmic axis, which has no place for an empty network. */
  private static final double LEAST_PERCENT = 0.001;

  enum Remedy {
    NONE("nothing", Plot.BLACK, false, false, STRONG),
    PRETRAINING("pretrain", Plot.RED, true, false, STRONG),
    WARM_UP("warm-up", Plot.BLUE, false, true, STRONG),
    BOTH("both", Plot.PINK, true, true, STRONG),
    SCALED("β = 1", Plot.YELLOW, false, false, 1),
    WEAKER("β = 0.3", Plot.GREEN, false, false, WEAK),
    ALL("all", Plot.GREY, true, true, WEAK);

    private final String text;
    private final Color color;
    private final boolean pretrain;
    private final boolean warmUp;
    private final double weight;

    Remedy(String text, Color color, boolean pretrain, boolean warmUp, double weight) {
      this.text = text;
      this.color = color;
      this.pretrain = pretrain;
      this.warmUp = warmUp;
      this.weight = weight;
    }

    RunSpec on(Scale scale) {
      RunSpec spec = scale.sparseVd().with("training.kl_weight.last", weight);
      if (pretrain) {
        spec =
            spec.with("training.pretrain_epochs", scale.epochs() / CollapseExperiment.PRETRAINING);
      }
      return warmUp
          ? spec.with("training.kl_weight.from", 0)
              .with("training.kl_weight.until", CollapseExperiment.WARM_UP)
          : spec.with("training.kl_weight.shape", "constant");
    }
  }

  record Row(Remedy remedy, Repeats repeats) {

    long collapsed() {
      return repeats.runs().stream().filter(run -> run.collapseEpoch().isPresent()).count();
    }

    long guessing() {
      return repeats.runs().stream()
          .filter(run -> run.errorPercent() >= CHANCE_PERCENT - NEAR_CHANCE)
          .count();
    }

    boolean works() {
      return collapsed() == 0 && guessing() == 0;
    }

    /** Index of the epoch that ends the first quarter of the run. */
    int quarter() {
      return Math.max(1, repeats.epochs().length / 4) - 1;
    }

    double early() {
      return repeats.meanByEpoch(EpochMetrics::sparsity)[quarter()];
    }

    double earlyError() {
      return repeats.meanByEpoch(SmallRun::error)[quarter()];
    }
  }

  @Override
  public String name() {
    return "collapse";
  }

  @Override
  public String summary() {
    return "How a strong KL empties a network early, and what warm-up, pretraining and scaling do.";
  }

  @Override
  public LabPage run(Setting setting) throws IOException {
    return page(measure(setting));
  }

  /**
   * What was measured.
   *
   * @param scale how large the trainings were
   * @param dense without pruning
   * @param rows one for each remedy
   */
  record Measured(Scale scale, Repeats dense, List<Row> rows) {
    Measured {
      rows = List.copyOf(rows);
    }

    Row with(Remedy remedy) {
      return rows.stream().filter(row -> row.remedy() == remedy).findFirst().orElseThrow();
    }

    Map<String, Object> json() {
      Map<String, Object> result = new LinkedHashMap<>();
      result.put("scale", scale.json());
      result.put("dense", dense.json());
      List<Map<String, Object>> json = new ArrayList<>();
      for (Row row : rows) {
        Map<String, Object> entry = new LinkedHashMap<>(row.repeats().json());
        entry.put("kl_weight", row.remedy().weight);
        entry.put("pretraining", row.remedy().pretrain);
        entry.put("warm_up", row.remedy().warmUp);
        entry.put("guessing", row.guessing());
        json.add(entry);
      }
      result.put("rows", json);
      return result;
    }
  }

  static Measured measure(Setting setting) throws IOException {
    Scale scale = setting.quick() ? QUICK : FULL;
    Dataset data = scale.data();
    setting.progress().accept("dense twin");
    Repeats dense = Repeats.of("dense twin", scale.dense(), data, setting.seed(), scale.seeds());
    List<Row> rows = new ArrayList<>();
    for (Remedy remedy : Remedy.values()) {
      setting.progress().accept("remedy: " + remedy.text);
      rows.add(
          new Row(
              remedy,
              Repeats.of(remedy.text, remedy.on(scale), data, setting.seed(), scale.seeds())));
    }
    return new Measured(scale, dense, rows);
  }

  private LabPage page(Measured measured) throws IOException {
    Scale scale = measured.scale();
    Row nothing = measured.with(Remedy.NONE);
    Row pretraining = measured.with(Remedy.PRETRAINING);
    Row warmUp = measured.with(Remedy.WARM_UP);
    PageText text =
        PageText.of(CollapseExperiment.class, name())
            .put("scale", scale.text())
            .put("strong", STRONG)
            .put("trained", scale.trained())
            .put("asIf", Math.round(scale.trained() / STRONG))
            .put("seeds", scale.seeds())
            .put("collapsed", nothing.collapsed())
            .put("first", first(nothing))
            .put("guessing", nothing.guessing())
            .put("near", NEAR_CHANCE)
            .put("chance", CHANCE_PERCENT)
            .choose("pretraining", "pretraining " + (pretraining.works() ? "works" : "fails"))
            .choose("warmUp", "warm-up " + (warmUp.works() ? "works" : "fails"))
            .put("pretrainingFate", fate(pretraining))
            .put("warmUpFate", fate(warmUp))
            .put("noneKept", 100 * (1 - nothing.early()))
            .put("noneEarlyError", nothing.earlyError())
            .put("warmUpKept", 100 * (1 - warmUp.early()))
            .put("warmUpEarlyError", warmUp.earlyError());
    Map.of(
            "warmUp", warmUp,
            "both", measured.with(Remedy.BOTH),
            "scaled", measured.with(Remedy.SCALED),
            "weaker", measured.with(Remedy.WEAKER),
            "all", measured.with(Remedy.ALL))
        .forEach((name, row) ->
            text.put(name + "Error", row.repeats().errorPercent().text(1))
                .put(name + "Gone", row.repeats().sparsityPercent()));
    return text.chart("collapse-error", errors(measured.rows()))
        .chart("collapse-kept", kept(measured.rows()))
        .rows("outcome", outcome(measured))
        .page(name(), measured.json());
  }

  private static List<List<String>> outcome(Measured measured) {
    int seeds = measured.scale().seeds();
    List<List<String>> cells = new ArrayList<>();
    cells.add(Table.row("dense twin", "–", "–", "0", measured.dense().errorPercent().text(1), "–"));
    for (Row row : measured.rows()) {
      cells.add(
          Table.row(
              row.remedy().text,
              "%s of %s".formatted(row.collapsed(), seeds),
              String.format(Locale.ROOT, "%.1f", 100 * row.early()),
              row.repeats().sparsityPercent(),
              row.repeats().errorPercent().text(1),
              "%s of %s".formatted(row.guessing(), seeds)));
    }
    return cells;
  }

  private static String first(Row row) {
    Optional<Integer> first =
        row.repeats().runs().stream()
            .flatMap(run -> run.collapseEpoch().stream().boxed())
            .min(Integer::compare);
    return first.map(epoch -> ", the first after epoch " + epoch).orElse("");
  }

  private static String fate(Row row) {
    return "%s of %s runs lose every path through a layer, and %s guess"
        .formatted(row.collapsed(), row.repeats().runs().size(), row.guessing());
  }

  private static XYChart errors(List<Row> rows) {
    Plot plot = Plot.wide("What is left of the network: its error", "epoch", "% error");
    return lines(plot, rows, SmallRun::error).y(0, 95).chart();
  }

  private static XYChart kept(List<Row> rows) {
    Plot plot = Plot.wide("What is left of the network: its weights", "epoch", "% of weights");
    return lines(plot, rows, epoch -> 100 * (1 - epoch.sparsity()), LEAST_PERCENT)
        .logY()
        .y(LEAST_PERCENT, 100)
        .chart();
  }

  private static Plot lines(Plot plot, List<Row> rows, ToDoubleFunction<EpochMetrics> quantity) {
    return lines(plot, rows, quantity, Double.NEGATIVE_INFINITY);
  }

  private static Plot lines(
      Plot plot, List<Row> rows, ToDoubleFunction<EpochMetrics> quantity, double least) {
    Plot drawn = plot;
    for (Row row : rows) {
      double[] ys =
          Arrays.stream(row.repeats().meanByEpoch(quantity)).map(y -> Math.max(y, least)).toArray();
      drawn = drawn.line(row.remedy().text, row.repeats().epochs(), ys, row.remedy().color);
    }
    return drawn;
  }
}
