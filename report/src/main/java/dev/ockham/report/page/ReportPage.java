package dev.ockham.report.page;

import dev.ockham.core.arch.NetworkSource;
import dev.ockham.core.method.Method;
import dev.ockham.core.method.WeightScore;
import dev.ockham.core.name.BareName;
import dev.ockham.core.quality.MeasuredQuality;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.Outcome;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.run.Software;
import dev.ockham.runtime.file.AtomicFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.json.JsonMapper;

/**
 * The page about one or several runs: one HTML file that opens from disk, with style, script,
 * charting library, numbers and pictures in it. Equal runs give equal bytes.
 */
public final class ReportPage {

  /** Stands near the top of every page, so that a page can be told from other files. */
  public static final String GENERATOR = "<meta name=\"generator\" content=\"Ockham";

  private final List<ReportedRun> runs;
  private final List<Chart> charts = new ArrayList<>();
  private final List<PixelUse> maps = new ArrayList<>();
  private final List<TradeOffSlider> sliders = new ArrayList<>();

  private ReportPage(List<ReportedRun> runs) {
    this.runs = List.copyOf(runs);
  }

  /**
   * Writes a page, whole or not at all.
   *
   * @param runs at least one, in the order in which they are shown
   * @throws IOException if the file cannot be written; an older one is then untouched
   */
  public static void write(List<ReportedRun> runs, Path file) throws IOException {
    AtomicFile.writeString(file, html(runs));
  }

  /**
   * The page as text.
   *
   * @param runs at least one, in the order in which they are shown
   */
  public static String html(List<ReportedRun> runs) throws IOException {
    if (runs.isEmpty()) {
      throw new IllegalArgumentException("a report needs at least one run");
    }
    return new ReportPage(runs).html();
  }

  private String html() throws IOException {
    String title = runs.stream().map(ReportedRun::title).collect(Collectors.joining(", "));
    String body = body(title);
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("charts", charts.stream().map(Chart::data).toList());
    data.put("maps", maps.stream().map(PixelUse::toMap).toList());
    data.put("sliders", sliders.stream().map(TradeOffSlider::toMap).toList());
    return """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    %s %s">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>%s · Ockham</title>
    <link rel="icon" href="data:,">
    <style>
    %s</style>
    </head>
    <body>
    %s<script type="application/json" id="data">%s</script>
    <script>%s</script>
    <script>
    %s%s</script>
    </body>
    </html>
    """
        .formatted(
            GENERATOR,
            Markup.escape(Software.version()),
            Markup.escape(title),
            PageResources.own("report.css"),
            body,
            Markup.inScript(new JsonMapper().writeValueAsString(data)),
            PageResources.chartLibrary(),
            PageResources.own("charts.js"),
            PageResources.own("report.js"));
  }

  private String body(String title) throws IOException {
    StringBuilder html = new StringBuilder("<header><p class=\"brand\">Ockham</p>");
    html.append(Markup.html("<h1>%s</h1>", title));
    runs.forEach(run -> html.append(introduction(run)));
    html.append("</header>\n<main>\n");
    if (runs.size() == 1) {
      html.append(headline(runs.getFirst()));
    }
    html.append("<section><h2>Before and after</h2>\n").append(Tables.outcomes(runs));
    html.append(note()).append("</section>\n");
    if (runs.size() > 1) {
      html.append("<section><h2>What differs</h2>\n");
      html.append(Tables.differences(runs)).append("</section>\n");
    }
    for (int i = 0; i < runs.size(); i++) {
      html.append(quality(runs.get(i), "run" + i));
    }
    for (int i = 0; i < runs.size(); i++) {
      html.append(tradeOff(runs.get(i), "run" + i));
    }
    html.append("<section><h2>Training</h2>\n<div class=\"grid\">");
    html.append(Curves.of(runs, charts)).append("</div></section>\n");
    for (int i = 0; i < runs.size(); i++) {
      html.append(weights(runs.get(i), "run" + i));
    }
    runs.forEach(run -> html.append(details(run)));
    html.append("</main>\n<footer>");
    html.append(
        Markup.html(
            "Made by Ockham %s (%s). Charts: Chart.js %s, MIT License.",
            Software.version(), Software.commit(), PageResources.chartVersion()));
    return html.append("</footer>\n").toString();
  }

