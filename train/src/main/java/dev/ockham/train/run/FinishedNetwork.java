package dev.ockham.train.run;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.quality.MeasuredQuality;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.Outcome;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.Snapshot;
import dev.ockham.runtime.file.ModelFile;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What a finished network is worth on the examples that were held out. */
final class FinishedNetwork {

  private FinishedNetwork() {}

  /**
   * Measures, and leaves {@code quality.json} in the run where there is anything to say.
   *
   * @param folder holds the pruned model
   * @param run its name, see {@link dev.ockham.core.run.RunRecord#id}
   * @param heldOut indices into the training part of the data; may be none
   */
  static Outcome measure(
      RunFolder folder,
      @Nullable String run,
      Snapshot snapshot,
      Judge judge,
      Dataset data,
      int[] heldOut,
      int threads)
      throws IOException {
    ModelFile pruned = ModelFile.load(folder.model());
    Examples validation = data.train().select(heldOut);
    MeasuredQuality quality =
        MeasuredQuality.measure(
            snapshot,
            pruned,
            judge,
            MeasuredQuality.names(data),
            "validation",
            validation,
            threads);
    if (quality != null) {
      quality.write(folder, run);
    }
    return Outcome.measure(snapshot, pruned, judge, "validation", validation, threads);
  }
}
