package dev.ockham.train.pass;

/**
 * The same numbers under other sizes: memory is flat already, and input and output share it.
 *
 * @param wiring what it reads and gives
 */
record ReshapeStage(Wiring wiring) implements Stage {

  @Override
  public void forward(Share share) {
    Buffers.copy(wiring.in(), wiring.out(), (long) share.rows() * wiring.output().size());
  }

  @Override
  public void backward(int rows) {
    Buffers.copy(wiring.byOut(), wiring.input().target(), (long) rows * wiring.output().size());
    wiring.input().finish(rows);
  }

  @Override
  public boolean passesGradient() {
    return true;
  }
}
