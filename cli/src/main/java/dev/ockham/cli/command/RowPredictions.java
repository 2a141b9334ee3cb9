package dev.ockham.cli.command;

import dev.ockham.cli.console.Terminal;
import dev.ockham.core.answer.AnswerTeam;
import dev.ockham.core.answer.Answering;
import dev.ockham.core.answer.Answers;
import dev.ockham.core.input.Examples;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import me.tongfei.progressbar.ProgressBar;

/** Predictions of examples on their way out, block by block, in memory for one block. */
final class RowPredictions {

  /** Blocks of examples: so many, or fewer where an example is large. */
  private static final int MOST_EXAMPLES = 512;

  private static final int MOST_NUMBERS = 1 << 22;
  private static final long NANOS_BEFORE_BAR = 2_000_000_000L;

  private final Answering answering;
  private final int size;
  private final Examples examples;
  private final AnswerLines lines;
  private final int threads;
  private final Runnable written;

  /**
   * Predictions to write.
   *
   * @param size numbers of an example
   * @param written is told after each block, and may say that nobody reads any more
   */
  RowPredictions(
      Answering answering,
      int size,
      Examples examples,
      AnswerLines lines,
      int threads,
      Runnable written) {
    this.answering = answering;
    this.size = size;
    this.examples = examples;
    this.lines = lines;
    this.threads = threads;
    this.written = written;
  }

  /** Writes all lines. */
  void write(Writer out) throws IOException {
    int most = Math.clamp(MOST_NUMBERS / Math.max(1, size), 1, MOST_EXAMPLES);
    float[] block = new float[size * (examples.count() == 1 ? 1 : most)];
    List<String> names = new ArrayList<>();
    long began = System.nanoTime();
    long done = 0;
    ProgressBar bar = null;
    try (AnswerTeam team = new AnswerTeam(answering, threads)) {
      for (int read = fill(block, names); read > 0; read = fill(block, names)) {
        Answers answers = team.answer(block, read, size);
        long before = done;
        answers.requireFinite(i -> "example " + called(before + i, names.get(i)));
        if (done == 0) {
          lines.begin(out); // not earlier: what fails at once prints nothing
        }
        for (int i = 0; i < read; i++) {
          lines.line(out, done + i, names.get(i), answers, i);
        }
        done += read;
        out.flush();
        written.run();
        if (bar == null && Terminal.interactive() && System.nanoTime() - began > NANOS_BEFORE_BAR) {
          bar = Terminal.bar("predict", examples.count(), done);
        }
        if (bar != null) {
          bar.stepTo(done);
        }
      }
    } finally {
      if (bar != null) {
        bar.close();
      }
    }
  }

  private static String called(long index, String name) {
    return name.isEmpty() ? Long.toString(index) : index + " (" + name + ")";
  }

  /**
   * Reads as many examples as the block has room for.
   *
   * @param names is told what they are called
   * @throws UncheckedIOException if that fails; an {@link IOException} would pass for one of the
   *     file that is being written
   */
  private int fill(float[] block, List<String> names) {
    int read = 0;
    names.clear();
    try {
      while ((read + 1) * size <= block.length && examples.next(block, read * size)) {
        names.add(examples.count() == 1 ? "" : examples.name());
        read++;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return read;
  }
}
