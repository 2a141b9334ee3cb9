package dev.ockham.report.page;

import dev.ockham.core.run.EpochMetrics;
import dev.ockham.report.page.Chart.Line;
import dev.ockham.report.page.Chart.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How a few numbers moved from epoch to epoch: one chart a number, the runs in it together. */
final class Curves {

  /** How many the page's palette has. */
  private static final int COLOURS = 6;

  private final List<ReportedRun> runs;
  private final List<Line> lines = new ArrayList<>();
  private final List<Chart> charts;
  private final StringBuilder html = new StringBuilder();

  private Curves(List<ReportedRun> runs, List<Chart> charts) {
    this.runs = runs;
    this.charts = charts;
  }

  /**
   * The figures of some runs.
   *
   * @param charts takes what the script shall draw
   * @return HTML
   */
  static String of(List<ReportedRun> runs, List<Chart> charts) {
    Curves curves = new Curves(runs, charts);
    curves.loss();
    curves.error();
    curves.complexity();
    curves.size();
    curves.time();
    return curves.html.toString();
  }

  /** Sparsity of each layer of one run among several. */
  static String layers(ReportedRun run, String prefix, List<Chart> charts) {
    Curves curves = new Curves(List.of(run), charts);
    curves.sparsity(prefix + "-sparsity", "Weights gone, by layer");
    return curves.html.toString();
  }

  private void loss() {
    add("training", 0, run -> true, EpochMetrics::nll);
    if (runs.stream().anyMatch(ReportedRun::taught)) {
      distance();
      return;
    }
    boolean likelihood = runs.stream().allMatch(ReportedRun::likelihood);
    String training =
        (likelihood ? "<b>Training NLL</b>" : "<b>Training loss</b>")
            + ": how surprised the network is by the labels it learns from, in nats"
            + " per example, while noise, if the method has any, disturbs its weights."
            + (likelihood
                ? ""
                : " Examples are weighted or mixed, or labels smoothed: no NLL, but a"
                    + " pseudo-likelihood.")
            + " Lower is better.";
    if (runs.size() > 1) {
      chart(
          "nll-training",
          "Loss on training examples",
          likelihood ? "NLL, nats" : "loss, nats",
          training);
    }
    validation(EpochMetrics.Score::nll);
    String held =
        "<b>Validation NLL</b>: the same on examples held out from training, without noise. Where"
            + " it rises while that falls, the network learns by heart.";
    chart(
        "nll",
        runs.size() > 1 ? "Loss on validation examples" : "Loss",
        likelihood || runs.size() > 1 ? "NLL, nats" : "loss, nats",
        runs.size() > 1 ? held : training + " " + held);
  }

  /** The loss of runs with a teacher; the charts have the same names, for the same numbers. */
  private void distance() {
    boolean numbers = runs.stream().anyMatch(run -> run.loss().ofNumbers());
    String training =
        numbers
            ? "<b>Training loss</b>: the negative log-likelihood of the right numbers in their own"
                + " units, or how far predictions are from them, in nats per example, while noise,"
                + " if the method has any, disturbs the weights. Lower is better."
            : "<b>Training loss</b>: how far the outputs are from those that the teacher gives, in"
                + " nats per example, while noise, if the method has any, disturbs the weights. 0"
                + " is the teacher itself.";
    if (runs.size() > 1) {
      chart("nll-training", "Loss on training examples", "loss, nats", training);
    }
    validation(EpochMetrics.Score::nll);
    String held =
        "<b>Validation loss</b>: the same on examples held out from training, without noise.";
    chart(
        "nll",
        runs.size() > 1 ? "Loss on validation examples" : "Loss",
        "loss, nats",
        runs.size() > 1 ? held : training + " " + held);
    validation(score ->
        score.worstRelativeError().isPresent() ? score.worstRelativeError().getAsDouble() : null);
    chart(
        "relative-error",
        numbers ? "What is missed of the numbers" : "What is missed of the teacher",
        "1 − R²",
        numbers
            ? "Squared error over what the mean of all numbers would have, of the output that is"
                + " missed most. 0 is exact, 1 is no better than a constant."
            : "Squared error over what the means of the teacher's outputs would have, of the output"
                + " that is missed most. 0 is the teacher, 1 is no better than a constant.");
  }

  private void error() {
    if (runs.stream().noneMatch(ReportedRun::labelled)) {
      return;
    }
    validation(score -> score.labelled() ? score.errorPercent() : null);
    chart(
        "error",
        "Wrong predictions",
        "validation error, %",
        "Share of held-out examples whose class is wrong. <b>All weights</b> uses every mean"
            + " weight, <b>pruned</b> only those that stay at the threshold. Where both lines meet,"
            + " what was removed did not matter.");
  }

