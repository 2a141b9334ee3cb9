package dev.ockham.cli.process;

import dev.ockham.core.run.RunRecord;
import java.io.IOException;

/**
 * How a planned run ended.
 *
 * @param run which one
 * @param ending how
 * @param reason of a failure, in one line that names its log; empty otherwise
 */
public record RunEnd(PlannedRun run, Ending ending, String reason) {

  /**
   * How a run ended, by what its folder says.
   *
   * @throws IOException if the folder cannot be read
   */
  static RunEnd of(PlannedRun run) throws IOException {
    if (run.folder().holdsRun()) {
      switch (RunRecord.read(run.folder()).status()) {
        case FINISHED -> {
          return new RunEnd(run, Ending.FINISHED, "");
        }
        case STOPPED -> {
          return new RunEnd(run, Ending.STOPPED, "");
        }
        case RUNNING, COLLAPSED, FAILED -> {}
      }
    }
    return new RunEnd(run, Ending.FAILED, "it did not end well; what it said: " + run.log());
  }

  /** The ways to end. */
  public enum Ending {
    /** All epochs done, now or before. */
    FINISHED,
    /** Asked to stop before its end: it saved, or had not begun. */
    STOPPED,
    /** Diverged, collapsed, or its process died. */
    FAILED
  }
}
