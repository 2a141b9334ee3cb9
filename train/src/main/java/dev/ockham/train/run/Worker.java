package dev.ockham.train.run;

import dev.ockham.core.data.Dataset;
import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.RunRecord;
import dev.ockham.core.run.TrainingListener;
import dev.ockham.core.spec.RunSpec;
import dev.ockham.train.engine.ProcessGroup;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/** The door for all processes of a run but rank 0, which has {@link Training}. */
public final class Worker {

  private Worker() {}

  /**
   * What a process is asked for and finds on its machine.
   *
   * @param spec what to do
   * @param data the data that the spec names
   */
  public record Asked(RunSpec spec, Dataset data) {}

  /** Finds what a process is asked for. */
  @FunctionalInterface
  public interface Finding {
    /**
     * Finds it.
     *
     * @param copy of rank 0's run folder, as the run begins or goes on
     */
    Asked in(RunFolder copy) throws IOException;
  }

  /**
   * Takes part in a run that rank 0 of a group begins or goes on with, until that ends. Keeps
   * nothing: what rank 0 sends lies in a temporary folder that is removed.
   *
   * @param group stays open
   * @param finding what this process was asked for, which must be rank 0's run and data
   * @param stop asked before each step; true stops all processes
   * @return the status that the run ends with
   * @throws dev.ockham.core.run.RunException if this process or another one cannot join, naming it
   *     and why
   * @throws dev.ockham.train.engine.WorkerGoneException if another process is gone
   */
  public static RunRecord.Status join(ProcessGroup group, Finding finding, BooleanSupplier stop)
      throws IOException, TrainingException {
    try (CopiedStart copy = CopiedStart.receive(group)) {
      if (copy.isNothing()) {
        group.await();
        return RunRecord.Status.FINISHED;
      }
      Asked asked;
      try {
        asked = finding.in(copy.folder());
        RunSpec decided = Teaching.decided(asked.spec(), asked.data());
        Agreement.requireAsked(RunRecord.read(copy.folder()), decided, asked.data());
      } catch (IOException | RuntimeException e) {
        Agreement.refuse(group, e);
        throw e;
      }
      return Training.train(
              asked.spec(), asked.data(), copy.folder(), true, TrainingListener.SILENT, stop, group)
          .status();
    }
  }
}
