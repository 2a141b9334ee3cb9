package dev.ockham.core.table;

import dev.ockham.core.answer.Answering;
import dev.ockham.core.answer.Answers;
import dev.ockham.core.answer.MeanAnswers;
import dev.ockham.core.data.MalformedDataException;
import dev.ockham.core.spec.TableSpec;
import dev.ockham.runtime.data.RowEncoder;
import dev.ockham.runtime.file.DataRules;
import dev.ockham.runtime.model.Model;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Predicts the rows of a table of any length, in memory that does not grow with it: the text is cut
 * between rows, threads parse, encode and compute the parts, and the results are written in order.
 * The bytes written depend neither on the number of threads nor on the cuts.
 */
public final class TablePredictor {
  private static final int BLOCK = 512;
  private static final int HEAD = 1 << 20;

  private final Answering answering;
  private final RowEncoder encoder;
  private final DataRules rules;
  private final TableSpec spec;
  private final List<String> keep;
  private final PredictionLines.Form form;
  private final int threads;

  /**
   * What was read.
   *
   * @param rows predicted
   * @param skipped rows that were bad
   * @param firstSkipped what was said of the first of them; empty if there is none
   * @param unseen values that training has not seen
   * @param extra columns that the model does not know and nobody keeps
   */
  public record Summary(
      long rows, long skipped, String firstSkipped, UnseenValues unseen, List<String> extra) {}

  /** The lines of some rows. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Done(
      byte[] lines, long rows, long skipped, String firstSkipped, UnseenValues unseen) {}

  /**
   * A predictor of a model.
   *
   * @param model of one input, with rules of a table, and one output
   * @param rules the model's
   * @param spec what else is said of reading
   * @param keep columns that pass through
   * @param threads at least 1
   */
  public TablePredictor(
      Model model,
      DataRules rules,
      TableSpec spec,
      List<String> keep,
      PredictionLines.Form form,
      int threads) {
    this(model, new MeanAnswers(model, rules), rules, spec, keep, form, threads);
  }

  /**
   * A predictor that says how sure it is, where it is asked so.
   *
   * @param answering what is said of the rows; stays the caller's to close
   */
  public TablePredictor(
      Model model,
      Answering answering,
      DataRules rules,
      TableSpec spec,
      List<String> keep,
      PredictionLines.Form form,
      int threads) {
    this.answering = answering;
    this.rules = rules;
    this.encoder = new RowEncoder(rules.table().orElseThrow());
    this.spec = TableExamples.opening(encoder.rules(), spec);
    this.keep = List.copyOf(keep);
    this.form = form;
    this.threads = threads;
    if (encoder.width() != model.input().size()) {
      throw new IllegalArgumentException(
          "the model takes %s numbers, but its rules of a table make %s"
              .formatted(model.input().size(), encoder.width()));
    }
  }

  /**
   * Predicts a file: text, packed with gzip or not, or Parquet.
   *
   * @param out receives the lines; is not closed
   * @param progress hears how many rows are done
   */
  public Summary predict(Path file, OutputStream out, LongConsumer progress) throws IOException {
    if (Files.isDirectory(file)) {
      throw new MalformedDataException(
          file.toString(),
          MalformedDataException.WHOLE_FILE,
          "is a folder; a table to predict is one file");
    }
    byte[] head = new byte[0];
    if (Files.isRegularFile(file)) {
      try (InputStream in = Files.newInputStream(file)) {
        head = in.readNBytes(4);
      }
    }
    if (ParquetRows.isParquet(head)) {
      try (TableRows rows = ParquetRows.open(file, spec)) {
        return sequential(rows, out, progress);
      }
    }
    try (InputStream text = TextInput.open(file)) {
      return text(text, file.toString(), Files.isRegularFile(file) ? file : null, out, progress);
    }
  }

  /** Predicts the rows of text in a stream. */
  public Summary predict(InputStream in, String name, OutputStream out, LongConsumer progress)
      throws IOException {
    try (InputStream text = TextInput.open(in, name)) {
      return text(text, name, null, out, progress);
    }
  }

  private Summary sequential(TableRows rows, OutputStream out, LongConsumer progress)
      throws IOException {
    RuleColumns columns = RuleColumns.of(encoder, spec.unknown(), rows);
    int[] places = places(rows);
    PredictionLines lines = new PredictionLines(form, "row", keep, rules, answering);
    out.write(PredictionLines.bytes(lines.heading()));
    Summary sum = new Summary(0, 0, "", new UnseenValues(), extra(columns));
    Block block = new Block(lines, columns, places);
    Done done;
    do {
      done = block.some(rows);
      out.write(done.lines());
      sum = sum(sum, done);
      progress.accept(sum.rows());
    } while (done.rows() + done.skipped() > 0);
    return sum;
  }

  /** What is kept is not said to be of no use. */
  private List<String> extra(RuleColumns columns) {
    return columns.extra().stream().filter(name -> !keep.contains(name)).toList();
  }

  private int[] places(TableRows rows) throws MalformedDataException {
    int[] places = new int[keep.size()];
    for (int i = 0; i < places.length; i++) {
      places[i] = RuleColumns.place(rows, keep.get(i), encoder.rules());
    }
    return places;
  }

