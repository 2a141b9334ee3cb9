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

  public Architecture {
    layers = List.copyOf(layers);
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

  /** Number of classes: outputs of the last layer. */
  public int classes() {
    return linearLayers().getLast().outputs();
  }

  /** All weights, biases not counted: the denominator of every sparsity and compression. */
  public long weights() {
    return linearLayers().stream().mapToLong(LayerSpec.Linear::weights).sum();
  }

  /** All parameters, biases counted. */
  public long parameters() {
    return weights() + linearLayers().stream().mapToLong(LayerSpec.Linear::outputs).sum();
  }

  /**
   * Checks that images of the given shape and class count can be fed to this network.
   *
   * @throws IllegalArgumentException naming the architecture, the data and the sizes that differ
   */
  public void requireFits(String data, Shape image, int dataClasses) {
    boolean flat = layers.getFirst() instanceof LayerSpec.Flatten;
    boolean fits = flat ? input.size() == image.size() : input.equals(image);
    if (!fits) {
      throw new IllegalArgumentException(
          "architecture '%s' takes %s, but '%s' has images of %s"
              .formatted(
                  name,
                  flat ? input.size() + " inputs" : "images of " + input,
                  data,
                  flat ? image + " = " + image.size() + " pixels" : image.toString()));
    }
    if (classes() < dataClasses) {
      throw new IllegalArgumentException(
          "architecture '%s' has %d outputs, but '%s' has %d classes"
              .formatted(name, classes(), data, dataClasses));
    }
  }
}
