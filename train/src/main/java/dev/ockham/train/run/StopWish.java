package dev.ockham.train.run;

import dev.ockham.core.run.RunFolder;
import dev.ockham.core.run.StopRequest;
import java.util.function.BooleanSupplier;

/**
 * Whether a run shall stop: its caller is asked before each step, its folder a few times a second,
 * so that a step of microseconds pays nothing for it.
 */
final class StopWish implements BooleanSupplier {

  private static final long NANOS_BETWEEN_LOOKS = 200_000_000;

  private final RunFolder folder;
  private final BooleanSupplier caller;
  private long lookedAt = System.nanoTime() - NANOS_BETWEEN_LOOKS;
  private boolean made;

  StopWish(RunFolder folder, BooleanSupplier caller) {
    this.folder = folder;
    this.caller = caller;
  }

  @Override
  public boolean getAsBoolean() {
    long now = System.nanoTime();
    if (!made && now - lookedAt >= NANOS_BETWEEN_LOOKS) {
      lookedAt = now;
      made = StopRequest.isMade(folder);
    }
    return made || caller.getAsBoolean();
  }
}
