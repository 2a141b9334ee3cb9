package dev.ockham.cli.console;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Ctrl-C and SIGTERM as a wish that long work asks for between its steps. The JVM waits until the
 * program has saved.
 */
public final class Interrupt {

  /** What a command ends with that was asked to stop and saved, by a signal or otherwise. */
  public static final int EXIT_CODE = 130;

  private static final long SECONDS_TO_SAVE = 60;

  private static final AtomicBoolean WISHED = new AtomicBoolean();
  private static final CountDownLatch DONE = new CountDownLatch(1);

  private Interrupt() {}

  /** From now on, the first signal is a wish and no sudden end. */
  public static void listen() {
    Runtime.getRuntime().addShutdownHook(new Thread(Interrupt::waitForSave, "ockham-interrupt"));
  }

  private static void waitForSave() {
    WISHED.set(true);
    try {
      var _ = DONE.await(SECONDS_TO_SAVE, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the user wants to stop. */
  public static boolean wished() {
    return WISHED.get();
  }

  /**
   * Says that nothing is left to save.
   *
   * @return whether the JVM is shutting down because of a signal
   */
  public static boolean finished() {
    boolean signalled = WISHED.get();
    DONE.countDown();
    return signalled;
  }
}
