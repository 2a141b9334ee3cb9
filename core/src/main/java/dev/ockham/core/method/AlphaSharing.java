package dev.ockham.core.method;

import dev.ockham.core.arch.WeightTensor;

/**
 * Which weights share one noise-to-signal ratio α (arXiv:1506.02557, section 3.3). A unit here is
 * an input of a layer: a feature of a dense layer, a channel of a convolution.
 */
public enum AlphaSharing {
  /** One α for all layers. */
  NETWORK,
  /** One α per layer. */
  LAYER,
  /** One α per input unit of a layer. */
  UNIT,
  /** One α per weight. */
  WEIGHT;

  /** How many α a layer's weights are divided among; 1 for {@link #NETWORK}. */
  public int groups(WeightTensor layer) {
    return switch (this) {
      case NETWORK, LAYER -> 1;
      case UNIT -> layer.inputs();
      case WEIGHT -> Math.toIntExact(layer.weights());
    };
  }

  /**
   * Spreads one value per group over the weights of a layer.
   *
   * @param perGroup as many values as there are {@link #groups}
   * @return row-major in the layer's shape
   */
  public float[] spread(WeightTensor layer, float[] perGroup) {
    float[] perWeight = new float[Math.toIntExact(layer.weights())];
    int perUnit = layer.fanIn() / layer.inputs();
    for (int i = 0; i < perWeight.length; i++) {
      perWeight[i] = perGroup[group(i, layer.fanIn(), perUnit)];
    }
    return perWeight;
  }

  /**
   * The group of a weight.
   *
   * @param weight position in the layer's tensor, row-major
   * @param fanIn weights per output
   * @param perUnit weights per output and input unit: 1, or a kernel's area
   */
  public int group(int weight, int fanIn, int perUnit) {
    return switch (this) {
      case NETWORK, LAYER -> 0;
      case UNIT -> weight % fanIn / perUnit;
      case WEIGHT -> weight;
    };
  }
}
