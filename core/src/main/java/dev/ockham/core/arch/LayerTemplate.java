package dev.ockham.core.arch;

/**
 * A layer as one writes it down: what it gives, but not yet what it takes. {@link
 * Architecture#of(dev.ockham.runtime.model.Shape, LayerTemplate...)} works out the rest; {@link
 * Layers} makes them.
 */
public sealed interface LayerTemplate {

  /** The layer as architecture texts spell it, such as {@code conv20x5}. */
  String text();

  /**
   * A fully connected layer.
   *
   * @param outputs units, 1 to 1,000,000
   */
  record Dense(int outputs) implements LayerTemplate {
    @Override
    public String text() {
      return "dense" + outputs;
    }
  }

  /**
   * A convolution with stride 1 and without padding.
   *
   * @param outputs channels that it gives, 1 to 1,000,000
   * @param kernel edge of its square window, at least 1
   */
  record Conv2d(int outputs, int kernel) implements LayerTemplate {
    @Override
    public String text() {
      return "conv" + outputs + "x" + kernel;
    }
  }

  /** Batch normalisation of the dense or convolution layer directly before it. */
  record BatchNorm() implements LayerTemplate {
    @Override
    public String text() {
      return "bn";
    }
  }

  /**
   * Max-pooling over windows that do not overlap.
   *
   * @param size edge of the window, at least 1
   */
  record MaxPool2d(int size) implements LayerTemplate {
    @Override
    public String text() {
      return "pool" + size;
    }
  }

  /** max(x, 0), elementwise. */
  record Relu() implements LayerTemplate {
    @Override
    public String text() {
      return "relu";
    }
  }

  /** Channels, rows and columns to one vector. */
  record Flatten() implements LayerTemplate {
    @Override
    public String text() {
      return "flatten";
    }
  }
}
