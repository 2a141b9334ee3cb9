package dev.ockham.core.run;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.WeightTensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is written down after each epoch.
 *
 * @param epoch number of the epoch, from 1
 * @param step optimiser steps since the run began
 * @param nll mean NLL per training example under noise over the epoch, in nats
 * @param klNats KL of all weights at the epoch's end, in nats
 * @param beta weight of the KL at the last step
 * @param learningRate learning rate at the last step
 * @param validation with the mean weights; null where no images were held out
 * @param prunedValidation with the mean weights that stay at the threshold; null likewise
 * @param layers weights that stay, per layer
 * @param seconds wall-clock of the epoch, training and validation
 */
public record EpochMetrics(
    int epoch,
    long step,
    double nll,
    double klNats,
    double beta,
    double learningRate,
    @Nullable Score validation,
    @Nullable Score prunedValidation,
    List<LayerCount> layers,
    double seconds) {

  /** Error in percent and mean NLL in nats. */
  public record Score(double errorPercent, double nll) {}

  /**
   * How many weights of a layer stay.
   *
   * @param name the layer
   * @param weights all its weights
   * @param kept those that stay at the threshold
   * @param liveUnits outputs that took part in training in this epoch
   */
  public record LayerCount(String name, long weights, long kept, int liveUnits) {
    /** Fraction of zeros, in [0, 1]. */
    public double sparsity() {
      return 1 - (double) kept / weights;
    }
  }

  /** Outputs of each layer that took part in training, as {@code 300-100-10}. */
  public String unitsInTraining() {
    return layers.stream()
        .map(layer -> Integer.toString(layer.liveUnits()))
        .collect(Collectors.joining("-"));
  }

  /** Fraction of weights at or past the threshold, over all layers. */
  public double sparsity() {
    return 1 - (double) kept() / weights();
  }

  /** Weights over weights that stay; infinite where none does. */
  public double compression() {
    return (double) weights() / kept();
  }

  private long weights() {
    return layers.stream().mapToLong(LayerCount::weights).sum();
  }

  private long kept() {
    return layers.stream().mapToLong(LayerCount::kept).sum();
  }

  /** The line of {@code metrics.jsonl}, keys in order. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("epoch", epoch);
    map.put("step", step);
    map.put("nll", nll);
    map.put("kl", klNats);
    map.put("beta", beta);
    map.put("learning_rate", learningRate);
    if (validation != null) {
      map.put("validation_error_percent", validation.errorPercent());
      map.put("validation_nll", validation.nll());
    }
    if (prunedValidation != null) {
      map.put("pruned_validation_error_percent", prunedValidation.errorPercent());
      map.put("pruned_validation_nll", prunedValidation.nll());
    }
    map.put("sparsity", sparsity());
    List<Map<String, Object>> perLayer = new ArrayList<>();
    for (LayerCount layer : layers) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("name", layer.name());
      entry.put("kept", layer.kept());
      entry.put("sparsity", layer.sparsity());
      entry.put("live_units", layer.liveUnits());
      perLayer.add(entry);
    }
    map.put("layers", perLayer);
    map.put("seconds", seconds);
    return map;
  }

  /** The metrics of a line, given the architecture for the sizes of its layers. */
  static EpochMetrics of(Fields line, Architecture architecture) throws RunException {
    List<WeightTensor> specs = architecture.weightTensors();
    List<Fields> entries = line.groups("layers");
    if (entries.size() != specs.size()) {
      throw line.missing("layers", specs.size() + " layers as in " + architecture.name());
    }
    List<LayerCount> layers = new ArrayList<>();
    for (int i = 0; i < specs.size(); i++) {
      layers.add(
          new LayerCount(
              entries.get(i).text("name"),
              specs.get(i).weights(),
              entries.get(i).whole("kept"),
              entries.get(i).count("live_units")));
    }
    return new EpochMetrics(
        line.count("epoch"),
        line.whole("step"),
        line.number("nll"),
        line.number("kl"),
        line.number("beta"),
        line.number("learning_rate"),
        score(line, "validation_"),
        score(line, "pruned_validation_"),
        layers,
        line.number("seconds"));
  }

  private static @Nullable Score score(Fields line, String prefix) throws RunException {
    Double error = line.optionalNumber(prefix + "error_percent");
    return error == null ? null : new Score(error, line.number(prefix + "nll"));
  }
}
