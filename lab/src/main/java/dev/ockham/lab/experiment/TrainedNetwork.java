package dev.ockham.lab.experiment;

import dev.ockham.core.run.EpochMetrics;
import dev.ockham.lab.training.BriefTraining;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * A network that {@link EquivalenceExperiment} trained.
 *
 * @param name of the training
 * @param theta all means, layer after layer
 * @param bottom means of the first layer
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record TrainedNetwork(String name, BriefTraining training, float[] theta, float[] bottom) {

  /** Share of weights whose bits are those of another network. */
  double equalBits(TrainedNetwork other) {
    int equal = 0;
    for (int i = 0; i < theta.length; i++) {
      equal += Float.floatToRawIntBits(theta[i]) == Float.floatToRawIntBits(other.theta[i]) ? 1 : 0;
    }
    return (double) equal / theta.length;
  }

  /** Euclidean distance of all weights, over the other network's length. */
  double distance(TrainedNetwork other) {
    double distance = 0;
    double length = 0;
    for (int i = 0; i < theta.length; i++) {
      distance += Math.pow((double) theta[i] - other.theta[i], 2);
      length += Math.pow(other.theta[i], 2);
    }
    return Math.sqrt(distance / length);
  }

  /** What the last epoch measured. */
  EpochMetrics end() {
    return training.metrics().getLast();
  }

  /** On validation images. */
  double errorPercent() {
    return Objects.requireNonNull(end().validation()).errorPercent();
  }

  Map<String, Object> json(TrainedNetwork reference) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("weights_sha256", training.weightsSha256());
    json.put("reference", reference.name());
    json.put("equal_bits", equalBits(reference));
    json.put("distance", distance(reference));
    json.put("nll", end().nll());
    json.put("kl_nats", end().klNats());
    json.put("validation_error_percent", errorPercent());
    return json;
  }

  /** The network of a name. */
  static TrainedNetwork named(List<TrainedNetwork> all, String name) {
    return all.stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
  }

  /** A fraction as text, in whole percent. */
  static String percent(double fraction) {
    return String.format(Locale.ROOT, "%.0f %%", 100 * fraction);
  }
}
