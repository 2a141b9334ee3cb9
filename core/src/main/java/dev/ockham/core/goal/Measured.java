package dev.ockham.core.goal;

import dev.ockham.core.evaluate.ModelWork;
import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.metrics.ClassPredictions;
import dev.ockham.core.metrics.ConfusionMatrix;
import dev.ockham.core.metrics.LabelPredictions;
import dev.ockham.core.metrics.NumberPredictions;
import dev.ockham.core.name.Nearest;
import dev.ockham.core.quality.Predicted;
import dev.ockham.core.spec.SpecException;
import dev.ockham.runtime.model.Model;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What was measured of a network: how small it is, and what it predicts for given examples.
 *
 * @param values by measure, in the order in which they are shown
 * @param predicted its predictions, by which it is compared with another's one by one
 */
public record Measured(Map<Measure, Double> values, Predicted predicted) {

  /** Copies the map, keeping its order. */
  public Measured {
    values = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /**
   * Measures a network but for its latency.
   *
   * @param original weights of the network before anything was pruned
   * @param model as it is shipped: pruned, compacted, rounded
   * @param fileBytes of its file
   * @param predicted what it predicts
   */
  public static Measured of(long original, Model model, long fileBytes, Predicted predicted) {
    Map<Measure, Double> values = sizes(original, model, fileBytes);
    values.putAll(quality(predicted));
    return new Measured(values, predicted);
  }

  /** A model's measures of size alone. */
  public static Map<Measure, Double> sizes(long original, Model model, long fileBytes) {
    Map<Measure, Double> values = new LinkedHashMap<>();
    long left = model.nonZeroWeights();
    ModelWork work = ModelWork.of(model);
    values.put(Measure.of(Kind.WEIGHTS), (double) left);
    values.put(Measure.of(Kind.SPARSITY), 1 - (double) left / original);
    values.put(Measure.of(Kind.COMPRESSION), (double) original / left);
    values.put(Measure.of(Kind.FILE), (double) fileBytes);
    values.put(Measure.of(Kind.UNITS), (double) work.unitCount());
    values.put(Measure.of(Kind.MACS), (double) work.denseMultiplyAdds());
    return values;
  }

  /** These measures and a latency. */
  public Measured withLatency(double seconds) {
    Map<Measure, Double> more = new LinkedHashMap<>(values);
    more.put(Measure.of(Kind.LATENCY), seconds);
    return new Measured(more, predicted);
  }

  private static Map<Measure, Double> quality(Predicted predicted) {
    Map<Measure, Double> values = new LinkedHashMap<>();
    switch (predicted) {
      case Predicted.Classes classes -> {
        ClassPredictions all = classes.values();
        values.put(Measure.of(Kind.ERROR), classes.summary().errorPercent());
        values.put(Measure.of(Kind.ACCURACY), 100 - classes.summary().errorPercent());
        values.put(Measure.of(Kind.NLL), classes.summary().nll());
        ConfusionMatrix confusion = all.confusion();
        for (int k = 0; k < all.classes(); k++) {
          String name = classes.names().get(k);
          if (!name.isEmpty() && confusion.of(k).examples() > 0) {
            values.put(Measure.recall(name), 100 * confusion.of(k).recall());
          }
        }
      }
      case Predicted.Labels labels -> {
        LabelPredictions all = labels.values();
        values.put(Measure.of(Kind.ERROR), all.errorPercent());
        values.put(Measure.of(Kind.NLL), all.nll());
      }
      case Predicted.Numbers numbers -> {
        NumberPredictions all = numbers.values();
        values.put(Measure.of(Kind.RMSE), all.rmse());
        if (all.of(0).nll() != null) {
          values.put(Measure.of(Kind.NLL), all.nll());
        }
      }
    }
    return values;
  }

  /** The number of a measure, if it was measured. */
  public Optional<Double> of(Measure measure) {
    return Optional.ofNullable(values.get(measure));
  }

  /**
   * The number of a measure, which must have been measured.
   *
   * @throws SpecException if these data or this network have no such number, with those that they
   *     have
   */
  public double require(Measure measure) {
    return of(measure)
        .orElseThrow(() ->
            new SpecException(
                "there is no %s of this network and these data; there are %s%s"
                    .formatted(
                        measure,
                        String.join(", ", values.keySet().stream().map(Measure::toString).toList()),
                        Nearest.hint(
                            measure.toString(),
                            values.keySet().stream().map(Measure::toString).toList()))));
  }

  /** The numbers for programs: bytes, seconds, percent. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    values.forEach((measure, value) -> map.put(measure.toString(), value));
    return map;
  }
}
