package dev.ockham.train.fault;

/** Ends a run as a kill does: every operation on files throws it from then on. */
final class Killed extends Error {
  private static final long serialVersionUID = 1L;
}
