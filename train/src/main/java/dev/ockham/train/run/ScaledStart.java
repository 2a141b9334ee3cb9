package dev.ockham.train.run;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Split;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.start.LearntUnits;
import dev.ockham.core.start.TrainedWeights;
import dev.ockham.core.target.TargetScaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a run begins with, in the units that it learns numbers in: whatever it starts from, its
 * first model gives what that gave.
 *
 * @param architecture the network
 * @param weights its trained numbers; null for none
 * @param targets what the numbers to learn are scaled by; null where it learns none
 */
record ScaledStart(
    Architecture architecture, @Nullable TrainedWeights weights, @Nullable TargetScaling targets) {

  /**
   * Brings trained weights into the units that a run learns.
   *
   * @throws IllegalArgumentException if what is at their network's end cannot be undone
   */
  static ScaledStart of(
      RunSpec spec,
      Architecture given,
      @Nullable TrainedWeights weights,
      Dataset data,
      Split split) {
    TargetScaling ofData = Teaching.scaling(spec, data, split.train());
    if (weights == null || ofData == null) {
      return new ScaledStart(given, weights, ofData);
    }
    LearntUnits.Start start = LearntUnits.of(weights, ofData);
    Architecture inner = new Architecture(given.name(), start.weights().architecture().graph());
    return new ScaledStart(inner, start.weights(), start.scaling());
  }

  /** What a run that begins scales the numbers to learn by: of another's weights, as that did. */
  @Nullable TargetScaling scaling(RunSpec spec) throws IOException {
    String from = spec.training().initFrom();
    if (targets == null || weights != null || from.isEmpty() || !Files.isDirectory(Path.of(from))) {
      return targets;
    }
    TargetScaling theirs = RunRecord.read(new RunFolder(Path.of(from))).targets();
    return theirs != null && theirs.outputs() == targets.outputs() ? theirs : targets;
  }
}
