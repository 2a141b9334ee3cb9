package dev.ockham.report.watch;

import dev.ockham.core.run.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the page draws of a line of {@code metrics.jsonl}. A number that the line lacks, or that is
 * not finite, is left out: runs of any kind and age are shown with what they have.
 */
final class LiveEpoch {

  private LiveEpoch() {}

  /** The members of an epoch, for JSON. */
  static Map<String, Object> of(Map<String, Object> line) {
    Map<String, Object> epoch = new LinkedHashMap<>();
    for (String member : List.of("epoch", "kl", "beta", "sparsity", "seconds")) {
      put(epoch, member, line.get(member));
    }
    put(epoch, "loss", either(line, "nll", "loss"));
    quality(epoch, "", line, "validation_");
    quality(epoch, "pruned_", line, "pruned_validation_");
    List<@Nullable Double> sparsity = new ArrayList<>();
    List<@Nullable Double> units = new ArrayList<>();
    for (Map<?, ?> layer : layers(line)) {
      sparsity.add(finite(layer.get("sparsity")));
      units.add(finite(layer.get("live_units")));
    }
    epoch.put("layers", sparsity);
    epoch.put("units", units);
    return epoch;
  }

  /** What a finished run keeps, which may be an earlier epoch than the last: as of an epoch. */
  static Map<String, Object> kept(Outcome outcome) {
    Outcome.Row row = outcome.rows().getLast();
    Map<String, Object> kept = new LinkedHashMap<>();
    if (outcome.toMap().get(row.form().key()) instanceof Map<?, ?> fields) {
      quality(kept, "", fields, "");
    }
    put(kept, "sparsity", 1 - (double) row.nonzeroWeights() / outcome.weights());
    put(kept, "bytes", row.bytes());
    return kept;
  }

  /** Names of the layers of a line, in the network's order. */
  static List<String> layerNames(Map<String, Object> line) {
    return layers(line).stream().map(layer -> String.valueOf(layer.get("name"))).toList();
  }

  private static void quality(
      Map<String, Object> epoch, String form, Map<?, ?> line, String prefix) {
    put(epoch, form + "validation", either(line, prefix + "nll", prefix + "loss"));
    put(
        epoch,
        form + "error",
        either(line, prefix + "error_percent", prefix + "label_error_percent"));
    if (line.get(prefix + "relative_error") instanceof Map<?, ?> outputs) {
      outputs.values().stream()
          .map(LiveEpoch::finite)
          .filter(value -> value != null)
          .max(Double::compare)
          .ifPresent(worst -> epoch.put(form + "missed", worst));
    }
  }

  private static List<Map<?, ?>> layers(Map<String, Object> line) {
    List<Map<?, ?>> layers = new ArrayList<>();
    if (line.get("layers") instanceof List<?> items) {
      for (Object item : items) {
        if (item instanceof Map<?, ?> layer) {
          layers.add(layer);
        }
      }
    }
    return layers;
  }

  private static @Nullable Object either(Map<?, ?> line, String one, String other) {
    return line.containsKey(one) ? line.get(one) : line.get(other);
  }

  private static void put(Map<String, Object> epoch, String member, @Nullable Object value) {
    Double number = finite(value);
    if (number != null) {
      epoch.put(member, number == Math.rint(number) ? (Object) number.longValue() : number);
    }
  }

  private static @Nullable Double finite(@Nullable Object value) {
    return value instanceof Number number && Double.isFinite(number.doubleValue())
        ? Double.valueOf(number.doubleValue())
        : null;
  }
}
