package dev.ockham.core.evaluate;

import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.graph.Parameter;
import dev.ockham.runtime.model.Model;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How small a model is beside its original network. Biases are not counted among the weights, as in
 * the papers; they are part of the bytes.
 *
 * @param weights weights of the original network
 * @param nonzeroWeights weights of the model that differ from 0, recounted
 * @param fileBytes bytes of the model's file, everything included
 * @param denseBytes 4 × all trained parameters of the original
 * @param layers the same by parameter that can be pruned
 */
public record ModelSize(
    long weights, long nonzeroWeights, long fileBytes, long denseBytes, List<LayerSize> layers) {

  private static final String WEIGHT = ".weight";

  /** Copies the list. */
  public ModelSize {
    layers = List.copyOf(layers);
  }

  /**
   * Weights of one node.
   *
   * @param name the node's name, or the parameter's where that is not {@code NODE.weight}
   * @param shape of the original weights
   * @param nonzero weights left
   * @param sparsity fraction that is gone, in [0, 1]
   */
  public record LayerSize(String name, List<Long> shape, long nonzero, double sparsity) {
    /** The sizes by name, for programs. */
    public Map<String, Object> toMap() {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("name", name);
      row.put("shape", shape);
      row.put("nonzero", nonzero);
      row.put("sparsity", sparsity);
      return row;
    }
  }

  /** Measures a model against the network that it came from; parameters that are gone count 0. */
  public static ModelSize of(Graph original, Model model, long fileBytes) {
    List<LayerSize> layers = new ArrayList<>();
    long total = 0;
    for (Parameter parameter : original.prunable()) {
      String name = parameter.name();
      long left = model.graph().hasParameter(name) ? model.value(name).nonZeros() : 0;
      long all = parameter.shape().size();
      List<Long> shape = parameter.shape().dims().stream().map(Integer::longValue).toList();
      String shown =
          name.endsWith(WEIGHT) ? name.substring(0, name.length() - WEIGHT.length()) : name;
      layers.add(new LayerSize(shown, shape, left, 1 - (double) left / all));
      total += left;
    }
    return new ModelSize(
        original.weights(), total, fileBytes, Float.BYTES * original.trained(), layers);
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
