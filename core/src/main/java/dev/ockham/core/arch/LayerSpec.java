package dev.ockham.core.arch;

import dev.ockham.runtime.model.Shape;

/** One layer of an {@link Architecture}: its kind and sizes, no weights. */
public sealed interface LayerSpec {

  /** Shape of one example's output, given that of its input. */
  Shape output(Shape input);

  /** A layer that owns weights and one bias per output. */
  sealed interface Linear extends LayerSpec permits Dense, Conv2d {
    /** Unique within the architecture, such as {@code dense1}; files and reports use it. */
    String name();

    /** Inputs: features of a dense layer, channels of a convolution. */
    int inputs();

    /** Outputs: units of a dense layer, channels of a convolution. */
    int outputs();

    /** Inputs that one output unit at one position reads: columns of the weight matrix. */
    int fanIn();

    /** Number of weights, the bias not counted. */
    default long weights() {
      return (long) outputs() * fanIn();
    }

    /** Shape of the weight tensor: {@code [out, in]} or {@code [out, in, height, width]}. */
    long[] shape();
  }

  /** A fully connected layer, weights {@code [outputs, inputs]}. */
  record Dense(String name, int inputs, int outputs) implements Linear {
    @Override
    public int fanIn() {
      return inputs;
    }

    @Override
    public long[] shape() {
      return new long[] {outputs, inputs};
    }

    @Override
    public Shape output(Shape input) {
      return Shape.flat(outputs);
    }
  }

  /** A valid (unpadded) convolution with stride 1, weights {@code [outputs, inputs, k, k]}. */
  record Conv2d(String name, int inputs, int outputs, int kernel) implements Linear {
    @Override
    public int fanIn() {
      return inputs * kernel * kernel;
    }

    @Override
    public long[] shape() {
      return new long[] {outputs, inputs, kernel, kernel};
    }

    @Override
    public Shape output(Shape input) {
      return new Shape(outputs, input.height() - kernel + 1, input.width() - kernel + 1);
    }
  }

  /**
   * Batch normalisation (arXiv:1502.03167, algorithm 1) directly behind a {@link Linear} layer:
   * {@code γ (x − m) / √(v + ε) + β}, with mean m and biased variance v of each unit over examples
   * and positions. It owns γ and β; models have it folded into the layer before.
   *
   * @param name unique within the architecture, such as {@code bn1}; files use it
   * @param units outputs of the layer before: units of a dense layer, channels of a convolution
   */
  record BatchNorm(String name, int units) implements LayerSpec {
    /** ε, which is added to the variance. */
    public static final double EPSILON = 1e-5;

    @Override
    public Shape output(Shape input) {
      return input;
    }
  }

  /** Max-pooling over {@code size × size} windows that do not overlap. */
  record MaxPool2d(int size) implements LayerSpec {
    @Override
    public Shape output(Shape input) {
      return new Shape(input.channels(), input.height() / size, input.width() / size);
    }
  }

  /** max(x, 0), elementwise. */
  record Relu() implements LayerSpec {
    @Override
    public Shape output(Shape input) {
      return input;
    }
  }

  /** From {@code [channels, height, width]} to a vector, channels first. */
  record Flatten() implements LayerSpec {
    @Override
    public Shape output(Shape input) {
      return Shape.flat(input.size());
    }
  }
}
