package dev.ockham.cli.process;

import java.io.IOException;
import java.util.List;

/** Trains runs, wherever that is. What a run computes does not depend on where. */
public interface TrialRunner {

  /**
   * Trains what is not finished yet, and waits for it.
   *
   * @param runs what to train
   * @return how each ended, in the order of the runs
   * @throws IOException if they cannot be started
   */
  List<RunEnd> train(List<PlannedRun> runs) throws IOException;
}
