package dev.ockham.train.run;

import dev.ockham.core.arch.Architectures;
import dev.ockham.core.data.Dataset;
import dev.ockham.core.data.PixelStatistics;
import dev.ockham.core.data.Split;
import dev.ockham.core.kernel.Kernels;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.Software;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.runtime.model.Shape;
import dev.ockham.train.engine.Libtorch;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** The front door: trains a run into its folder. */
public final class Training {

  private Training() {}

  /**
   * Checks that a run may be in a folder, before anything is loaded or downloaded for it.
   *
   * @param resume whether a run that is there already may go on
   * @throws RunException naming the folder and what is in the way
   * @throws IOException if the folder cannot be read
   */
  public static void requireUsable(RunFolder folder, boolean resume) throws IOException {
    Workspace.requireUsable(folder, resume);
  }

  /**
   * Trains a run that is not there yet, or goes on with the one that is.
   *
   * <p>A run that was stopped or killed at any moment and is resumed ends with the same bytes of
   * parameters and optimiser state as one that was not, on the same machine and with the same
   * number of threads.
   *
   * @param spec what to do
   * @param data the data that the spec names
   * @param folder where the run lives
   * @param resume whether a run that is there already may go on; a finished one is returned as it
   *     is
   * @param listener hears how it goes
   * @param stop asked before each step; true saves and returns
   * @return the run's record, with status FINISHED or STOPPED
   * @throws TrainingException if training diverged or collapsed; the folder keeps the last good
   *     checkpoint
   * @throws IllegalArgumentException if the architecture does not fit the data
   * @throws IOException if the folder cannot be used or holds another run
   */
  public static RunRecord train(
      RunSpec spec,
      Dataset data,
      RunFolder folder,
      boolean resume,
      TrainingListener listener,
      BooleanSupplier stop)
      throws IOException, TrainingException {
    Shape image = new Shape(data.train().channels(), data.train().height(), data.train().width());
    Architectures.parse(spec.architecture())
        .requireFits(spec.data().name(), image, data.classCount());
    Split split = Split.stratified(data.train(), spec.data().validation(), spec.data().splitSeed());
    try (Workspace workspace = Workspace.claim(folder, resume)) {
      Kernels kernels = Kernels.create();
      RunRecord record;
      if (folder.holdsRun()) {
        record = Workspace.recorded(folder, spec);
        Workspace.requireSameData(folder, record, data);
        if (record.status() == RunRecord.Status.FINISHED) {
          return record;
        }
        record = record.with(RunRecord.Status.RUNNING, record.last());
      } else {
        record = begin(spec, data, split, kernels);
      }
      Libtorch.start();
      try (Trainer trainer =
          new Trainer(workspace.folder(), record, data, split, kernels, listener, stop)) {
        return trainer.train();
      }
    }
  }

  private static RunRecord begin(RunSpec spec, Dataset data, Split split, Kernels kernels) {
    PixelStatistics pixels = PixelStatistics.of(data.train(), split.train());
    Map<String, String> software = new LinkedHashMap<>(Software.versions());
    software.put("libtorch", Libtorch.version());
    software.put("kernels", kernels.name());
    int threads = spec.training().threads();
    int resolved = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    return new RunRecord(
        RunRecord.Status.RUNNING,
        spec.withTraining(spec.training().withThreads(resolved)),
        new RunRecord.Data(
            data.contentHash(),
            data.origin(),
            split.train().length,
            split.validation().length,
            pixels.mean(),
            pixels.standardDeviation() > 0 ? 1 / pixels.standardDeviation() : 1),
        software,
        Map.of());
  }
}