  private static Summary sum(Summary sum, Done done) {
    sum.unseen().add(done.unseen());
    return new Summary(
        sum.rows() + done.rows(),
        sum.skipped() + done.skipped(),
        sum.skipped() == 0 ? done.firstSkipped() : sum.firstSkipped(),
        sum.unseen(),
        sum.extra());
  }

  private Summary text(
      InputStream text, String name, @Nullable Path path, OutputStream out, LongConsumer progress)
      throws IOException {
    byte[] head = text.readNBytes(HEAD);
    DelimitedRows.Shape shape = DelimitedRows.shape(head, name, path, spec);
    RuleColumns columns;
    int[] places;
    try (DelimitedRows looked =
        DelimitedRows.part(name, path, shape, new ByteArrayInputStream(new byte[0]), 0)) {
      columns = RuleColumns.of(encoder, spec.unknown(), looked);
      places = places(looked);
    }
    PredictionLines lines = new PredictionLines(form, "line", keep, rules, answering);
    out.write(PredictionLines.bytes(lines.heading()));
    InputStream all = new SequenceInputStream(new ByteArrayInputStream(head), text);
    Summary sum = new Summary(0, 0, "", new UnseenValues(), extra(columns));
    ArrayDeque<Future<Done>> running = new ArrayDeque<>();
    ExecutorService workers = Executors.newFixedThreadPool(threads);
    try (RowChunks chunks = new RowChunks(all, name, shape.separator())) {
      boolean first = true;
      boolean more = true;
      while (more || !running.isEmpty()) {
        while (more && running.size() < threads + 2) {
          RowChunks.Chunk chunk = chunks.next();
          more = chunk.bytes().length > 0;
          if (more) {
            boolean header = first && shape.header();
            first = false;
            running.add(
                workers.submit(() -> {
                  try (DelimitedRows rows =
                      DelimitedRows.part(
                          name,
                          path,
                          shape,
                          new ByteArrayInputStream(chunk.bytes()),
                          chunk.lineBefore())) {
                    if (header) {
                      rows.skipHeader();
                    }
                    return new Block(lines, columns, places).all(rows);
                  }
                }));
          }
        }
        if (!running.isEmpty()) {
          Done done = wait(running.remove());
          out.write(done.lines());
          sum = sum(sum, done);
          progress.accept(sum.rows());
        }
      }
      return sum;
    } finally {
      workers.shutdownNow();
    }
  }

  private static Done wait(Future<Done> running) throws IOException {
    try {
      return running.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UncheckedIOException(new IOException("interrupted while predicting", e));
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case RuntimeException run -> throw run;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  /** Predicts rows in blocks; of one thread. */
  private final class Block {
    private final PredictionLines lines;
    private final RuleColumns columns;
    private final int[] places;
    private final TableRow row = new TableRow();
    private final RowCells asRead = new RowCells(encoder.rules().trim(), List.of(), "");
    private final float[] inputs = new float[BLOCK * encoder.width()];
    private final long[] numbers = new long[BLOCK];
    private final List<List<String>> kept = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private UnseenValues unseen = new UnseenValues();

    Block(PredictionLines lines, RuleColumns columns, int[] places) {
      this.lines = lines;
      this.columns = columns;
      this.places = places;
    }

    /** Predicts all rows. */
    Done all(TableRows rows) throws IOException {
      GoodRows good = new GoodRows(rows, spec.onBadRow());
      long done = 0;
      for (int filled = fill(good); filled > 0; filled = fill(good)) {
        predict(filled);
        done += filled;
      }
      return new Done(PredictionLines.bytes(text), done, good.skipped(), good.first(), unseen);
    }

    /** Predicts the next rows, of many. */
    Done some(TableRows rows) throws IOException {
      GoodRows good = new GoodRows(rows, spec.onBadRow());
      text.setLength(0);
      unseen = new UnseenValues();
      int filled = fill(good);
      predict(filled);
      return new Done(PredictionLines.bytes(text), filled, good.skipped(), good.first(), unseen);
    }

    private int fill(GoodRows good) throws IOException {
      kept.clear();
      int filled = 0;
      while (filled < BLOCK && good.next(row)) {
        try {
          columns.encode(row, good.rows(), inputs, filled * encoder.width(), unseen);
        } catch (RowException e) {
          good.bad(e);
          continue;
        }
        numbers[filled++] = good.rows().number();
        List<String> cells = new ArrayList<>(places.length);
        for (int place : places) {
          cells.add(asRead.cell(row, place));
        }
        kept.add(cells);
      }
      return filled;
    }

    private void predict(int filled) {
      if (filled == 0) {
        return;
      }
      float[] given = filled == BLOCK ? inputs : Arrays.copyOf(inputs, filled * encoder.width());
      Answers answers = answering.answer(given, filled);
      answers.requireFinite(i -> "row " + numbers[i]);
      for (int i = 0; i < filled; i++) {
        lines.add(text, numbers[i], kept.get(i), answers, i);
      }
    }
  }
}
