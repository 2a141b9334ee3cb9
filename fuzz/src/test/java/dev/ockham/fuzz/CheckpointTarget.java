package dev.ockham.fuzz;

import dev.ockham.core.run.Checkpoint;

/** Checkpoints of a run. */
public final class CheckpointTarget {

  private CheckpointTarget() {}

  /** Called by Jazzer with each input. */
  public static void fuzzerTestOneInput(byte[] data) {
    Refusal.orReadFile(data, Scratch.file("last.safetensors"), Checkpoint::read);
  }
}
