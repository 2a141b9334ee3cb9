package dev.ockham.core.evaluate;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.LayerSpec;
import dev.ockham.runtime.model.ModelLayer;
import dev.ockham.runtime.model.SparseModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How small a model is beside its original architecture. Biases are not counted among the weights,
 * as in the papers; they are part of the bytes.
 *
 * @param weights weights of the original architecture
 * @param nonzeroWeights weights of the model that differ from 0, recounted
 * @param fileBytes bytes of the model's file, everything included
 * @param denseBytes 4 × all parameters of the original
 * @param layers the same per layer
 */
public record ModelSize(
    long weights, long nonzeroWeights, long fileBytes, long denseBytes, List<LayerSize> layers) {

  /**
   * One linear layer.
   *
   * @param name its name
   * @param shape of the original weights
   * @param nonzero weights left
   * @param sparsity fraction that is gone, in [0, 1]
   */
  public record LayerSize(String name, List<Long> shape, long nonzero, double sparsity) {}

  /** Measures a model against the architecture that it names. */
  public static ModelSize of(Architecture original, SparseModel model, long fileBytes) {
    Map<String, Long> nonzero = new LinkedHashMap<>();
    for (ModelLayer.Linear layer : model.linearLayers()) {
      nonzero.put(layer.name(), layer.weights().nonZeros());
    }
    List<LayerSize> layers = new ArrayList<>();
    long total = 0;
    for (LayerSpec.Linear spec : original.linearLayers()) {
      long left = nonzero.getOrDefault(spec.name(), 0L);
      List<Long> shape = new ArrayList<>();
      for (long size : spec.shape()) {
        shape.add(size);
      }
      layers.add(new LayerSize(spec.name(), shape, left, 1 - (double) left / spec.weights()));
      total += left;
    }
    return new ModelSize(
        original.weights(), total, fileBytes, Float.BYTES * original.parameters(), layers);
  }

  /** Weights over weights left; infinite for an empty model. */
  public double compression() {
    return (double) weights / nonzeroWeights;
  }

  /** Dense bytes over bytes of the file. */
  public double fileRatio() {
    return (double) denseBytes / fileBytes;
  }
}
