package dev.ockham.lab.experiment;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.lab.Experiment;
import dev.ockham.lab.Setting;
import dev.ockham.lab.page.Figure;
import dev.ockham.lab.page.Finding;
import dev.ockham.lab.page.LabPage;
import dev.ockham.lab.page.Paper;
import dev.ockham.lab.page.Plot;
import dev.ockham.lab.page.Table;
import dev.ockham.lab.training.Repeats;
import dev.ockham.lab.training.Scale;
import dev.ockham.lab.training.SmallRun;
import java.awt.Color;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

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

  private enum Remedy {
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

  private record Row(Remedy remedy, Repeats repeats) {

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
    return new LabPage(
        name(),
        "When the prior wins too early",
        "The KL wants every weight gone, from the first step on. The likelihood defends a weight"
            + " only once the weight is of use. Who is faster, and what helps the likelihood?",
        List.of(outcome(scale, dense, rows), remedies(rows), curves(rows)),
        result);
  }

  private static Row find(List<Row> rows, Remedy remedy) {
    return rows.stream().filter(row -> row.remedy() == remedy).findFirst().orElseThrow();
  }

  private static Finding outcome(Scale scale, Repeats dense, List<Row> rows) {
    Row nothing = find(rows, Remedy.NONE);
    List<List<String>> cells = new ArrayList<>();
    cells.add(Table.row("dense twin", "–", "–", "0", dense.errorPercent().text(1), "–"));
    for (Row row : rows) {
      cells.add(
          Table.row(
              row.remedy().text,
              "%s of %s".formatted(row.collapsed(), scale.seeds()),
              String.format(Locale.ROOT, "%.1f", 100 * row.early()),
              row.repeats().sparsityPercent(),
              row.repeats().errorPercent().text(1),
              "%s of %s".formatted(row.guessing(), scale.seeds())));
    }
    return Finding.of(
            "Who collapses",
            String.format(
                Locale.ROOT,
                "Sparse VD with a KL of weight β = %.0f from the first step: with %,d pictures it"
                    + " pulls as the evidence lower bound would with %,d. It is too strong on"
                    + " purpose, so that a short run shows what the remedies are for.",
                STRONG,
                scale.trained(),
                Math.round(scale.trained() / STRONG)),
            String.format(
                Locale.ROOT,
                "Without a remedy %d of %d runs lose every path through a layer%s, and %d of %d end"
                    + " within %.0f points of guessing, which errs in %.0f %%. Ockham stops such a"
                    + " run and names the layer; here they were told to go on"
                    + " (--on-collapse continue).",
                nothing.collapsed(),
                scale.seeds(),
                first(nothing),
                nothing.guessing(),
                scale.seeds(),
                NEAR_CHANCE,
                CHANCE_PERCENT))
        .with(
            new Table(
                scale.text() + "; validation error of the network that is left",
                List.of(
                    "remedy",
                    "lost all paths",
                    "% gone at a quarter",
                    "% gone",
                    "error, %",
                    "guessing"),
                cells))
        .beside(
            Paper.of(
                "Molchanov et al., arXiv:1701.05369, section 6; Bayesian pruning tutorial, KAIST"
                    + " 2019",
                "Training from a random start tends to prune too much at the beginning and then"
                    + " stays in a bad place. The remedies named are a pretrained network and a"
                    + " weight of the KL that rises from 0 to 1. The authors' code trains with"
                    + " weight 0 for 5 epochs of 200 and reaches 1 at epoch 20."));
  }

  private static String first(Row row) {
    Optional<Integer> first =
        row.repeats().runs().stream()
            .flatMap(run -> run.collapseEpoch().stream().boxed())
            .min(Integer::compare);
    return first.map(epoch -> ", the first after epoch " + epoch).orElse("");
  }

  private static Finding remedies(List<Row> rows) {
    Row pretraining = find(rows, Remedy.PRETRAINING);
    Row warmUp = find(rows, Remedy.WARM_UP);
    Row both = find(rows, Remedy.BOTH);
    String pretrained =
        pretraining.works()
            ? "Pretraining, a quarter of the run without noise and KL, keeps every run alive: the"
                + " weights have something to defend when the KL arrives."
            : ("Pretraining, a quarter of the run without noise and KL, does not help by itself:"
                    + " %s. A network that fits its data well has an almost flat likelihood, and"
                    + " Adam makes steps of the same size for a weak pull as for a strong one. When"
                    + " the full KL arrives at once, nothing holds the weights at first, and later"
                    + " there is nothing left to hold.")
                .formatted(fate(pretraining));
    String warmed =
        warmUp.works()
            ? String.format(
                Locale.ROOT,
                "Warm-up, the weight rising from 0 over half of the run to the same %.0f, saves"
                    + " every run: %s %% of the weights go and the error is %s %%. The objective at"
                    + " the end is the same as without it; only the way there differs.",
                STRONG,
                warmUp.repeats().sparsityPercent(),
                warmUp.repeats().errorPercent().text(1))
            : "Warm-up, the weight rising from 0 over half of the run, is not enough here: "
                + fate(warmUp)
                + ".";
    String together =
        "With both the error is %s %%, at %s %% of the weights gone."
            .formatted(both.repeats().errorPercent().text(1), both.repeats().sparsityPercent());
    Row scaled = find(rows, Remedy.SCALED);
    Row weaker = find(rows, Remedy.WEAKER);
    Row all = find(rows, Remedy.ALL);
    String scaling =
        ("Scaling changes the objective itself. A constant weight of 1 gives %s %% error with %s %%"
                + " gone, 0.3 gives %s %% with %s %%; with pretraining and warm-up on top, all of"
                + " them, 0.3 gives %s %% with %s %%. Less pressure costs sparsity, so a fair"
                + " comparison looks at both columns.")
            .formatted(
                scaled.repeats().errorPercent().text(1),
                scaled.repeats().sparsityPercent(),
                weaker.repeats().errorPercent().text(1),
                weaker.repeats().sparsityPercent(),
                all.repeats().errorPercent().text(1),
                all.repeats().sparsityPercent());
    return Finding.of("What each remedy buys", warmed, pretrained + " " + together, scaling);
  }

  private static String fate(Row row) {
    return "%s of %s runs lose every path through a layer, and %s guess"
        .formatted(row.collapsed(), row.repeats().runs().size(), row.guessing());
  }

  private static Finding curves(List<Row> rows) {
    return Finding.of(
            "Early is what matters",
            "Look at the first quarter. At its end the network without a remedy %s, and with warm-up"
                    .formatted(atQuarter(find(rows, Remedy.NONE)))
                + " it %s. A weight that is all noise has to find its way back against that noise."
                    .formatted(atQuarter(find(rows, Remedy.WARM_UP))))
        .with(
            chart(
                "collapse-error",
                "Validation error of the weights that stay, mean over the seeds; 90 % is guessing.",
                "What is left of the network: its error",
                "% error",
                rows,
                SmallRun::error,
                false),
            chart(
                "collapse-kept",
                "Share of the weights that stay, mean over the seeds; logarithmic.",
                "What is left of the network: its weights",
                "% of weights",
                rows,
                CollapseExperiment::keptPercent,
                true));
  }

  private static String atQuarter(Row row) {
    return String.format(
        Locale.ROOT,
        "keeps %.1f %% of its weights and errs by %.1f %%",
        100 * (1 - row.early()),
        row.repeats().meanByEpoch(SmallRun::error)[row.quarter()]);
  }

  private static double keptPercent(EpochMetrics epoch) {
    return 100 * (1 - epoch.sparsity());
  }

  private static Figure chart(
      String name,
      String caption,
      String title,
      String unit,
      List<Row> rows,
      ToDoubleFunction<EpochMetrics> quantity,
      boolean logarithmic) {
    Plot plot = Plot.wide(title, "epoch", unit);
    for (Row row : rows) {
      double[] ys = row.repeats().meanByEpoch(quantity);
      if (logarithmic) {
        for (int i = 0; i < ys.length; i++) {
          ys[i] = Math.max(ys[i], LEAST_PERCENT);
        }
      }
      plot = plot.line(row.remedy().text, row.repeats().epochs(), ys, row.remedy().color);
    }
    return Figure.of(
        name,
        caption,
        1,
        (logarithmic ? plot.logY().y(LEAST_PERCENT, 100) : plot.y(0, 95)).chart());
  }
}
