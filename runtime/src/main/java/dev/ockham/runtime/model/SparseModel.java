package dev.ockham.runtime.model;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A trained and pruned network: an immutable chain of layers from raw pixels to logits. The result
 * is deterministic and needs no native code.
 *
 * @param architecture name of the network the model came from, such as {@code lenet-5-caffe}
 * @param input shape of one example
 * @param classes number of logits per example, ≥ 1
 * @param layers the chain, first operation first
 */
public record SparseModel(String architecture, Shape input, int classes, List<ModelLayer> layers) {
  /**
   * Checks that each layer accepts what the one before it gives, that the last gives a vector of
   * {@code classes} logits, that feature scaling comes first if at all, and that layer names are
   * unique.
   *
   * @throws IllegalArgumentException naming the layer (by position in the chain) and the shapes
   */
  public SparseModel {
    layers = List.copyOf(layers);
    if (classes < 1) {
      throw new IllegalArgumentException("classes = " + classes + ", it must be >= 1");
    }
    Set<String> names = new HashSet<>();
    Shape shape = input;
    for (int i = 0; i < layers.size(); i++) {
      ModelLayer layer = layers.get(i);
      String name =
          switch (layer) {
            case ModelLayer.Linear linear -> linear.name();
            case ModelLayer.DependentGate gate -> gate.name();
            case ModelLayer.Affine affine -> affine.name();
            case ModelLayer.Scaling _,
                ModelLayer.MaxPool2d _,
                ModelLayer.Relu _,
                ModelLayer.Flatten _ ->
                null;
          };
      if (name != null && !names.add(name)) {
        throw new IllegalArgumentException(
            "layers[%s]: the name '%s' is taken by an earlier layer".formatted(i, name));
      }
      if (i > 0 && layer instanceof ModelLayer.FeatureScaling) {
        throw new IllegalArgumentException(
            "layers[%s]: feature scaling must be the first layer".formatted(i));
      }
      try {
        shape = layer.outputShape(shape);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("layers[%s]: %s".formatted(i, e.getMessage()), e);
      }
    }
    if (!shape.equals(Shape.flat(classes))) {
      throw new IllegalArgumentException(
          "the last layer gives %s, not a vector of %s classes".formatted(shape, classes));
    }
  }

  /** The layers that have weights, in order. */
  public List<ModelLayer.Linear> linearLayers() {
    return layers.stream()
        .filter(ModelLayer.Linear.class::isInstance)
        .map(ModelLayer.Linear.class::cast)
        .toList();
  }

  /** The gates that look at the example at hand, in order. */
  public List<ModelLayer.DependentGate> dependentGates() {
    return layers.stream()
        .filter(ModelLayer.DependentGate.class::isInstance)
        .map(ModelLayer.DependentGate.class::cast)
        .toList();
  }

  /** Number of weights (rows × cols of every matrix), biases not counted. */
  public long weightCount() {
    return linearLayers().stream()
        .mapToLong(layer -> (long) layer.weights().rows() * layer.weights().cols())
        .sum();
  }

  /** Number of weights that differ from zero, recounted from the values, biases not counted. */
  public long nonZeroWeights() {
    return linearLayers().stream().mapToLong(layer -> layer.weights().nonZeros()).sum();
  }

  /**
   * Logits of a batch. Prepares the model and runs it once; for many small batches keep an {@link
   * Inference}.
   *
   * @param images raw values (pixels 0..255 unless the model was trained on others), {@code [count,
   *     channels, height, width]}; read only
   * @param count number of examples, ≥ 0
   * @param threads number of threads, ≥ 1; the bits of the result do not depend on it
   * @return {@code [count, classes]}; the caller owns it
   */
  public float[] logits(float[] images, int count, int threads) {
    return new Inference(this).logits(images, count, threads);
  }

  /** Class probabilities of a batch, see {@link #logits} and {@link Inference#softmaxInPlace}. */
  public float[] probabilities(float[] images, int count, int threads) {
    return new Inference(this).probabilities(images, count, threads);
  }

  /**
   * The likeliest class of one example, and how sure the model is of it. For many examples use
   * {@link #probabilities} and {@link Prediction#top}.
   *
   * @param example raw values, {@code [channels, height, width]}; read only
   * @throws IllegalArgumentException if there are not as many values as the input has
   */
  public Prediction predict(float[] example) {
    return Prediction.top(probabilities(example, 1, 1), 0, classes, 1).getFirst();
  }
}
