package dev.ockham.train.run;

import dev.ockham.core.data.Examples;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.run.Calibration;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.MetricsLog;
import dev.ockham.core.run.ParameterNames;
import dev.ockham.core.run.Position;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.file.StoredTensor;
import dev.ockham.train.network.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.util.SortedMap;

/**
 * What a run writes into its folder while it trains. Of several processes only rank 0 does.
 *
 * @param workspace the folder, claimed
 * @param writes whether this process keeps the run
 */
record RunFiles(Workspace workspace, RunRecord record, InputScaling scaling, boolean writes) {

  /** Writes what stays as it is while the run goes on. */
  void begin(Network network, Examples calibration) throws IOException {
    if (writes) {
      RunFolder folder = workspace.folder();
      record.write(folder);
      folder.keep(network.architecture());
      if (network.normalizesByBatch() && !Files.exists(folder.calibration())) {
        Calibration.write(folder, calibration);
      }
    }
  }

  /**
   * Examples that set batch norm: those that the run has kept, as it may have begun with a build
   * that chose others; as it begins, chosen ones.
   *
   * @param train which of the examples it trains on
   */
  Examples calibration(Network network, Examples examples, int[] train) throws IOException {
    if (!network.normalizesByBatch()) {
      return Snapshot.NO_EXAMPLES;
    }
    RunFolder folder = workspace.folder();
    if (Files.exists(folder.calibration())) {
      return Calibration.read(folder, network.architecture().example());
    }
    RunSpec spec = record.spec();
    return Calibration.choose(
        examples, train, spec.training().seed(), spec.data().augmentation(), scaling);
  }

  /** Adds an epoch's line. */
  void append(EpochMetrics metrics) throws IOException {
    if (writes) {
      workspace.requireHeld();
      MetricsLog.append(workspace.folder().metrics(), metrics);
    }
  }

  /** Writes a checkpoint. */
  void save(Position at, Network network) throws IOException {
    if (writes) {
      workspace.requireHeld();
      SortedMap<String, StoredTensor> tensors = network.toStored();
      if (!scaling.shared()) {
        float[] mean = scaling.mean();
        float[] scale = scaling.scale();
        tensors.put(ParameterNames.INPUT_MEAN, StoredTensor.ofFloats(mean, mean.length));
        tensors.put(ParameterNames.INPUT_SCALE, StoredTensor.ofFloats(scale, scale.length));
      }
      Checkpoint.write(workspace.folder(), record, at, network.live(), tensors);
    }
  }

  /** Writes how the run stands, and returns that. */
  RunRecord finish(RunRecord ended, RunRecord.Status status) throws IOException {
    if (!writes) {
      return ended.with(status, ended.last());
    }
    workspace.requireHeld();
    RunFolder folder = workspace.folder();
    RunRecord result = ended.with(status, MetricsLog.last(folder.metrics()));
    result.write(folder);
    return result;
  }
}
