package dev.ockham.train.run;

import dev.ockham.core.spec.MethodSpec;
import dev.ockham.core.spec.RunSpec;

/** What may help a run that has collapsed. */
final class CollapseRemedy {

  private CollapseRemedy() {}

  /** The settings to change, as part of a sentence. */
  static String of(RunSpec spec) {
    MethodSpec method = spec.method();
    if (spec.training().gradualPruning().toSparsity()) {
      return "lower training.gradual_pruning.sparsity";
    }
    if (!method.method().scheduled()) {
      return "warm the KL up for longer (training.kl_weight.until), pretrain (--pretrain-epochs)";
    }
    return "lower method.pruning.sparsity"
        + switch (method.pruning().scope()) {
          case GLOBAL -> ", prune each layer by itself (method.pruning.scope)";
          case LAYER -> "";
        };
  }
}
