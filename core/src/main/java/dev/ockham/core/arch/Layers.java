package dev.ockham.core.arch;

/**
 * The layers to build an own network from; made to be imported statically:
 *
 * <pre>{@code
 * Architecture.of(new Shape(1, 28, 28),
 *     conv2d(20, 5), relu(), maxPool2d(2), flatten(), dense(500), relu(), dense(10))
 * }</pre>
 */
public final class Layers {

  private Layers() {}

  /**
   * A fully connected layer with a bias; it takes a vector.
   *
   * @param outputs units, 1 to 1,000,000
   */
  public static LayerTemplate dense(int outputs) {
    return new LayerTemplate.Dense(outputs);
  }

  /**
   * A convolution with stride 1, without padding and with a bias; it takes channels, rows and
   * columns, and gives {@code kernel − 1} fewer of both.
   *
   * @param outputs channels that it gives, 1 to 1,000,000
   * @param kernel edge of its square window, at least 1
   */
  public static LayerTemplate conv2d(int outputs, int kernel) {
    return new LayerTemplate.Conv2d(outputs, kernel);
  }

  /**
   * Batch normalisation (arXiv:1502.03167): shifts and scales each unit of a dense layer, or
   * channel of a convolution, to a learnt mean β and deviation γ. It stands directly behind that
   * layer, and folds into it when a model is made.
   */
  public static LayerTemplate batchNorm() {
    return new LayerTemplate.BatchNorm();
  }

  /**
   * The largest value of each {@code size × size} window; windows do not overlap, and rows and
   * columns that do not fill one are dropped.
   *
   * @param size edge of the window, at least 1
   */
  public static LayerTemplate maxPool2d(int size) {
    return new LayerTemplate.MaxPool2d(size);
  }

  /** max(x, 0), elementwise. */
  public static LayerTemplate relu() {
    return new LayerTemplate.Relu();
  }

  /** From {@code [channels, height, width]} to a vector, channels first. */
  public static LayerTemplate flatten() {
    return new LayerTemplate.Flatten();
  }
}
