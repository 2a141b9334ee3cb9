package dev.ockham.lab.experiment;

import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.Snapshot;
import dev.ockham.lab.training.SmallRun;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A network after an epoch.
 *
 * @param metrics of the epoch
 * @param snapshot its weights
 * @param masks which of them stay, layer by layer
 */
record NetworkFrame(EpochMetrics metrics, Snapshot snapshot, List<Mask> masks) {

  /** Weights of a layer, NaN where one is removed. */
  float[] kept(int layer) {
    float[] weights = snapshot.layers().get(layer).theta().clone();
    for (int i = 0; i < weights.length; i++) {
      weights[i] = masks.get(layer).keeps(i) ? weights[i] : Float.NaN;
    }
    return weights;
  }

  /** Outputs of a layer that still read something. */
  long outputs(int layer) {
    WeightTensor tensor = snapshot.layers().get(layer).weights();
    return IntStream.range(0, tensor.outputs())
        .filter(unit ->
            IntStream.range(unit * tensor.fanIn(), (unit + 1) * tensor.fanIn())
                .anyMatch(masks.get(layer)::keeps))
        .count();
  }

  /** Fraction of all weights that is gone. */
  double gone() {
    return metrics.sparsity();
  }

  /** Fraction of a layer's weights that is gone. */
  double gone(int layer) {
    return metrics.layers().get(layer).sparsity();
  }

  /** Error on held-out pictures, in percent. */
  double error() {
    return SmallRun.error(metrics);
  }

  /** Its numbers. */
  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("epoch", metrics.epoch());
    json.put("sparsity", metrics.sparsity());
    json.put("error_percent", error());
    json.put(
        "layer_sparsity",
        metrics.layers().stream().map(EpochMetrics.LayerCount::sparsity).toList());
    json.put("outputs_left", IntStream.range(0, masks.size()).mapToObj(this::outputs).toList());
    return json;
  }
}
