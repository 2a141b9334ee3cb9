package dev.ockham.lab.experiment;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Split;
import dev.ockham.core.evaluate.Evaluator;
import dev.ockham.core.kl.KlTerm;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.PageText;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.sample.Spread;
import dev.ockham.lab.training.Repeats;
import dev.ockham.lab.training.Scale;
import dev.ockham.lab.training.SmallRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.knowm.xchart.XYChart;

/** What each form of the KL costs in the end: the same small network trained with every one. */
record KlTraining(Scale scale, Repeats dense, List<Row> rows) {

  private static final Scale FULL = new Scale("mlp:784-100-10", 10_000, 0.1, 100, 20, 3);
  private static final Scale QUICK = new Scale("mlp:784-12-10", 600, 0.5, 15, 4, 2);

  /** A sparsity that every form can be cut to, by the order of its scores. */
  private static final double COMMON_SPARSITY = 0.9;

  record Row(KlTerm term, Repeats repeats, Spread errorAtCommonSparsity) {
    String cut() {
      return errorAtCommonSparsity.text(1);
    }
  }

  static KlTraining of(Setting setting) throws IOException {
    Scale scale = setting.quick() ? QUICK : FULL;
    Dataset data = scale.data();
    setting.progress().accept("training the dense twin");
    Repeats dense = Repeats.of("dense twin", scale.dense(), data, setting.seed(), scale.seeds());
    DataSpec split = scale.dense().data();
    Examples heldOut =
        data.train()
            .select(
                Split.stratified(data.train(), split.validation(), split.splitSeed()).validation());
    List<Row> rows = new ArrayList<>();
    for (KlTerm term : KlTerm.values()) {
      setting.progress().accept("training with " + term.cliName());
      Repeats repeats =
          Repeats.of(
              term.cliName(), scale.sparseVd().withKl(term), data, setting.seed(), scale.seeds());
      rows.add(
          new Row(term, repeats, Spread.of(repeats.runs(), run -> cut(run.snapshot(), heldOut))));
    }
    return new KlTraining(scale, dense, rows);
  }

  private static double cut(Snapshot snapshot, Examples heldOut) {
    try {
      return Evaluator.classify(snapshot.pruned(snapshot.masksTo(COMMON_SPARSITY).masks()), heldOut)
          .errorPercent();
    } catch (RunException e) {
      throw new AssertionError("sparse-vd gives scores", e);
    }
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("scale", scale.json());
    json.put("dense", dense.json());
    List<Map<String, Object>> forms = new ArrayList<>();
    for (Row row : rows) {
      Map<String, Object> form = new LinkedHashMap<>(row.repeats().json());
      form.put("error_percent_at_common_sparsity", row.errorAtCommonSparsity().json());
      forms.add(form);
    }
    json.put("common_sparsity", COMMON_SPARSITY);
    json.put("forms", forms);
    return json;
  }

  private Row row(KlTerm term) {
    return rows.stream().filter(row -> row.term() == term).findFirst().orElseThrow();
  }

  /** Fills its part of the page. */
  void fill(PageText text) {
    Row exact = row(KlTerm.EXACT);
    Row cubic = row(KlTerm.KINGMA_CUBIC);
    Row bound = row(KlTerm.LOWER_BOUND);
    against(text, "fit", exact.repeats(), row(KlTerm.MOLCHANOV).repeats());
    against(text, "ard", exact.repeats(), row(KlTerm.ARD).repeats());
    List<List<String>> cells = new ArrayList<>();
    cells.add(Table.row("dense twin", "0", dense.errorPercent().text(1), "–"));
    for (Row row : rows) {
      cells.add(
          Table.row(
              row.term().cliName(),
              row.repeats().sparsityPercent(),
              row.repeats().errorPercent().text(1),
              row.cut()));
    }
    text.put("cubicGone", cubic.repeats().sparsityPercent())
        .put("boundGone", bound.repeats().sparsityPercent())
        .put("cut", 100 * COMMON_SPARSITY)
        .put("cubicCut", cubic.cut())
        .put("boundCut", bound.cut())
        .put("exactCut", exact.cut())
        .put("scale", scale.text())
        .chart("kl-training-sparsity", chart("Weights gone", "fraction", EpochMetrics::sparsity))
        .chart("kl-training-error", chart("Error of what is left", "% error", SmallRun::error))
        .rows("training", cells);
  }

  /** True whatever comes out: distances beside what the seeds alone do. */
  private static void against(PageText text, String name, Repeats exact, Repeats other) {
    Spread sparsity = exact.sparsity();
    Spread error = exact.errorPercent();
    text.put(name + "Sparsity", 100 * Math.abs(other.sparsity().mean() - sparsity.mean()))
        .put(name + "Error", Math.abs(other.errorPercent().mean() - error.mean()))
        .put(
            name + "SparsityScatter",
            100 * Math.max(sparsity.deviation(), other.sparsity().deviation()))
        .put(name + "ErrorScatter", Math.max(error.deviation(), other.errorPercent().deviation()));
  }

  private XYChart chart(String title, String unit, ToDoubleFunction<EpochMetrics> quantity) {
    Plot plot = Plot.wide(title, "epoch", unit);
    for (Row row : rows) {
      Repeats repeats = row.repeats();
      plot =
          line(
              plot,
              row.term(),
              row.term().cliName(),
              repeats.epochs(),
              repeats.meanByEpoch(quantity));
    }
    return plot.chart();
  }

  /** A form's line, alike on every chart. */
  static Plot line(Plot plot, KlTerm term, String label, double[] xs, double[] ys) {
    return switch (term) {
      case EXACT -> plot.line(label, xs, ys, Plot.BLACK);
      case MOLCHANOV -> plot.dashed(label, xs, ys, Plot.RED);
      case ARD -> plot.line(label, xs, ys, Plot.GREEN);
      case KINGMA_CUBIC -> plot.line(label, xs, ys, Plot.BLUE);
      case LOWER_BOUND -> plot.dashed(label, xs, ys, Plot.YELLOW);
    };
  }
}
