package dev.ockham.train.run;

import dev.ockham.core.run.Checkpoint;
import dev.ockham.core.run.MetricsLog;
import dev.ockham.core.run.Position;
import dev.ockham.core.run.RunException;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.RunRecord.Status;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.runtime.file.MalformedFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a run goes on: at its last checkpoint; at the one before, if the last one is damaged or
 * gone; at its beginning, if there was none yet. What is of another run is refused, and nothing is
 * lost without a word.
 */
final class Resumption {

  private Resumption() {}

  /**
   * The checkpoint to go on from.
   *
   * @param listener hears when it is not the last one
   * @return null for the beginning
   * @throws RunException if a checkpoint is of another run, or all are gone of a run that had some
   * @throws MalformedFileException if there is none that is whole
   */
  static @Nullable Checkpoint checkpoint(
      RunFolder folder, RunRecord record, Plan plan, TrainingListener listener) throws IOException {
    if (!folder.hasCheckpoint()) {
      requireNothingLost(folder, record, listener);
      return null;
    }
    String fault;
    MalformedFileException damage = null;
    try {
      if (Files.exists(folder.checkpoint())) {
        return fitting(Checkpoint.read(folder), record, plan);
      }
      fault = folder.checkpoint() + " is missing";
    } catch (MalformedFileException e) {
      damage = e;
      fault = String.valueOf(e.getMessage());
    }
    if (damage != null && !Files.exists(folder.checkpointBefore())) {
      throw damage;
    }
    Checkpoint before = fitting(Checkpoint.read(folder.checkpointBefore()), record, plan);
    // The next save must not put the damaged one in the place of this one.
    Files.move(
        folder.checkpointBefore(),
        folder.checkpoint(),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    Position at = before.position();
    listener.noticed(
        "%s; going on from the checkpoint before it, epoch %s, step %s"
            .formatted(fault, at.epoch() + 1, at.step()));
    return before;
  }

  /** Whether a run's last checkpoint is damaged, and there is another to go on from. */
  static boolean isDamaged(RunFolder folder) throws IOException {
    if (!Files.exists(folder.checkpoint()) || !Files.exists(folder.checkpointBefore())) {
      return false;
    }
    try {
      Checkpoint.read(folder);
      return false;
    } catch (MalformedFileException e) {
      return true;
    }
  }

  private static Checkpoint fitting(Checkpoint checkpoint, RunRecord record, Plan plan)
      throws IOException {
    checkpoint.requireOf(record);
    Position at = checkpoint.position();
    long steps = (long) at.epoch() * plan.stepsPerEpoch() + at.stepInEpoch();
    int epochs = plan.training().epochs();
    if (at.epoch() > epochs || at.stepInEpoch() >= plan.stepsPerEpoch() || at.step() != steps) {
      throw new RunException(
          "%s is at epoch %s, step %s of it, step %s of all, which a run of %s epochs of %s steps"
                  .formatted(
                      checkpoint.file(),
                      at.epoch() + 1,
                      at.stepInEpoch(),
                      at.step(),
                      epochs,
                      plan.stepsPerEpoch())
              + " never is");
    }
    return checkpoint;
  }

  /** A run that was killed in its first epoch has no checkpoint, and at most that epoch's line. */
  private static void requireNothingLost(
      RunFolder folder, RunRecord record, TrainingListener listener) throws IOException {
    List<Integer> epochs = MetricsLog.epochs(folder.metrics());
    boolean saved = record.last().get("epoch") instanceof Number || epochs.size() > 1;
    if (saved) {
      throw new RunException(
          "%s has no checkpoint any more, but has trained for %s epochs; put it back, or choose"
                  .formatted(
                      folder.root(),
                      epochs.isEmpty() ? record.last().get("epoch") : epochs.getLast())
              + " another --out to begin anew");
    }
    if (record.status() == Status.RUNNING && !epochs.isEmpty()) {
      listener.noticed(
          "%s has no checkpoint; beginning anew, the line of epoch %s in %s goes"
              .formatted(folder.root(), epochs.getFirst(), folder.metrics().getFileName()));
    }
  }

  /**
   * Keeps the lines of the epochs that a checkpoint has behind it.
   *
   * @param listener hears which of them are missing
   * @throws RunException if a line was damaged, or one is missing and the run ends by them
   */
  static void keepMetrics(
      RunFolder folder, RunRecord record, Position at, TrainingListener listener)
      throws IOException {
    Optional<String> missing = MetricsLog.keepEpochs(folder.metrics(), at.epoch());
    if (missing.isPresent()) {
      if (record.spec().training().earlyStopping().on()) {
        throw new RunException(missing.get() + ", and early stopping needs them all");
      }
      listener.noticed(missing.get() + "; going on without");
    }
  }
}