  private String introduction(ReportedRun run) {
    RunRecord record = run.record();
    String name = runs.size() > 1 ? Markup.html("<b>%s</b>: ", run.title()) : "";
    String ended =
        switch (record.status()) {
          case FINISHED -> "finished";
          case RUNNING -> "still running, or killed: shown as of its last save";
          case STOPPED -> "stopped, can go on: shown as of its last save";
          case COLLAPSED -> "collapsed: a layer lost its last path from the input";
          case FAILED -> "failed: the loss was no number any more";
        };
    String trained =
        Markup.html(
            "%s trained %s on %s, %s of %s epochs. <span class=\"status %s\">%s</span></p>\n",
            NetworkSource.title(record.spec().architecture()),
            run.prunes()
                ? "with " + record.spec().method().name()
                : "without pruning (" + record.spec().method().name() + ")",
            BareName.of(record.spec().data().name()),
            run.epochs().size(),
            record.spec().training().epochs(),
            record.status().name().toLowerCase(Locale.ROOT),
            ended);
    return "<p class=\"lead\">" + name + trained;
  }

  /** The few numbers that people ask for first. */
  private static String headline(ReportedRun run) {
    Outcome outcome = run.outcome();
    if (outcome == null) {
      return "";
    }
    Outcome.Row dense = outcome.rows().getFirst();
    Outcome.Row small = outcome.rows().getLast();
    EpochMetrics.Score score = small.score();
    StringBuilder html = new StringBuilder("<div class=\"cards\">");
    String pruned = run.prunes() ? ", pruned" : "";
    if (score != null && score.labelled()) {
      html.append(
          card(
              String.format(Locale.ROOT, "%.2f %%", score.errorPercent()),
              outcome.split() + " error" + pruned));
    }
    if (score != null && score.worstRelativeError().isPresent()) {
      html.append(
          card(
              Markup.decimal(score.worstRelativeError().getAsDouble(), 4),
              (run.loss().ofNumbers()
                      ? "of the spread missed (1 − R²)"
                      : "of the teacher missed (1 − R²)")
                  + pruned));
    }
    if (run.prunes()) {
      double gone = 1 - (double) small.nonzeroWeights() / outcome.weights();
      html.append(card(Markup.percent(gone), "of the weights gone"));
      html.append(card(Markup.times(outcome.compression(small)), "fewer weights"));
      long denseBytes = Float.BYTES * run.architecture().parameters();
      html.append(card(Markup.count(small.bytes()), "bytes, of " + Markup.count(denseBytes)));
    } else {
      html.append(card(Markup.count(dense.nonzeroWeights()), "weights"));
      html.append(card(Markup.count(dense.bytes()), "bytes"));
    }
    return html.append("</div>\n").toString();
  }

  private static String card(String number, String what) {
    return Markup.html("<div><b>%s</b><span>%s</span></div>", number, what);
  }

  private String note() {
    boolean finished = runs.stream().allMatch(run -> run.record().outcome() != null);
    return "<p class=\"note\"><b>dense</b>: all mean weights, zeros of a pruning schedule"
        + " and of units that left while training among them. <b>masked</b>: only those that stay"
        + " at the threshold, the others 0. <b>pruned</b>: the network that the file holds,"
        + " without the units that no longer matter; it computes what the masked one does."
        + (runs.stream().anyMatch(ReportedRun::labelled)
            ? " Error: wrong predictions, lower is better."
            : "")
        + (runs.stream().anyMatch(run -> run.loss().ofNumbers())
            ? " Loss: −log of the density at the right numbers, or the distance from them; 1 − R²:"
                + " squared error of the number that is missed most, over that of the mean."
            : "")
        + (runs.stream().anyMatch(run -> run.taught() && !run.loss().ofNumbers())
            ? " Loss: distance from the teacher's outputs; 1 − R²: squared error of the output that"
                + " is missed most, over that of the teacher's means."
            : "")
        + " Bytes: of a model file that holds the network.</p>\n"
        + (finished
            ? ""
            : "<p class=\"note\">– means not measured: a run's pruned network is measured when it"
                + " is finished.</p>\n");
  }

  private String quality(ReportedRun run, String id) {
    MeasuredQuality measured = run.quality();
    if (measured == null) {
      return "";
    }
    String of = runs.size() > 1 ? Markup.html(" of %s", run.title()) : "";
    return "<section><h2>Quality"
        + of
        + "</h2>\n"
        + QualityTables.of(measured, id, charts)
        + "</section>\n";
  }

  private String tradeOff(ReportedRun run, String id) throws IOException {
    Snapshot snapshot = run.snapshot();
    MeasuredCurves curves = run.curves();
    if (snapshot == null || (curves.tradeOff() == null && curves.sensitivity() == null)) {
      return "";
    }
    String of = runs.size() > 1 ? Markup.html(" of %s", run.title()) : "";
    StringBuilder html = new StringBuilder("<section><h2>Trade-off" + of + "</h2>\n");
    if (curves.tradeOff() != null) {
      TradeOffSlider slider =
          TradeOffSlider.of(
              id + "-tradeoff", run.title(), snapshot, curves.tradeOff(), curves.latencies());
      sliders.add(slider);
      html.append(slider.figure(charts));
    }
    if (curves.sensitivity() != null) {
      html.append(SensitivityFigure.of(curves.sensitivity(), id + "-sensitivity", charts));
    }
    return html.append("</section>\n").toString();
  }

