package dev.ockham.core.arch;

import dev.ockham.runtime.model.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * A feed-forward network as data: input shape, layers in order, number of classes.
 *
 * @param name what {@link Architectures#parse} turns back into this value
 * @param input shape of one example, {@code [channels, height, width]}
 * @param layers the layers in the order in which data flows; the last one is linear
 */
public record Architecture(String name, Shape input, List<LayerSpec> layers) {

  /** Copies the list; what {@link #of} makes is checked, this is not. */
  public Architecture {
    layers = List.copyOf(layers);
  }

  /**
   * A network of one's own: an input shape and layers in order, as one would write them down.
   * Layers with weights are named by their kind and number, {@code conv1}, {@code dense1}, {@code
   * dense2}, ...; the {@link #name()} is a text that {@link Architectures#parse} and {@code --arch}
   * understand.
   *
   * @param input shape of one example; {@link Shape#flat} for plain feature vectors
   * @param layers made by {@link Layers}; the last one is dense, with one output per class
   * @throws IllegalArgumentException if a layer cannot follow the one before it, naming its number
   *     from 1 and the shapes
   */
  public static Architecture of(Shape input, LayerTemplate... layers) {
    List<LayerSpec> sized = LayerChain.of(input, List.of(layers));
    return new Architecture(NetworkText.write(input, sized), input, sized);
  }

  /** The layers that own weights, in order. */
  public List<LayerSpec.Linear> linearLayers() {
    List<LayerSpec.Linear> linear = new ArrayList<>();
    for (LayerSpec layer : layers) {
      if (layer instanceof LayerSpec.Linear l) {
        linear.add(l);
      }
    }
    return linear;
  }

  /** The batch norms, in order. */
  public List<LayerSpec.BatchNorm> batchNorms() {
    List<LayerSpec.BatchNorm> norms = new ArrayList<>();
    for (LayerSpec layer : layers) {
      if (layer instanceof LayerSpec.BatchNorm norm) {
        norms.add(norm);
      }
    }
    return norms;
  }

  /** Number of classes: outputs of the last layer. */
  public int classes() {
    return linearLayers().getLast().outputs();
  }

  /** All weights, biases not counted: the denominator of every sparsity and compression. */
  public long weights() {
    return linearLayers().stream().mapToLong(LayerSpec.Linear::weights).sum();
  }

  /** All parameters: weights, biases, and γ and β of batch norms. */
  public long parameters() {
    return weights()
        + linearLayers().stream().mapToLong(LayerSpec.Linear::outputs).sum()
        + batchNorms().stream().mapToLong(norm -> 2L * norm.units()).sum();
  }

  /**
   * Checks that examples of the given shape and class count can be fed to this network.
   *
   * @throws IllegalArgumentException naming the architecture, the data and the sizes that differ
   */
  public void requireFits(String data, Shape example, int dataClasses) {
    boolean flat = layers.getFirst() instanceof LayerSpec.Flatten;
    boolean fits = flat ? input.size() == example.size() : input.equals(example);
    if (!fits) {
      throw new IllegalArgumentException(
          "architecture '%s' takes %s, but '%s' has %s"
              .formatted(
                  name,
                  flat ? input.size() + " inputs" : "images of " + input,
                  data,
                  example.isFlat()
                      ? "examples of " + example.size() + " features"
                      : "images of " + example + (flat ? " = " + example.size() + " pixels" : "")));
    }
    if (classes() < dataClasses) {
      throw new IllegalArgumentException(
          "architecture '%s' has %s outputs, but '%s' has %s classes"
              .formatted(name, classes(), data, dataClasses));
    }
  }
}
