package dev.ockham.report.page;

import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.tradeoff.CurvePoint;
import dev.ockham.core.tradeoff.Latencies;
import dev.ockham.core.tradeoff.TradeOff;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A slider over the measured networks of a run: what each costs, what it is worth, and the command
 * that makes it. Without the page's script it shows the run's own, and a table of all.
 *
 * @param id unique on the page
 * @param run what the page calls the run
 * @param tradeOff what was measured
 * @param stops the networks, the largest first
 * @param own the place among them of the run's own
 * @param pictures of the first layer
 */
record TradeOffSlider(
    String id,
    String run,
    TradeOff tradeOff,
    List<Stop> stops,
    int own,
    FirstLayerPictures pictures) {

  /** Names of the numbers, in the order of {@link Stop#cells}. */
  private static final List<String> HEADINGS =
      List.of("weights left", "file", "multiply-adds", "time per example", "worse than dense");

  private static final String UNKNOWN = "–";

  /**
   * One network.
   *
   * @param point as measured
   * @param left weights that are left, in percent
   * @param cells its numbers as they are read: how bad it is, then those of {@link #HEADINGS}
   * @param options of {@code ockham prune}; empty for the run's own
   * @param picture of the first layer, as the address of an image
   */
  private record Stop(
      CurvePoint point, double left, List<String> cells, String options, Picture picture) {}

  /**
   * Makes it.
   *
   * @throws RunException if a network of the curve cannot be made of the run any more
   */
  static TradeOffSlider of(
      String id, String run, Snapshot snapshot, TradeOff tradeOff, @Nullable Latencies latencies)
      throws RunException {
    FirstLayerPictures pictures = FirstLayerPictures.of(snapshot);
    List<Stop> stops = new ArrayList<>();
    for (int i = 0; i < tradeOff.points().size(); i++) {
      CurvePoint point = tradeOff.points().get(i);
      Mask first = Pruning.of(snapshot, point.masks(snapshot)).connected().getFirst();
      double left = 100.0 * point.weights() / snapshot.architecture().weights();
      stops.add(
          new Stop(
              point,
              left,
              cells(point, left, latencies == null ? null : latencies.seconds().get(i)),
              point.option(snapshot),
              pictures.picture(first)));
    }
    Stop first = stops.getFirst();
    stops.sort(Comparator.comparingDouble((Stop stop) -> -stop.left()));
    return new TradeOffSlider(id, run, tradeOff, stops, stops.indexOf(first), pictures);
  }

  private static List<String> cells(CurvePoint point, double left, @Nullable Double seconds) {
    return List.of(
        show(point, point.badness()),
        String.format(Locale.ROOT, left < 10 ? "%.2f %%" : "%.1f %%", left),
        show(point, Measure.of(Kind.FILE)),
        Markup.count((long) point.value(Kind.MACS)),
        seconds == null ? UNKNOWN : Measure.of(Kind.LATENCY).show(seconds).replace("us", "µs"),
        point.hurt().isEmpty() ? "none" : String.join(", ", point.hurt()));
  }

  private static String show(CurvePoint point, Measure measure) {
    return measure.show(point.value(measure.kind()));
  }

  /** What tells how bad a network is, in words. */
  private String badness() {
    return tradeOff.own().badness().kind() == Kind.ERROR ? "error" : "RMSE";
  }

  private List<String> headings() {
    List<String> all = new ArrayList<>(List.of(badness()));
    all.addAll(HEADINGS);
    return all;
  }

  /** The command for one network; the page's script knows where the run lies. */
  private String command(Stop stop) {
    return "ockham prune %s%s --bits %s --out small.safetensors"
        .formatted(run, stop.options().isEmpty() ? "" : " " + stop.options(), tradeOff.bits());
  }

  /** The chart of the curve. */
  private Chart chart() {
    String y = tradeOff.own().badness().kind() == Kind.ERROR ? "error, %" : "RMSE";
    List<double[]> points =
        stops.stream()
            .filter(stop -> stop.left() > 0)
            .map(stop -> new double[] {stop.left(), stop.point().bad()})
            .toList();
    return Chart.ofCurves(
        id + "-curve",
        "What it costs to remove more",
        "weights left, %",
        y,
        true,
        Map.of(badness(), points),
        "");
  }

  /**
   * The figure.
   *
   * @param charts where its chart is put for the page's script
   */
  String figure(List<Chart> charts) {
    Chart chart = chart();
    charts.add(chart);
    Stop shown = stops.get(own);
    StringBuilder html = new StringBuilder();
    html.append(
        Markup.html(
            "<p class=\"note\">The same run, pruned further and further without training again, and"
                + " measured on %s %s examples. Move the slider; the arrow keys do it as well."
                + " Files have weights of --bits %s.</p>\n",
            Markup.count(tradeOff.examples()), tradeOff.split(), tradeOff.bits()));
    html.append(
        Markup.html("<figure class=\"wide chooser\" id=\"%s\"><h3>%s</h3>", id, chart.title()));
    html.append(chart.canvas());
    html.append(
        Markup.html(
            "<label for=\"%1$s-range\">How much goes</label><input type=\"range\""
                + " id=\"%1$s-range\" min=\"0\" max=\"%2$s\" step=\"1\" value=\"%3$s\""
                + " aria-valuetext=\"%4$s\" disabled>\n<div class=\"cards\" aria-live=\"polite\">",
            id, stops.size() - 1, own, said(shown)));
    for (int i = 0; i < headings().size(); i++) {
      html.append(
          Markup.html(
              "<div><b>%s</b><span>%s</span></div>", shown.cells().get(i), headings().get(i)));
    }
    html.append("</div>\n<div class=\"give\"><span>Give me this one:</span>");
    html.append(
        Markup.html(
            "<code>%s</code><button type=\"button\" disabled>Copy</button></div>\n",
            command(shown)));
    html.append(
        Markup.html(
            "<img class=\"pixels first\" src=\"%s\" width=\"%s\" height=\"%s\" alt=\"%s\">",
            shown.picture().dataUri(),
            shown.picture().width(),
            shown.picture().height(),
            pictures.caption() + ", " + said(shown)));
    html.append(UnitPictures.legend(pictures.largest()));
    html.append(
        Markup.html(
            "<figcaption>%s. Orange is positive, blue negative, empty is gone.</figcaption>",
            pictures.caption()));
    return html.append(table()).append("</figure>\n").toString();
  }

  private String said(Stop stop) {
    return "%s of the weights left, %s %s"
        .formatted(stop.cells().get(1), badness(), stop.cells().getFirst());
  }

  private String table() {
    StringBuilder html =
        new StringBuilder(
            "<details><summary>All that was measured</summary>\n"
                + "<div class=\"scroll\"><table><thead><tr><th scope=\"col\">asked</th>");
    headings().forEach(each -> html.append(Markup.html("<th scope=\"col\">%s</th>", each)));
    html.append("</tr></thead>\n<tbody>\n");
    for (Stop stop : stops) {
      html.append(
          Markup.html(
              "<tr><th scope=\"row\">%s</th>",
              stop.options().isEmpty() ? "the run's threshold" : stop.options()));
      stop.cells().forEach(cell -> html.append(Markup.html("<td>%s</td>", cell)));
      html.append("</tr>\n");
    }
    return html.append("</tbody></table></div></details>").toString();
  }

  /** For the page's script. */
  Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", id);
    map.put("run", run);
    map.put("caption", pictures.caption());
    List<Map<String, Object>> each = new ArrayList<>();
    IntStream.range(0, stops.size())
        .mapToObj(stops::get)
        .forEach(stop -> {
          Map<String, Object> one = new LinkedHashMap<>();
          one.put("x", stop.left());
          one.put("y", stop.point().bad());
          one.put("cells", stop.cells());
          one.put("said", said(stop));
          one.put("command", command(stop));
          one.put("picture", stop.picture().dataUri());
          each.add(one);
        });
    map.put("stops", each);
    return map;
  }
}
