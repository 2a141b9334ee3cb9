package dev.ockham.train.pass;

import dev.ockham.core.kernel.RowReduction;

/**
 * Sum or mean of runs of numbers that follow each other: global pooling.
 *
 * @param wiring what it reads and gives
 * @param run numbers that become one
 * @param scale what a sum is multiplied by: 1 divided by the run for a mean
 */
record ReduceStage(Wiring wiring, int run, float scale) implements Stage {

  @Override
  public void forward(Share share) {
    RowReduction.sum(
        wiring.in(), (long) share.rows() * wiring.output().size(), run, scale, wiring.out());
  }

  @Override
  public void backward(int rows) {
    RowReduction.spread(
        wiring.byOut(), (long) rows * wiring.output().size(), run, scale, wiring.input().target());
    wiring.input().finish(rows);
  }
}
