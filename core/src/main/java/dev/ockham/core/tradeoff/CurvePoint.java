package dev.ockham.core.tradeoff;

import dev.ockham.core.goal.Measure;
import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.Snapshot;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * One network of a curve, as it was measured.
 *
 * @param sparsity fraction of all weights that was asked to go; empty at the run's own threshold
 * @param threshold weights went whose score is at or above it; +∞ where none was asked to go
 * @param values how small and how good it is; no latency
 * @param hurt classes, labels or outputs that are worse than before pruning by more than chance
 *     would explain, the worst first
 * @param units that are left, of each node with weights
 * @param sparseMultiplyAdds multiply-adds of one example by weights that are not 0
 * @param active units, of all gates that look at the example, that are open for one, in the mean;
 *     empty where there are no such gates
 */
public record CurvePoint(
    OptionalDouble sparsity,
    double threshold,
    Map<Measure, Double> values,
    List<String> hurt,
    List<Integer> units,
    long sparseMultiplyAdds,
    OptionalDouble active) {

  /** All kinds but the recall, which is of a class. */
  private static final Set<Kind> OF_NETWORKS = EnumSet.complementOf(EnumSet.of(Kind.RECALL));

  private static final String SPARSITY = "asked_sparsity";
  private static final String ACTIVE = "units_active";

  /** Copies everything; values stand in the order of their kinds, measured or read. */
  public CurvePoint {
    Map<Measure, Double> ordered = new LinkedHashMap<>();
    for (Kind kind : OF_NETWORKS) {
      Double value = values.get(Measure.of(kind));
      if (value != null) {
        ordered.put(Measure.of(kind), value);
      }
    }
    values = Collections.unmodifiableMap(ordered);
    hurt = List.copyOf(hurt);
    units = List.copyOf(units);
  }

  /** The number of a kind; NaN where the point has none. */
  public double value(Kind kind) {
    return values.getOrDefault(Measure.of(kind), Double.NaN);
  }

  /** What tells how bad it is: the error in percent, or the RMSE of numbers. */
  public Measure badness() {
    return Measure.of(values.containsKey(Measure.of(Kind.ERROR)) ? Kind.ERROR : Kind.RMSE);
  }

  /** How bad it is, by {@link #badness}. */
  public double bad() {
    return value(badness().kind());
  }

  /** Weights that are left, biases not counted. */
  public long weights() {
    return (long) value(Kind.WEIGHTS);
  }

  /**
   * Which weights of its run it keeps.
   *
   * @throws RunException if the run's method gives no scores
   */
  public List<Mask> masks(Snapshot snapshot) throws RunException {
    return sparsity.isPresent()
        ? asked(snapshot, sparsity.getAsDouble()).masks()
        : snapshot.masksAt(snapshot.threshold());
  }

  /** Weights of one unit share a score, and must go together. */
  static Mask.Selection asked(Snapshot snapshot, double sparsity) throws RunException {
    Mask.Selection selection = snapshot.masksTo(sparsity);
    return snapshot.method().structured()
        ? new Mask.Selection(snapshot.masksAt(selection.threshold()), selection.threshold())
        : selection;
  }

  /** What {@code ockham prune} is told to make it: an option, or nothing. */
  public String option(Snapshot snapshot) {
    if (sparsity.isEmpty()) {
      return "";
    }
    return snapshot.method().structured()
        ? "--threshold " + (float) threshold
        : "--sparsity " + sparsity.getAsDouble();
  }

  /** The point by name, for files and programs. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    sparsity.ifPresent(asked -> map.put(SPARSITY, asked));
    map.put("threshold", Double.isFinite(threshold) ? threshold : Double.toString(threshold));
    values.forEach((measure, value) -> map.put(measure.toString(), value));
    map.put("hurt", hurt);
    map.put("units_by_layer", units);
    map.put("sparse_macs", sparseMultiplyAdds);
    active.ifPresent(mean -> map.put(ACTIVE, mean));
    return map;
  }

  /** What {@link #toMap} gave. */
  static CurvePoint of(JsonNode node) {
    Map<Measure, Double> values = new LinkedHashMap<>();
    for (Kind kind : OF_NETWORKS) {
      if (node.has(kind.word())) {
        values.put(Measure.of(kind), node.get(kind.word()).asDouble());
      }
    }
    List<String> hurt = new ArrayList<>();
    node.get("hurt").forEach(name -> hurt.add(name.asString()));
    List<Integer> units = new ArrayList<>();
    node.get("units_by_layer").forEach(count -> units.add(count.asInt()));
    return new CurvePoint(
        optional(node, SPARSITY),
        Double.parseDouble(node.get("threshold").asString()),
        values,
        hurt,
        units,
        node.get("sparse_macs").asLong(),
        optional(node, ACTIVE));
  }

  private static OptionalDouble optional(JsonNode node, String key) {
    return node.has(key) ? OptionalDouble.of(node.get(key).asDouble()) : OptionalDouble.empty();
  }
}
