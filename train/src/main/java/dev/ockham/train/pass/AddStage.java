package dev.ockham.train.pass;

import dev.ockham.core.kernel.Activations;

/**
 * The sum of two values of one shape.
 *
 * @param wiring what it reads and gives
 */
record AddStage(Wiring wiring) implements Stage {

  @Override
  public void forward(Share share) {
    long size = (long) share.rows() * wiring.output().size();
    Buffers.copy(wiring.in(), wiring.out(), size);
    Activations.add(wiring.out(), wiring.inputs().get(1).value().values(), size);
  }

  @Override
  public void backward(int rows) {
    long size = (long) rows * wiring.output().size();
    for (Reading input : wiring.inputs()) {
      if (input.wanted()) {
        Buffers.copy(wiring.byOut(), input.target(), size);
        input.finish(rows);
      }
    }
  }

  @Override
  public boolean passesGradient() {
    return true;
  }
}
