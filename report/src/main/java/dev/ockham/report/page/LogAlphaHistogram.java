package dev.ockham.report.page;

import dev.ockham.core.run.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How the scores of a layer's weights, such as log α, are distributed. The threshold is an edge
 * between two bins, so that every bar is either kept or removed. Infinite scores are those of
 * weights that are gone already.
 *
 * @param first where the first bin starts
 * @param width of every bin, in the score
 * @param counts weights per bin; the first and the last one also hold what lies beyond them
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record LogAlphaHistogram(double first, double width, long[] counts) {

  private static final double[] WIDTHS = {0.02, 0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 5, 10};
  private static final int MOST_BINS = 64;

  /**
   * Bins that hold all but a thousandth of the finite values at either end, and the threshold.
   *
   * @param layers scores; infinite ones are in the last bin
   * @param threshold as {@link #edge} gives it
   */
  static LogAlphaHistogram of(List<float[]> layers, double threshold) {
    double low = threshold;
    double high = threshold;
    for (float[] layer : layers) {
      float[] sorted = finite(layer);
      if (sorted.length == 0) {
        continue;
      }
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

  /**
   * Where the bars of removed weights begin: at the threshold, unless all finite scores are below
   * it. Then any place beyond them parts the weights in the same way, and the nearest one leaves
   * the most room for the others.
   */
  static double edge(List<float[]> layers, double threshold) {
    double highest = Double.NEGATIVE_INFINITY;
    boolean gone = false;
    for (float[] layer : layers) {
      float[] sorted = finite(layer);
      gone |= sorted.length < layer.length;
      highest = sorted.length == 0 ? highest : Math.max(highest, sorted[sorted.length - 1]);
    }
    double beyond = Math.floor(highest) + 1;
    return gone && Double.isFinite(beyond) ? Math.min(threshold, beyond) : threshold;
  }

  private static float[] finite(float[] scores) {
    float[] sorted = scores.clone();
    Arrays.sort(sorted);
    int count = sorted.length;
    while (count > 0 && sorted[count - 1] == Float.POSITIVE_INFINITY) {
      count--;
    }
    return Arrays.copyOf(sorted, count);
  }

  /** The same bins with the counts of one layer. */
  LogAlphaHistogram count(float[] scores, double threshold) {
    long[] filled = new long[counts.length];
    int edge = (int) Math.round((threshold - first) / width);
    for (float value : scores) {
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
    double edge =
        snapshot.method().prunes()
            ? edge(scores, snapshot.threshold())
            : snapshot.method().maxLogAlpha();
    LogAlphaHistogram bins = of(scores, edge);
    StringBuilder html = new StringBuilder();
    List<Chart> drawn = new ArrayList<>();
    for (int i = 0; i < scores.size(); i++) {
      Snapshot.Layer layer = snapshot.layers().get(i);
      LogAlphaHistogram histogram = bins.count(scores.get(i), edge);
      drawn.add(histogram.chart(prefix, layer.weights().name(), snapshot, edge));
    }
    charts.addAll(drawn);
    drawn.forEach(chart -> html.append(chart.html()));
    return html.toString();
  }

  private Chart chart(String prefix, String layer, Snapshot snapshot, double at) {
    String score = snapshot.method().score().label();
    boolean prunes = snapshot.method().prunes();
    boolean onlyZeros = prunes && at < snapshot.threshold();
    int edge = (int) Math.round((at - first) / width);
    long all = Arrays.stream(counts).sum();
    long gone = Arrays.stream(counts, edge, counts.length).sum();
    Map<String, Object> data = new LinkedHashMap<>();
    String id = prefix + "-log-alpha-" + layer;
    data.put("id", id);
    data.put("kind", "histogram");
    data.put("first", first);
    data.put("width", width);
    data.put("edge", edge);
    data.put("score", score);
    data.put("threshold", at);
    data.put("zeros", onlyZeros);
    data.put("prunes", prunes);
    data.put("counts", counts);
    String share =
        Markup.html(
            "%s of %s weights (%s) are %s",
            Markup.count(gone),
            Markup.count(all),
            Markup.percent((double) gone / all),
            onlyZeros
                ? "0"
                : prunes ? "at or past the threshold " + Markup.number(at) : "as noisy as may be");
    return new Chart(
        id,
        layer,
        data,
        "Histogram of %s of layer %s: %s.".formatted(score, layer, share),
        share + (prunes ? " and go." : " and stay."));
  }
}
