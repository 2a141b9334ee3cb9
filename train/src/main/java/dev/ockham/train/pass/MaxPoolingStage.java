package dev.ockham.train.pass;

import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.kernel.MaxPooling;
import dev.ockham.runtime.graph.Shape;

/** Max-pooling with square windows that neither overlap nor pad. */
final class MaxPoolingStage implements Stage {

  private final Wiring wiring;
  private final Kernels kernels;
  private final MaxPooling pooling;
  private final int channels;

  /**
   * A stage.
   *
   * @param size side of the window
   */
  MaxPoolingStage(Wiring wiring, int size, Kernels kernels) {
    this.wiring = wiring;
    this.kernels = kernels;
    Shape in = wiring.input().value().shape();
    this.pooling = new MaxPooling(size, in.dim(1), in.dim(2));
    this.channels = in.dim(0);
  }

  @Override
  public Wiring wiring() {
    return wiring;
  }

  @Override
  public void forward(Share share) {
    pooling.forward(kernels, wiring.in(), wiring.out(), share.rows() * channels);
  }

  @Override
  public void backward(int rows) {
    pooling.backward(
        kernels,
        wiring.in(),
        wiring.out(),
        wiring.byOut(),
        wiring.input().target(),
        rows * channels);
    wiring.input().finish(rows);
  }
}
