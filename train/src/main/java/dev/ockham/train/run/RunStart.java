package dev.ockham.train.run;

import dev.ockham.core.arch.Architecture;
import dev.ockham.core.arch.NetworkSource;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.Examples;
import dev.ockham.core.data.InputOrder;
import dev.ockham.core.data.InputScaling;
import dev.ockham.core.data.Split;
import dev.ockham.core.evaluate.ModelInputs;
import dev.ockham.core.run.Calibration;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.core.start.TrainedWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a run begins with, by its spec.
 *
 * @param architecture the network
 * @param weights its trained numbers; null where it starts from no file, or has gone past its
 *     start, so that the file may have gone too
 */
record RunStart(Architecture architecture, @Nullable TrainedWeights weights) {

  /** Reads what a spec names, and what the folder of the run has of it already. */
  static RunStart of(RunSpec spec, Dataset data, RunFolder folder) throws IOException {
    String from = spec.training().initFrom();
    boolean past = folder.hasCheckpoint();
    if (!past && from.startsWith(NetworkSource.OWN)) {
      throw new IllegalArgumentException(
          "training.init_from: '" + from + "' is a program's own; nothing but its runs has it");
    }
    if (past || from.isEmpty() || !Files.isRegularFile(Path.of(from))) {
      return new RunStart(network(spec, folder), null);
    }
    // The folder may have the network already, with norms and noise that the file lacks.
    Architecture without =
        spec.architecture().startsWith(NetworkSource.OWN)
            ? folder.architecture(spec)
            : NetworkSource.read(spec.architecture());
    if (!spec.training().initNorms()) {
      return new RunStart(without, read(spec, without));
    }
    Dataset arranged = InputOrder.arranged(data, without.graph());
    Teaching.requireFits(spec, without, arranged);
    TrainedWeights weights = withNorms(spec, read(spec, without), arranged);
    return new RunStart(weights.architecture(), weights);
  }

  /** A run that began with a model has a network that is not the model's. */
  private static Architecture network(RunSpec spec, RunFolder folder) throws IOException {
    String from = spec.training().initFrom();
    RunFolder other = new RunFolder(Path.of(from));
    boolean ofModel =
        NetworkSource.isFile(spec.architecture())
            && !spec.architecture().endsWith(NetworkSource.FILE);
    boolean others =
        ofModel
            && !from.isEmpty()
            && !folder.hasCheckpoint()
            && other.holdsRun()
            && RunRecord.read(other).spec().architecture().equals(spec.architecture());
    return others ? other.architecture(spec) : folder.architecture(spec);
  }

  private static TrainedWeights read(RunSpec spec, Architecture architecture) throws IOException {
    return TrainedWeights.read(
        Path.of(spec.training().initFrom()), architecture, spec.training().initMapping());
  }

  /** The split of a run's data. */
  static Split split(RunSpec spec, Dataset data) {
    return Split.stratified(data.train(), spec.data().validation(), spec.data().splitSeed());
  }

  private static TrainedWeights withNorms(RunSpec spec, TrainedWeights weights, Dataset data) {
    int[] train = split(spec, data).train();
    int size = weights.architecture().example().size();
    InputScaling scaling =
        weights.architecture().scaled(RunScaling.of(spec.data(), data.train(), train)).over(size);
    Examples examples =
        Calibration.choose(
            data.train(), train, spec.training().seed(), spec.data().augmentation(), scaling);
    float[] rows = examples.values(0, examples.count());
    for (int i = 0; i < rows.length; i++) {
      rows[i] = (rows[i] - scaling.mean()[i % size]) * scaling.scale()[i % size];
    }
    return weights.withNorms(
        ModelInputs.split(weights.model(), rows, examples.count()), examples.count());
  }
}
