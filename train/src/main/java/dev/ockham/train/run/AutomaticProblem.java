package dev.ockham.train.run;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.WeightTensor;
import dev.ockham.core.data.Split;
import dev.ockham.core.spec.AutomaticSchedule;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.target.ClassLabels;
import dev.ockham.core.target.LabelSets;
import dev.ockham.core.target.NoTargets;
import dev.ockham.core.target.Numbers;
import dev.ockham.core.target.Targets;

/** What a run's data and network are, for a batch and a schedule that are left to them. */
final class AutomaticProblem {

  /** What a number has to say, where nobody knows its noise: that of a noise 1/e as large. */
  private static final double NATS_OF_NUMBER = 1;

  private AutomaticProblem() {}

  /** A spec whose batch and schedule are stated. */
  static RunSpec decided(RunSpec spec, Architecture architecture, Targets targets, Split split) {
    long weights =
        architecture.weightTensors().stream()
            .filter(tensor -> spec.method().appliesTo(tensor.name()))
            .mapToLong(WeightTensor::weights)
            .sum();
    return AutomaticSchedule.decided(
        spec.withBatch(spec.training().batchOf(split.train().length)),
        new AutomaticSchedule.Problem(
            split.train().length,
            split.validation().length,
            nats(targets, split.train()),
            Math.max(1, weights)));
  }

  /** Entropy of an example's target, in nats, by how often each comes in some examples. */
  static double nats(Targets targets, int[] examples) {
    return switch (targets) {
      case ClassLabels labels -> ofClasses(labels, examples);
      case LabelSets labels -> ofLabels(labels, examples);
      case Numbers numbers -> NATS_OF_NUMBER * numbers.outputs();
      case NoTargets _ -> 0;
    };
  }

  private static double ofClasses(ClassLabels labels, int[] examples) {
    long[] counts = new long[labels.outputs()];
    for (int example : examples) {
      counts[labels.label(example)]++;
    }
    double nats = 0;
    for (long count : counts) {
      nats += part((double) count / examples.length);
    }
    return nats;
  }

  private static double ofLabels(LabelSets labels, int[] examples) {
    double nats = 0;
    for (int k = 0; k < labels.outputs(); k++) {
      long count = 0;
      for (int example : examples) {
        count += labels.has(example, k) ? 1 : 0;
      }
      double share = (double) count / examples.length;
      nats += part(share) + part(1 - share);
    }
    return nats;
  }

  private static double part(double share) {
    return share > 0 ? -share * Math.log(share) : 0;
  }
}
