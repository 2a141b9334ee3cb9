package dev.ockham.train.compress;

import dev.ockham.core.goal.Measure.Kind;
import dev.ockham.core.goal.Measured;
import dev.ockham.core.run.RunFolder;
import java.io.IOException;
import java.util.Map;

/**
 * Makes rounds of networks: each is rounded to bits where that is asked for, measured as it would
 * be shipped, and judged by the wishes.
 */
record Appraisal(CompressionSpec spec, Before before, Journal journal) {

  /**
   * The round of a network.
   *
   * @param name of its folder
   * @param epochs of its run
   * @param distilled whether it learnt from the network before
   * @param sparsity that was asked of it
   * @param floats the network before it is rounded
   * @param relativeDeviations of its posterior, see {@link Deployment#inFewBits}
   */
  Round of(
      String name,
      RunFolder run,
      int epochs,
      boolean distilled,
      double sparsity,
      Deployment floats,
      Map<String, Double> relativeDeviations)
      throws IOException {
    Deployment shipped =
        spec.bits() ? floats.inFewBits(relativeDeviations, before.bench()) : floats;
    Measured measured = shipped.measure(before.weights(), before.bench());
    if (spec.targets().about(Kind.LATENCY)) {
      measured = measured.withLatency(journal.latency(name, shipped.file().model()));
    }
    return new Round(
        name,
        run,
        epochs,
        distilled,
        sparsity,
        shipped,
        measured,
        spec.targets().judge(before.measured(), measured));
  }
}
