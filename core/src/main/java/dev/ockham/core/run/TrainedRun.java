package dev.ockham.core.run;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.Split;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.runtime.file.ModelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A run as its folder holds it, to prune as often as one likes: no threshold needs training again.
 * A value without native memory; there is nothing to close.
 *
 * @param folder where it lives
 * @param record what was asked for and what came out
 * @param snapshot means and scores of its weights
 */
public record TrainedRun(RunFolder folder, RunRecord record, Snapshot snapshot) {

  /**
   * Reads the run in a folder.
   *
   * @throws RunException if there is none, or it has no checkpoint yet
   */
  public static TrainedRun read(Path folder) throws IOException {
    RunFolder run = new RunFolder(folder);
    RunRecord record = RunRecord.read(run);
    return new TrainedRun(run, record, Snapshot.of(run, record, Checkpoint.read(run)));
  }

  /** The network pruned at the run's threshold; whole where the method does not prune. */
  public ModelFile pruned() {
    return file(snapshot.masksAt(snapshot.threshold()), snapshot.threshold());
  }

  /**
   * The network pruned at another threshold.
   *
   * @param threshold weights go where their score is at or above it, such as log α (natural log)
   * @throws RunException if the method gives no scores
   */
  public ModelFile prunedAt(double threshold) throws RunException {
    snapshot.requireScores();
    return file(snapshot.masksAt(threshold), threshold);
  }

  /**
   * The network pruned to a wanted sparsity.
   *
   * @param sparsity fraction of all weights to remove, in [0, 1], biases not counted
   * @throws RunException if the method gives no scores
   */
  public ModelFile prunedTo(double sparsity) throws RunException {
    Mask.Selection selection = snapshot.masksTo(sparsity);
    return file(selection.masks(), selection.threshold());
  }

  /**
   * The examples that the run held out of its data's training part, to choose a threshold by.
   *
   * @param data what it was trained on
   * @throws RunException if these are other data
   */
  public Examples validation(Dataset data) throws RunException {
    if (!data.contentHash().equals(record.data().sha256())) {
      throw new RunException(
          "%s was trained on data with sha256 %s, but '%s' has %s"
              .formatted(folder.root(), record.data().sha256(), data.name(), data.contentHash()));
    }
    DataSpec spec = record.spec().data();
    Split split = Split.stratified(data.train(), spec.validation(), spec.splitSeed());
    return data.train().select(split.validation());
  }

  private ModelFile file(List<Mask> masks, double threshold) {
    return record.modelFile(snapshot.pruned(masks), threshold);
  }
}
