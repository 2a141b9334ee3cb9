package dev.ockham.core.gate;

import dev.ockham.core.arch.WeightTensor;

/**
 * Where the factors of gates stand in a layer: at the inputs of a dense layer, at the output
 * channels of a convolution. Pure functions on arrays.
 */
public final class GatedUnits {

  private GatedUnits() {}

  /** How many factors a layer has. */
  public static int count(WeightTensor layer) {
    return onOutputs(layer) ? layer.outputs() : layer.inputs();
  }

  /** Whether the factors stand at the outputs. */
  public static boolean onOutputs(WeightTensor layer) {
    return layer.gatePlace() == WeightTensor.GatePlace.OUTPUTS;
  }

  /** Weights that each factor multiplies. */
  public static int weightsPerUnit(WeightTensor layer) {
    return Math.toIntExact(layer.weights() / count(layer));
  }

  /**
   * Gives every weight the value of its unit.
   *
   * @param perUnit one value per unit
   * @return row-major in the layer's shape
   */
  public static float[] spread(WeightTensor layer, float[] perUnit) {
    float[] perWeight = new float[Math.toIntExact(layer.weights())];
    int fanIn = layer.fanIn();
    for (int i = 0; i < perWeight.length; i++) {
      perWeight[i] = perUnit[onOutputs(layer) ? i / fanIn : i % fanIn];
    }
    return perWeight;
  }

  /**
   * The weights with the factors in them.
   *
   * @param theta row-major in the layer's shape; not changed
   * @param factors one per unit
   */
  public static float[] foldWeights(WeightTensor layer, float[] theta, float[] factors) {
    float[] folded = spread(layer, factors);
    for (int i = 0; i < folded.length; i++) {
      folded[i] *= theta[i];
    }
    return folded;
  }

  /**
   * The bias with the factors in it; those of inputs do not reach it.
   *
   * @param bias one per output; not changed
   * @param factors one per unit
   */
  public static float[] foldBias(WeightTensor layer, float[] bias, float[] factors) {
    float[] folded = bias.clone();
    if (onOutputs(layer)) {
      for (int i = 0; i < folded.length; i++) {
        folded[i] *= factors[i];
      }
    }
    return folded;
  }

  /**
   * The values of units with a weight left; 0 for the others.
   *
   * @param perUnit one value per unit; not changed
   * @param weights what is left of the layer's weights
   */
  public static float[] ofOpen(WeightTensor layer, float[] perUnit, float[] weights) {
    float[] open = new float[perUnit.length];
    int fanIn = layer.fanIn();
    for (int i = 0; i < weights.length; i++) {
      if (weights[i] != 0) {
        int unit = onOutputs(layer) ? i / fanIn : i % fanIn;
        open[unit] = perUnit[unit];
      }
    }
    return open;
  }

  /**
   * The bias without that of outputs whose gate is shut, which are those without a weight.
   *
   * @param bias one per output; not changed
   * @param weights what is left of the layer's weights
   */
  public static float[] shutBias(WeightTensor layer, float[] bias, float[] weights) {
    return onOutputs(layer) ? ofOpen(layer, bias, weights) : bias.clone();
  }
}
