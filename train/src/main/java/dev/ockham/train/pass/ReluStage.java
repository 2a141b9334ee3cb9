package dev.ockham.train.pass;

import dev.ockham.core.kernel.Activations;
import java.lang.foreign.MemorySegment;

/**
 * ReLU. In place where input and output share their memory, which they may where nobody else reads
 * the input.
 *
 * @param wiring what it reads and gives
 */
record ReluStage(Wiring wiring) implements Stage {

  @Override
  public void forward(Share share) {
    long size = (long) share.rows() * wiring.output().size();
    Buffers.copy(wiring.in(), wiring.out(), size);
    Activations.rectify(wiring.out(), size);
  }

  @Override
  public void backward(int rows) {
    long size = (long) rows * wiring.output().size();
    MemorySegment target = wiring.input().target();
    Buffers.copy(wiring.byOut(), target, size);
    Activations.rectifyGradient(wiring.out(), target, size);
    wiring.input().finish(rows);
  }

  @Override
  public boolean passesGradient() {
    return true;
  }
}
