package dev.ockham.cli.console;

import dev.ockham.core.data.DownloadListener;
import java.io.PrintWriter;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/** Shows downloads: a bar on a terminal, a line per file in a log; and a bar of what is read. */
public final class DownloadProgress implements DownloadListener, AutoCloseable {

  private final PrintWriter err;
  private @Nullable ProgressBar bar;
  private String current = "";
  private int currentTotal;

  public DownloadProgress(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void progress(String file, long done, long total) {
    if (!file.equals(current)) {
      close();
      current = file;
      if (Terminal.interactive()) {
        bar = Terminal.bar(file, Math.max(total, 0), done);
      } else {
        err.printf("downloading %s%s%n", file, total > 0 ? ", " + total + " bytes" : "");
        err.flush();
      }
    }
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  @Override
  public void reading(String place, int done, int total) {
    if (!place.equals(current) || total != currentTotal) {
      close();
      current = place;
      currentTotal = total;
      if (Terminal.interactive()) {
        bar = Terminal.bar("read", total, done);
      }
    }
    if (bar != null) {
      bar.stepTo(done);
    }
  }

  @Override
  public void notice(String line) {
    close();
    err.println(line);
    err.flush();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
