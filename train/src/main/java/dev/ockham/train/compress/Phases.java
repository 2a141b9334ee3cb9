package dev.ockham.train.compress;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.train.run.Training;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What all runs of a compression share.
 *
 * @param data to train on
 * @param folder that has their folders
 * @param stop asked before each step; true saves and ends
 * @param say is told how it goes, in lines
 */
record Phases(Dataset data, Path folder, BooleanSupplier stop, Consumer<String> say) {

  /** File of the network before. */
  Path dense() {
    return folder.toAbsolutePath().resolve("dense.safetensors");
  }

  /** The folder of a run. */
  RunFolder folder(String name) {
    return new RunFolder(folder.resolve(name));
  }

  /** Trains a run to its end; false if it was asked to stop. */
  boolean train(String name, RunSpec its, RunFolder run) throws IOException, TrainingException {
    if (run.holdsRun() && RunRecord.read(run).status() == RunRecord.Status.FINISHED) {
      return true;
    }
    RunRecord record =
        Training.train(
            its,
            data,
            run,
            true,
            TrainingListener.lines(line -> say.accept(name + ": " + line)),
            stop);
    return record.status() == RunRecord.Status.FINISHED;
  }
}
