package dev.ockham.cli.command;

import dev.ockham.cli.console.PruneTarget;
import dev.ockham.cli.console.ScalingOptions;
import dev.ockham.core.prune.Compaction;
import dev.ockham.core.prune.Mask;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.Judge;
import dev.ockham.core.run.RecordedSplit;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Snapshot;
import dev.ockham.core.spec.DataSpec;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.file.ModelFile;
import dev.ockham.runtime.graph.Graph;
import dev.ockham.runtime.model.Matrix;
import dev.ockham.runtime.model.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code ockham evaluate} measures, however it is stored.
 *
 * @param place the model file, or the folder of the run
 * @param isRun whether it is a run
 * @param model what is asked
 * @param variances of its weights; none where they were not kept
 * @param before what it is compared with; null for nothing
 * @param names of classes, labels or numbers; none where they are not known
 * @param rules how data become its inputs
 * @param original the network before pruning
 * @param dataName of what it was trained on; empty where it is not known
 * @param split how its data were read and split; null where it is not known
 * @param dataSha256 of what it was trained on; empty where it is not known
 * @param fileBytes of the file, or of the one that {@code prune} would write
 * @param weightsSha256 of the weights as they are stored
 * @param judge what its outputs are compared with
 */
record EvaluatedNetwork(
    Path place,
    boolean isRun,
    Model model,
    Map<String, Matrix> variances,
    @Nullable Model before,
    List<String> names,
    DataRules rules,
    Graph original,
    String dataName,
    @Nullable DataSpec split,
    String dataSha256,
    long fileBytes,
    String weightsSha256,
    Judge judge) {

  /**
   * Of a model file.
   *
   * @param scaling of its inputs, where the file has none
   * @param against another model file; null for none
   */
  static EvaluatedNetwork ofModel(Path place, ScalingOptions scaling, @Nullable Path against)
      throws IOException {
    ModelFile file = ModelFile.load(place);
    return new EvaluatedNetwork(
        place,
        false,
        scaling.over(file.model(), place),
        file.variances(),
        against == null ? null : ModelFile.load(against).model(),
        Judging.names(file.rules()),
        file.rules(),
        Judging.original(file.model()),
        file.provenance().getOrDefault("data", ""),
        RecordedSplit.of(file, place).orElse(null),
        file.provenance().getOrDefault("data_sha256", ""),
        Files.size(place),
        file.weightsSha256(),
        Judging.of(file));
  }

  /**
   * Of a run.
   *
   * @param target which of its weights stay
   * @param against a model file; null for its network before pruning
   */
  static EvaluatedNetwork ofRun(Path place, PruneTarget target, @Nullable Path against)
      throws IOException {
    RunFolder folder = new RunFolder(place);
    RunRecord record = RunRecord.read(folder);
    Checkpoint checkpoint = Checkpoint.read(folder);
    Snapshot snapshot = Snapshot.of(folder, record, checkpoint);
    Mask.Selection selection = target.select(snapshot);
    Model masked = snapshot.masked(selection.masks());
    // By its shortest text, as 'prune' writes it.
    double threshold = Double.parseDouble(Float.toString(selection.threshold()));
    ModelFile whatPruneWrites = record.modelFile(Compaction.compact(masked), threshold);
    return new EvaluatedNetwork(
        place,
        true,
        masked,
        Map.of(),
        before(snapshot, against),
        Judging.names(record.data().rules()),
        record.data().rules(),
        snapshot.architecture().graph(),
        record.spec().data().name(),
        record.spec().data(),
        record.data().sha256(),
        whatPruneWrites.byteSize(),
        checkpoint.content().weightsSha256(),
        Judge.of(folder, record));
  }

  private static @Nullable Model before(Snapshot snapshot, @Nullable Path against)
      throws IOException {
    if (against != null) {
      return ModelFile.load(against).model();
    }
    return snapshot.method().prunes()
        ? snapshot.masked(
            snapshot.layers().stream().map(layer -> Mask.all(layer.theta().length)).toList())
        : null;
  }

  /** The network whose inputs data are arranged for. */
  Graph network() {
    return isRun ? original : model.graph();
  }
}