  private String weights(ReportedRun run, String id) {
    Snapshot snapshot = run.snapshot();
    String of = runs.size() > 1 ? Markup.html(" of %s", run.title()) : "";
    StringBuilder html = new StringBuilder("<section><h2>Weights" + of + "</h2>\n");
    if (snapshot == null) {
      return html.append("<p>There is no checkpoint yet, so there are no weights to show.</p>")
          .append("</section>\n")
          .toString();
    }
    Pruning pruning = Pruning.of(snapshot);
    html.append(Tables.layers(pruning)).append(Tables.activeUnits(pruning));
    if (run.prunes()) {
      html.append("<details><summary>Which neurons and channels are left</summary>\n");
      html.append(Tables.units(pruning)).append("</details>\n");
    }
    if (runs.size() > 1 && run.prunes() && !run.epochs().isEmpty()) {
      html.append("<div class=\"grid\">").append(Curves.layers(run, id, charts)).append("</div>");
    }
    if (snapshot.method().score() != WeightScore.NONE) {
      html.append(scores(snapshot.method())).append("<div class=\"grid\">");
      html.append(LogAlphaHistogram.figures(snapshot, id, charts)).append("</div>\n");
    } else {
      html.append(
          """
          <h3 class="group">How noisy the weights are: log α</h3>
          <p>This method learns of no weight how noisy it is.</p>
          """);
    }
    html.append("<h3 class=\"group\">What the weights look like</h3>\n<div class=\"grid\">");
    html.append(pruning.figures(id, maps)).append("</div></section>\n");
    return html.toString();
  }

  /** Heading and note above the histograms of a method with scores. */
  private static String scores(Method method) {
    WeightScore score = method.score();
    String heading =
        switch (score) {
          case LOG_ALPHA -> "How noisy the weights are";
          case MAGNITUDE -> "How small the weights are";
          case RANDOM -> "In which order weights go";
          case KEEP_PROBABILITY -> "How rarely units are kept";
          case NOISE_TO_SIGNAL -> "How noisy the units are";
          case GATE_LOCATION -> "How far the gates are shut";
          case NONE ->
              throw new IllegalArgumentException("there is nothing to show without a score");
        };
    String note =
        switch (score) {
          case LOG_ALPHA ->
              "α is the variance of the noise over the square of the mean: at log α = 0 noise and"
                  + " signal are equally strong. Bars show the share of a layer's weights; "
                  + (method.prunes()
                      ? "those right of the dashed line are mostly noise, and go."
                      : "none goes, for this method holds α at or below 1, the dashed line.");
          case MAGNITUDE ->
              "The logarithm is natural: large weights are on the left. Bars show the share of a"
                  + " layer's weights; right of the dashed line are those that go, and those that"
                  + " training has set to 0 are all in the last bar.";
          case RANDOM ->
              "Each weight has a random number from 0 to 1 for the whole run, and the highest go"
                  + " first, whatever the weights are. Bars show the share of a layer's weights;"
                  + " those that training has set to 0 are all in the last bar.";
          case KEEP_PROBABILITY ->
              "E π is the expected probability to keep a unit; the logarithm is natural, and all"
                  + " weights of a unit share its score. Bars show the share of a layer's weights;"
                  + " those right of the dashed line go.";
          case NOISE_TO_SIGNAL ->
              "SNR is the mean of a unit's factor over its standard deviation; the logarithm is"
                  + " natural, and all weights of a unit share its score. Bars show the share of a"
                  + " layer's weights; those right of the dashed line go.";
          case GATE_LOCATION ->
              "Here α is the odds of a gate to be open, before it is stretched. Bars show the share"
                  + " of a layer's weights; right of the dashed line the gate is 0 without noise,"
                  + " and they go.";
          case NONE -> "";
        };
    return Markup.html(
        "<h3 class=\"group\">%s: %s</h3>\n<p class=\"note\">%s</p>\n",
        heading, score.label(), note);
  }

  private String details(ReportedRun run) {
    String of = runs.size() > 1 ? Markup.html(" of %s", run.title()) : "";
    return """
    <section><h2>Record%s</h2>
    <details><summary>Provenance: data, versions, time</summary>
    %s</details>
    <details><summary>All settings</summary>
    %s</details>
    <details><summary>Numbers of every epoch</summary>
    %s</details></section>
    """
        .formatted(of, Tables.provenance(run), Tables.spec(run), Tables.epochs(run));
  }
}
