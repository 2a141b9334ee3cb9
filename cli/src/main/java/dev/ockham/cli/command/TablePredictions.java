package dev.ockham.cli.command;

import dev.ockham.cli.console.Terminal;
import dev.ockham.core.spec.BadRows;
import dev.ockham.core.table.TablePredictor;
import dev.ockham.core.table.TablePredictor.Summary;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import me.tongfei.progressbar.ProgressBar;
import org.jspecify.annotations.Nullable;

/** Predictions of a table on their way out, with what is to be said of them. */
final class TablePredictions {
  private static final long NANOS_BEFORE_BAR = 2_000_000_000L;

  private final TablePredictor predictor;
  private final Path input;
  private final PrintWriter err;
  private @Nullable Summary summary;

  TablePredictions(TablePredictor predictor, Path input, PrintWriter err) {
    this.predictor = predictor;
    this.input = input;
    this.err = err;
  }

  /** Writes all lines. */
  void write(OutputStream to) throws IOException {
    OutputStream out = new BufferedOutputStream(to, 1 << 16);
    try (Progress progress = new Progress()) {
      summary =
          input.toString().equals("-")
              ? predictor.predict(System.in, "standard input", out, progress)
              : predictor.predict(input, out, progress);
    }
    out.flush();
  }

  /** A bar on a terminal, where it takes long. */
  private static final class Progress implements LongConsumer, AutoCloseable {
    private final long began = System.nanoTime();
    private @Nullable ProgressBar bar;

    @Override
    public void accept(long rows) {
      if (bar == null && Terminal.interactive() && System.nanoTime() - began > NANOS_BEFORE_BAR) {
        bar = Terminal.bar("predict", -1, rows);
      }
      if (bar != null) {
        bar.stepTo(rows);
      }
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.close();
      }
    }
  }

  /** Says what was skipped, new or of no use. */
  void say() {
    Summary said = summary;
    if (said == null) {
      return;
    }
    if (!said.extra().isEmpty()) {
      err.printf("columns that the model does not know: %s%n", String.join(", ", said.extra()));
    }
    said.unseen().lines().forEach(err::println);
    if (said.skipped() > 0) {
      err.println(BadRows.skipped(said.skipped(), said.firstSkipped()));
    }
    err.flush();
  }
}
