package dev.ockham.train.compress;

import dev.ockham.core.prune.NormUnfolding;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.model.Model;
import java.nio.file.Path;

/** Fine-tuning of a network that is pruned already. */
final class HeldZeros {

  private HeldZeros() {}

  /**
   * A run that begins with a pruned network, whose zeros stay.
   *
   * @param file that holds it
   * @param epochs 0 for a run that only begins
   */
  static RunSpec tuning(RunSpec base, Path file, Model pruned, int epochs) {
    String path = file.toAbsolutePath().normalize().toString();
    boolean norms = epochs > 0 && !NormUnfolding.places(pruned).isEmpty();
    return base.with("method.name", "magnitude")
        .with("method.pruning.sparsity", 0)
        .with("architecture", path)
        .with("training.init_from", path)
        .with("training.init_norms", norms)
        .withEpochs(Math.max(1, epochs));
  }
}
