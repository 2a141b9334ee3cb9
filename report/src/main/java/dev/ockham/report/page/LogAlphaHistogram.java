package dev.ockham.report.page;

import dev.ockham.core.run.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How the log α of a layer's weights are distributed. The threshold is an edge between two bins, so
 * that every bar is either kept or removed.
 *
 * @param first where the first bin starts
 * @param width of every bin, in log α
 * @param counts weights per bin; the first and the last one also hold what lies beyond them
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record LogAlphaHistogram(double first, double width, long[] counts) {

  private static final double[] WIDTHS = {0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10};
  private static final int MOST_BINS = 64;

  /** Bins that hold all but a thousandth of the values at either end, and the threshold. */
  static LogAlphaHistogram of(List<float[]> layers, double threshold) {
    double low = threshold;
    double high = threshold;
    for (float[] layer : layers) {
      float[] sorted = layer.clone();
      Arrays.sort(sorted);
      low = Math.min(low, sorted[(int) (0.001 * (sorted.length - 1))]);
      high = Math.max(high, sorted[(int) Math.ceil(0.999 * (sorted.length - 1))]);
    }
    double width = (high - low) / (MOST_BINS - 2);
    for (int i = WIDTHS.length - 1; i >= 0; i--) {
      width = (high - low) / WIDTHS[i] <= MOST_BINS - 2 ? WIDTHS[i] : width;
    }
    int below = (int) Math.ceil((threshold - low) / width) + 1;
    int above = (int) Math.floor((high - threshold) / width) + 1;
    return new LogAlphaHistogram(threshold - below * width, width, new long[below + above]);
  }

  /** The same bins with the counts of one layer. */
  LogAlphaHistogram count(float[] logAlpha, double threshold) {
    long[] filled = new long[counts.length];
    int edge = (int) Math.round((threshold - first) / width);
    for (float value : logAlpha) {
      int bin = (int) Math.floor((value - first) / width);
      // Rounding must not carry a weight across the threshold.
      bin = value < (float) threshold ? Math.min(bin, edge - 1) : Math.max(bin, edge);
      filled[Math.clamp(bin, 0, filled.length - 1)]++;
    }
    return new LogAlphaHistogram(first, width, filled);
  }

  /**
   * The figures of a run.
   *
   * @param prefix makes the charts' ids unique
   * @param charts takes what the script shall draw
   * @return HTML
   */
  static String figures(Snapshot snapshot, String prefix, List<Chart> charts) {
    List<float[]> scores =
        snapshot.layers().stream().map(layer -> Objects.requireNonNull(layer.logAlpha())).toList();
    LogAlphaHistogram bins = of(scores, snapshot.threshold());
    StringBuilder html = new StringBuilder();
    List<Chart> drawn = new ArrayList<>();
    for (int i = 0; i < scores.size(); i++) {
      Snapshot.Layer layer = snapshot.layers().get(i);
      LogAlphaHistogram histogram = bins.count(scores.get(i), snapshot.threshold());
      drawn.add(histogram.chart(prefix, layer.spec().name(), snapshot.threshold()));
    }
    charts.addAll(drawn);
    drawn.forEach(chart -> html.append(chart.html()));
    return html.toString();
  }

  private Chart chart(String prefix, String layer, double threshold) {
    int edge = (int) Math.round((threshold - first) / width);
    long all = Arrays.stream(counts).sum();
    long gone = Arrays.stream(counts, edge, counts.length).sum();
    Map<String, Object> data = new LinkedHashMap<>();
    String id = prefix + "-log-alpha-" + layer;
    data.put("id", id);
    data.put("kind", "histogram");
    data.put("first", first);
    data.put("width", width);
    data.put("edge", edge);
    data.put("threshold", threshold);
    data.put("counts", counts);
    String share =
        Markup.html(
            "%s of %s weights (%s) are at or past the threshold %s",
            Markup.count(gone),
            Markup.count(all),
            Markup.percent((double) gone / all),
            Markup.number(threshold));
    return new Chart(
        id,
        layer,
        data,
        "Histogram of log α of layer %s: %s.".formatted(layer, share),
        share + " and go.");
  }
}
