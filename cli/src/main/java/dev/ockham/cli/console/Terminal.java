package dev.ockham.cli.console;

import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** Whether somebody watches, and what they see move. */
public final class Terminal {

  /** Set by the launcher where standard error is a terminal: its width in columns. */
  private static final String WIDTH = "OCKHAM_TERMINAL";

  /** Beyond it a bar is hard to read. */
  private static final int WIDEST = 110;

  private static final int UPDATE_MILLIS = 250;

  private Terminal() {}

  /** Whether standard error is a terminal. */
  public static boolean interactive() {
    return width(System.getenv(WIDTH)) > 0;
  }

  /** Columns that a bar may fill: one less than the terminal has; 0 where nobody watches. */
  static int width(@Nullable String columns) {
    return columns != null && columns.matches("[1-9]\\d{0,5}")
        ? Math.min(WIDEST, Integer.parseInt(columns) - 1)
        : 0;
  }

  /** How many times fewer there are, such as 12.3x; of nothing left that is no number. */
  public static String times(double ratio) {
    return Double.isInfinite(ratio) ? "all gone" : String.format(Locale.ROOT, "%.1fx", ratio);
  }

  /** A bar with the remaining time, on standard error. */
  public static ProgressBar bar(String title, long max, long from) {
    return new ProgressBarBuilder()
        .setTaskName(title)
        .setInitialMax(max)
        .startsFrom(from, Duration.ZERO)
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(UPDATE_MILLIS)
        .setConsumer(new ConsoleProgressBarConsumer(System.err, width(System.getenv(WIDTH))))
        .build();
  }

  /** A name as it stands in a line of others: tabs and ends of lines in it are written out. */
  public static String word(String name) {
    return PrintableWriter.printable(name)
        .replace("\t", "\\u0009")
        .replace("\n", "\\u000a")
        .replace("\r", "\\u000d");
  }

  /** A name with blanks behind it, so that columns of names as long as the given one are even. */
  public static String padded(String name, int longest) {
    return name + " ".repeat(Math.max(0, Math.max(10, longest) - name.length()));
  }
}
