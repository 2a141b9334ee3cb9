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
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.Finding;
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
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** What each form of the KL costs in the end: the same small network trained with every one. */
record KlTraining(Scale scale, Repeats dense, List<Row> rows) {

  private static final Scale FULL = new Scale("mlp:784-100-10", 10_000, 0.1, 100, 20, 3);
  private static final Scale QUICK = new Scale("mlp:784-12-10", 600, 0.5, 15, 4, 2);

  /** A sparsity that every form can be cut to, by the order of its scores. */
  private static final double COMMON_SPARSITY = 0.9;

  record Row(KlTerm term, Repeats repeats, Spread errorAtCommonSparsity) {}

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

  Finding finding() {
    List<List<String>> cells = new ArrayList<>();
    cells.add(Table.row("dense twin", "0", dense.errorPercent().text(1), "–"));
    for (Row row : rows) {
      cells.add(
          Table.row(
              row.term().cliName(),
              row.repeats().sparsityPercent(),
              row.repeats().errorPercent().text(1),
              row.errorAtCommonSparsity().text(1)));
    }
    Row exact = row(KlTerm.EXACT);
    Row cubic = row(KlTerm.KINGMA_CUBIC);
    Row bound = row(KlTerm.LOWER_BOUND);
    return Finding.of(
            "What it costs in the end",
            against(exact, row(KlTerm.MOLCHANOV), "Molchanov's fit")
                + " "
                + against(exact, row(KlTerm.ARD), "ARD"),
            String.format(
                Locale.ROOT,
                "The forms made for α ≤ 1 train as well, but end at log α = 0: at the threshold of"
                    + " 3 the cubic removes %s %% and the bound %s %% of the weights. Their log α"
                    + " still ranks weights. Cut to %.0f %% by that order alone, they err by %s %%"
                    + " and %s %%, the exact form by %s %%.",
                cubic.repeats().sparsityPercent(),
                bound.repeats().sparsityPercent(),
                100 * COMMON_SPARSITY,
                cubic.errorAtCommonSparsity().text(1),
                bound.errorAtCommonSparsity().text(1),
                exact.errorAtCommonSparsity().text(1)))
        .with(
            chart(
                "kl-training-sparsity",
                "Fraction of the weights that is gone after each epoch, mean over the seeds.",
                "Weights gone",
                "fraction",
                EpochMetrics::sparsity),
            chart(
                "kl-training-error",
                "Validation error of the weights that stay, mean over the seeds.",
                "Error of what is left",
                "% error",
                SmallRun::error))
        .with(
            new Table(
                scale.text() + "; the full bound, weight 1, after the default warm-up",
                List.of(
                    "form",
                    "% gone",
                    "error, %",
                    String.format(
                        Locale.ROOT, "error with %.0f %% cut, %%", 100 * COMMON_SPARSITY)),
                cells));
  }

  /** True whatever comes out: distances beside what the seeds alone do. */
  private static String against(Row exact, Row other, String name) {
    Spread sparsity = exact.repeats().sparsity();
    Spread error = exact.repeats().errorPercent();
    double apart = other.repeats().errorPercent().mean() - error.mean();
    return String.format(
        Locale.ROOT,
        "%s ends %.2f points of sparsity and %.1f points of error from the exact KL, where the"
            + " seeds alone scatter by %.2f and %.1f.",
        name,
        100 * Math.abs(other.repeats().sparsity().mean() - sparsity.mean()),
        Math.abs(apart),
        100 * Math.max(sparsity.deviation(), other.repeats().sparsity().deviation()),
        Math.max(error.deviation(), other.repeats().errorPercent().deviation()));
  }

  private Figure chart(
      String name,
      String caption,
      String title,
      String unit,
      ToDoubleFunction<EpochMetrics> quantity) {
    Plot plot = Plot.wide(title, "epoch", unit);
    for (Row row : rows) {
      double[] ys = row.repeats().meanByEpoch(quantity);
      double[] xs = row.repeats().epochs();
      String label = row.term().cliName();
      plot =
          switch (row.term()) {
            case EXACT -> plot.line(label, xs, ys, Plot.BLACK);
            case MOLCHANOV -> plot.dashed(label, xs, ys, Plot.RED);
            case ARD -> plot.line(label, xs, ys, Plot.GREEN);
            case KINGMA_CUBIC -> plot.line(label, xs, ys, Plot.BLUE);
            case LOWER_BOUND -> plot.dashed(label, xs, ys, Plot.YELLOW);
          };
    }
    return Figure.of(name, caption, 1, plot.chart());
  }
}