  private void complexity() {
    add("KL", 0, ReportedRun::hasKl, EpochMetrics::klNats);
    chart(
        "kl",
        "Complexity (KL)",
        "KL, nats",
        Scale.FROM_ZERO,
        "What the weights tell about the data beyond the prior, in nats, all weights together. It"
            + " falls as weights drown in noise: a weight that is pure noise costs nothing.",
        "This method has no prior, and so no KL.");
    add("β", 0, ReportedRun::hasKl, EpochMetrics::beta);
    chart(
        "beta",
        "Weight of the KL (β)",
        "β",
        Scale.FROM_ZERO,
        "What training makes small is loss + β · KL / examples. β starts small, so that the network"
            + " first learns something worth keeping, then rises, and the KL begins to push weights"
            + " out.",
        "Without a KL there is no weight of it either.");
  }

  private void size() {
    sparsity("sparsity", "Weights gone");
    add("compression", 0, ReportedRun::prunes, EpochMetrics::compression);
    chart(
        "compression",
        "Compression",
        "all weights / weights left",
        Scale.LOGARITHMIC,
        "How many times fewer weights are left. The scale is logarithmic: 10× is nine tenths gone,"
            + " 100× ninety-nine hundredths.",
        runs.stream().anyMatch(ReportedRun::prunes)
            ? "No weight is left, so there is nothing to divide by."
            : "This method removes no weights.");
  }

  private void sparsity(String id, String title) {
    if (runs.size() == 1) {
      perLayer(runs.getFirst());
    }
    add("all layers", 0, ReportedRun::prunes, metrics -> 100 * metrics.sparsity());
    chart(
        id,
        title,
        "weights gone, %",
        Scale.FROM_ZERO,
        "Share of weights at or past the threshold: those that would go if the run were pruned at"
            + " that epoch.",
        "This method removes no weights.");
  }

  private void perLayer(ReportedRun run) {
    if (run.epochs().isEmpty() || !run.prunes()) {
      return;
    }
    int layers = run.epochs().getFirst().layers().size();
    for (int i = 0; i < layers; i++) {
      int layer = i;
      String name = run.epochs().getFirst().layers().get(i).name();
      // Colours repeat after COLOURS layers, dashes change then: no two lines look the same.
      lines.add(
          line(run, name, i + 1, i / COLOURS + 1, m -> 100 * m.layers().get(layer).sparsity()));
    }
  }

  private void time() {
    add("seconds", 0, run -> true, EpochMetrics::seconds);
    chart(
        "seconds",
        "Time",
        "seconds per epoch",
        Scale.FROM_ZERO,
        "Wall-clock of each epoch on the machine that trained, validation included.",
        "");
    add("learning rate", 0, run -> true, EpochMetrics::learningRate);
    chart(
        "learning-rate",
        "Learning rate",
        "learning rate",
        Scale.FROM_ZERO,
        "How far a step moves the weights, at the end of each epoch. It shrinks towards the end, so"
            + " that they settle.",
        "");
  }

  private void validation(Function<EpochMetrics.Score, @Nullable Double> value) {
    add(
        "validation, all weights",
        runs.size() > 1 ? 0 : 1,
        run -> true,
        metrics -> metrics.validation() == null ? null : value.apply(metrics.validation()));
    add(
        "validation, pruned",
        runs.size() > 1 ? 1 : 2,
        ReportedRun::prunes,
        metrics ->
            metrics.prunedValidation() == null ? null : value.apply(metrics.prunedValidation()));
  }

  /** Adds a line a run; several runs differ by colour, several numbers of a run by dashes too. */
  private void add(
      String what,
      int dash,
      Function<ReportedRun, Boolean> applies,
      Function<EpochMetrics, @Nullable Double> value) {
    for (int i = 0; i < runs.size(); i++) {
      ReportedRun run = runs.get(i);
      if (applies.apply(run)) {
        String form = what.startsWith("validation, ") ? what.replace("validation", "") : "";
        String label = runs.size() == 1 ? what : run.title() + form;
        lines.add(line(run, label, runs.size() == 1 ? dash : i, dash, value));
      }
    }
  }

  static Line line(
      ReportedRun run,
      String label,
      int colour,
      int dash,
      Function<EpochMetrics, @Nullable Double> value) {
    List<Integer> x = new ArrayList<>();
    List<@Nullable Double> y = new ArrayList<>();
    for (EpochMetrics metrics : run.epochs()) {
      Double at = value.apply(metrics);
      x.add(metrics.epoch());
      y.add(at == null || !Double.isFinite(at) ? null : at);
    }
    return new Line(label, colour, dash, x, y);
  }

  private void chart(String id, String title, String axis, String sentence) {
    chart(id, title, axis, sentence, "No examples are held out for validation.");
  }

  private void chart(String id, String title, String axis, String sentence, String missing) {
    chart(id, title, axis, Scale.FREE, sentence, missing);
  }

  private void chart(
      String id, String title, String axis, Scale scale, String sentence, String missing) {
    List<Line> drawn = lines.stream().filter(Line::hasValues).toList();
    if (drawn.isEmpty()) {
      boolean begun = runs.stream().anyMatch(run -> !run.epochs().isEmpty());
      html.append(Chart.missing(title, begun ? missing : "No epoch has ended yet."));
    } else {
      Chart chart = Chart.ofLines(id, title, axis, scale, drawn, sentence);
      charts.add(chart);
      html.append(chart.html());
    }
    lines.clear();
  }
}
