package dev.ockham.cli.console;

import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Whether somebody watches, and what they see move. */
public final class Terminal {

  /** Set by the launcher: "1" where standard error is a terminal. */
  private static final String INTERACTIVE = "OCKHAM_TERMINAL";

  private static final int WIDTH = 110;
  private static final int UPDATE_MILLIS = 250;

  private Terminal() {}

  /** Whether standard error is a terminal. */
  public static boolean interactive() {
    return "1".equals(System.getenv(INTERACTIVE));
  }

  /** A bar with the remaining time, on standard error. */
  public static ProgressBar bar(String title, long max, long from) {
    return new ProgressBarBuilder()
        .setTaskName(title)
        .setInitialMax(max)
        .startsFrom(from, Duration.ZERO)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(UPDATE_MILLIS)
        .setConsumer(new ConsoleProgressBarConsumer(System.err, WIDTH))
        .build();
  }
}
