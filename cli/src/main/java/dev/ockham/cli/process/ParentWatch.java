package dev.ockham.cli.process;

import java.io.IOException;

/** A process that ends as soon as the one that started it, however that ended. */
public final class ParentWatch {

  /** Set for a process whose standard input is open as long as its parent lives. */
  public static final String VARIABLE = "OCKHAM_END_WITH_PARENT";

  private static final int CODE = 130;

  private ParentWatch() {}

  /** Watches, where the parent asks for it. */
  public static void begin() {
    if (System.getenv(VARIABLE) != null) {
      Thread watch = new Thread(ParentWatch::waitForEnd, "ends with its parent");
      watch.setDaemon(true);
      watch.start();
    }
  }

  private static void waitForEnd() {
    try {
      int read;
      do {
        read = System.in.read();
      } while (read >= 0);
    } catch (IOException e) {
      // No longer there: the same as its end.
    }
    Runtime.getRuntime().halt(CODE);
  }
}
