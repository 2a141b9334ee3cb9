package dev.ockham.runtime.model;

import dev.ockham.runtime.model.ModelLayer.Conv2d;
import dev.ockham.runtime.model.ModelLayer.Dense;
import dev.ockham.runtime.model.ModelLayer.Flatten;
import dev.ockham.runtime.model.ModelLayer.InputScaling;
import dev.ockham.runtime.model.ModelLayer.MaxPool2d;
import dev.ockham.runtime.model.ModelLayer.Relu;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small networks with random weights, a given share of them non-zero. */
public final class RandomModels {
  private RandomModels() {}

  /** LeNet-5's sequence of layers in small, with odd and unequal sizes. */
  public static SparseModel convolutional(Random random, double density) {
    return new SparseModel(
        "small-lenet-5",
        new Shape(2, 13, 12),
        3,
        List.of(
            new InputScaling(100, 0.01f),
            new Conv2d("conv1", 3, 2, matrix(random, 5, 12, density), bias(random, 5)),
            new MaxPool2d(2),
            new Relu(),
            new Conv2d("conv2", 2, 3, matrix(random, 7, 30, density), bias(random, 7)),
            new MaxPool2d(2),
            new Flatten(),
            new Dense("fc1", matrix(random, 11, 14, density), bias(random, 11)),
            new Relu(),
            new Dense("fc2", matrix(random, 3, 11, density), bias(random, 3))));
  }

  /** The same, with a mean and a scale of its own for every feature. */
  public static SparseModel withFeatureScaling(Random random, double density) {
    SparseModel model = convolutional(random, density);
    List<ModelLayer> layers = new ArrayList<>(model.layers());
    int features = model.input().size();
    layers.set(0, new ModelLayer.FeatureScaling(bias(random, features), bias(random, features)));
    return new SparseModel("scaled", model.input(), model.classes(), layers);
  }

  /**
   * The convolutional network with gates behind convolutions and before dense layers, a batch norm
   * that could not be folded, and some units that are shut for good.
   */
  public static SparseModel withGates(Random random, double density) {
    List<ModelLayer> layers = new ArrayList<>();
    for (ModelLayer layer : convolutional(random, density).layers()) {
      if (layer instanceof Dense dense) {
        layers.add(gate(random, dense.name(), dense.weights().cols()));
      }
      layers.add(layer);
      if (layer instanceof Conv2d conv) {
        int units = conv.weights().rows();
        layers.add(gate(random, conv.name(), units));
        layers.add(new ModelLayer.Affine("norm" + units, bias(random, units), bias(random, units)));
      }
    }
    return new SparseModel("gated", new Shape(2, 13, 12), 3, layers);
  }

  private static ModelLayer.DependentGate gate(Random random, String layer, int units) {
    float[] factors = new float[units];
    for (int i = 0; i < units; i++) {
      factors[i] = random.nextInt(4) == 0 ? 0 : random.nextFloat();
    }
    return new ModelLayer.DependentGate(
        layer + ".gate", bias(random, units), bias(random, units), Bias.of(factors), 0.1f);
  }

  /** Pixel values 0..255. */
  public static float[] images(Random random, SparseModel model, int count) {
    float[] images = new float[count * model.input().size()];
    for (int i = 0; i < images.length; i++) {
      images[i] = random.nextInt(256);
    }
    return images;
  }

  /** A dense matrix of normal numbers and zeros. */
  public static DenseMatrix matrix(Random random, int rows, int cols, double density) {
    float[] values = new float[rows * cols];
    for (int i = 0; i < values.length; i++) {
      if (random.nextDouble() < density) {
        values[i] = (float) (0.5 * random.nextGaussian());
      }
    }
    return DenseMatrix.of(rows, cols, values);
  }

  /** Normal numbers, none of them zero. */
  public static Bias bias(Random random, int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) (0.5 * random.nextGaussian());
    }
    return Bias.of(values);
  }
}
