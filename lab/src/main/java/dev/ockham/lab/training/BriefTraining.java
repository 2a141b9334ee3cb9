package dev.ockham.lab.training;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.EpochMetrics;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.TemporaryFolder;
import dev.ockham.core.run.TrainedRun;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.train.run.Training;
import dev.ockham.train.run.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A training run whose folder is gone when it has ended: what experiments look at is its metrics
 * and its parameters after every epoch.
 *
 * @param metrics one per epoch
 * @param checkpoints parameters at the end of every epoch
 * @param weightsSha256 hash of the finished model's weights, as {@code ockham evaluate} prints it
 */
public record BriefTraining(
    List<EpochMetrics> metrics, List<Checkpoint> checkpoints, String weightsSha256) {

  /** Trains all units. Two threads, so that every machine computes the same bits. */
  public static BriefTraining run(RunSpec spec, Dataset data) throws IOException {
    try (TemporaryFolder temporary = TemporaryFolder.create()) {
      return run(spec, data, new RunFolder(temporary.path()));
    }
  }

  private static BriefTraining run(RunSpec spec, Dataset data, RunFolder files) throws IOException {
    List<EpochMetrics> metrics = new ArrayList<>();
    List<Checkpoint> checkpoints = new ArrayList<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void epochDone(EpochMetrics done) {
            metrics.add(done);
            try {
              checkpoints.add(Checkpoint.read(files));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          }
        };
    try {
      RunSpec whole = spec.withThreads(2).with("training.shrink", false);
      TrainedRun run = Training.run(whole, data, files.root(), listener);
      return new BriefTraining(metrics, checkpoints, run.pruned().weightsSha256());
    } catch (TrainingException e) {
      throw new IOException("a network of this experiment cannot be trained: " + e.getMessage(), e);
    }
  }

  /** Parameters at the end of an epoch, from 1. */
  public Checkpoint after(int epoch) {
    return checkpoints.get(epoch - 1);
  }

  /** The last parameters. */
  public Checkpoint last() {
    return checkpoints.getLast();
  }

  /** Values of one of the last parameters. */
  public float[] values(String parameter) {
    return Objects.requireNonNull(last().content().tensors().get(parameter), parameter).toFloats();
  }
}
