package dev.ockham.core.tradeoff;

import dev.ockham.core.goal.Measure;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.Snapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * Each layer of a run alone pruned further, all others as the run leaves them. Its folder keeps it
 * in {@code sensitivity.json}.
 *
 * @param split which examples measured it
 * @param examples how many
 * @param badness what {@link Point#bad} counts, such as {@code error}
 * @param own how bad the run is at its own threshold
 * @param layers in the order of the network; those that have scores
 */
public record Sensitivity(
    String split, long examples, String badness, double own, List<LayerCurve> layers) {

  /**
   * The curve of one layer.
   *
   * @param name of the layer
   * @param weights that it had
   * @param left weights that the run leaves it
   * @param points at which it was measured, the largest first
   */
  public record LayerCurve(String name, long weights, long left, List<Point> points) {

    /** Copies the list. */
    public LayerCurve {
      points = List.copyOf(points);
    }

    /** The sparsity that the run gives the layer. */
    public double sparsity() {
      return 1 - (double) left / weights;
    }

    /**
     * The sparsity up to which the network stays good enough; the run's own where not even the
     * first point is.
     *
     * @param enough most badness
     */
    public double holdsTo(double enough) {
      double holds = sparsity();
      for (Point point : points) {
        if (point.bad() > enough) {
          break;
        }
        holds = point.sparsity();
      }
      return holds;
    }

    /** How bad the network is with the least of the layer. */
    public double worst() {
      return points.stream().mapToDouble(Point::bad).max().orElse(Double.NEGATIVE_INFINITY);
    }
  }

  /**
   * A network with one layer pruned to a sparsity.
   *
   * @param sparsity fraction of the layer's weights that is gone
   * @param bad how bad the network is
   * @param bytes of its file
   */
  public record Point(double sparsity, double bad, long bytes) {}

  /** Copies the list. */
  public Sensitivity {
    layers = List.copyOf(layers);
  }

  /**
   * Measures a run.
   *
   * @param progress hears the name of each layer that is begun
   * @throws RunException if the run's method gives no scores
   */
  public static Sensitivity measure(PointMeasure measure, Consumer<String> progress)
      throws RunException {
    Snapshot snapshot = measure.snapshot();
    List<float[]> scores = snapshot.requireScores();
    List<Mask> own = snapshot.masksAt(snapshot.threshold());
    CurvePoint whole = measure.point(OptionalDouble.empty(), own, snapshot.threshold(), null);
    Measure badness = whole.badness();
    List<LayerCurve> layers = new ArrayList<>();
    for (int i = 0; i < own.size(); i++) {
      Snapshot.Layer layer = snapshot.layers().get(i);
      if (layer.logAlpha() != null) {
        progress.accept(layer.weights().name());
        layers.add(
            new LayerCurve(
                layer.weights().name(),
                own.get(i).length(),
                own.get(i).kept(),
                points(measure, own, i, scores.get(i))));
      }
    }
    return new Sensitivity(
        measure.split(), measure.examples().count(), badness.toString(), whole.bad(), layers);
  }

  private static List<Point> points(
      PointMeasure measure, List<Mask> own, int number, float[] scores) {
    List<Point> points = new ArrayList<>();
    int previous = own.get(number).kept();
    boolean structured = measure.snapshot().method().structured();
    for (double sparsity : TradeOff.SPARSITIES) {
      Mask.Selection selection = Mask.toSparsity(List.of(scores), sparsity);
      Mask mask =
          structured ? Mask.below(scores, selection.threshold()) : selection.masks().getFirst();
      if (mask.kept() < previous && mask.kept() > 0) {
        List<Mask> masks = new ArrayList<>(own);
        masks.set(number, mask);
        CurvePoint point =
            measure.point(OptionalDouble.of(sparsity), masks, measure.snapshot().threshold(), null);
        double gone = 1 - (double) mask.kept() / mask.length();
        points.add(new Point(gone, point.bad(), (long) point.value(Measure.Kind.FILE)));
        previous = mask.kept();
      }
    }
    return points;
  }

  /**
   * The layers, the one that hurts first before all others.
   *
   * @param more badness above the run's own that is too much
   */
  public List<LayerCurve> hurtFirst(double more) {
    return layers.stream()
        .sorted(
            Comparator.comparingDouble((LayerCurve layer) -> layer.holdsTo(own + more))
                .thenComparingDouble(layer -> -layer.worst()))
        .toList();
  }

  /** The numbers by name, for files and programs. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("split", split);
    map.put("examples", examples);
    map.put("measure", badness);
    map.put("own", own);
    List<Map<String, Object>> each = new ArrayList<>();
    for (LayerCurve layer : layers) {
      Map<String, Object> one = new LinkedHashMap<>();
      one.put("name", layer.name());
      one.put("weights", layer.weights());
      one.put("left", layer.left());
      List<Map<String, Object>> points = new ArrayList<>();
      for (Point point : layer.points()) {
        Map<String, Object> at = new LinkedHashMap<>();
        at.put("sparsity", point.sparsity());
        at.put(badness, point.bad());
        at.put("file", point.bytes());
        points.add(at);
      }
      one.put("points", points);
      each.add(one);
    }
    map.put("layers", each);
    return map;
  }

  /** Keeps it beside the run, whole or not at all. */
  public void write(RunFolder run) throws IOException {
    MeasuredFile.write(run.sensitivity(), MeasuredFile.weights(run), toMap());
  }

  /**
   * What is kept beside a run.
   *
   * @return empty where it was not measured, or the run has gone on since
   */
  public static Optional<Sensitivity> read(RunFolder run) throws IOException {
    return MeasuredFile.read(run.sensitivity(), run, Sensitivity::of);
  }

  private static Sensitivity of(JsonNode tree) {
    String badness = tree.get("measure").asString();
    List<LayerCurve> layers = new ArrayList<>();
    for (JsonNode layer : tree.get("layers")) {
      List<Point> points = new ArrayList<>();
      for (JsonNode at : layer.get("points")) {
        points.add(
            new Point(
                at.get("sparsity").asDouble(),
                at.get(badness).asDouble(),
                at.get("file").asLong()));
      }
      layers.add(
          new LayerCurve(
              layer.get("name").asString(),
              layer.get("weights").asLong(),
              layer.get("left").asLong(),
              points));
    }
    return new Sensitivity(
        tree.get("split").asString(),
        tree.get("examples").asLong(),
        badness,
        tree.get("own").asDouble(),
        layers);
  }
}
