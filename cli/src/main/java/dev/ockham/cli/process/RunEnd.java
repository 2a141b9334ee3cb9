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
   * How a run ended, by what its folder and its log say.
   *
   * @param where it was trained, in a few words
   * @throws IOException if the folder cannot be read
   */
  static RunEnd of(PlannedRun run, String where) throws IOException {
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
    String reason = new ProcessLog(run.log()).reason(0, "it did not end well");
    return new RunEnd(run, Ending.FAILED, where + ": " + reason);
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
