package dev.ockham.cli.process;

/**
 * How a planned run ended.
 *
 * @param run which one
 * @param ending how
 * @param reason of a failure, in one line that names its log; empty otherwise
 */
public record RunEnd(PlannedRun run, Ending ending, String reason) {

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
