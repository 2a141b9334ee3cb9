package dev.ockham.spark;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.InputFileBlockHolder;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Predicts the rows of a task, some hundreds at once; what comes out of a row depends on nothing
 * beside it.
 *
 * @param model bytes of the model's file
 * @param id of {@link PreparedModel#id}
 * @param schema of the rows
 * @param column with the numbers; empty for columns by their names
 * @param prefix of the columns of the predictions
 * @param kept places of the columns that come out too
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record ScoredPartition(
    Broadcast<byte[]> model,
    String id,
    StructType schema,
    String column,
    String prefix,
    Sureness sureness,
    int[] kept)
    implements MapPartitionsFunction<Row, Row> {

  private static final int BLOCK = 512;

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    PreparedModel prepared = PreparedModel.of(id, model::value);
    return new Blocks(
        this,
        rows,
        prepared,
        RowIntake.of(prepared.predictor(), schema, column),
        new AnswerColumns(prepared.predictor(), prefix, sureness));
  }

  /** Reads, asks and gives out block by block. */
  private static final class Blocks implements Iterator<Row> {
    private final ScoredPartition what;
    private final Iterator<Row> rows;
    private final PreparedModel model;
    private final RowIntake intake;
    private final AnswerColumns answers;
    private final int inputs;
    private final int width;
    private final Row[] read = new Row[BLOCK];
    private final float[] block;
    private @Nullable AnswerBlock said;
    private int filled;
    private int next;
    private long done;

    Blocks(
        ScoredPartition what,
        Iterator<Row> rows,
        PreparedModel model,
        RowIntake intake,
        AnswerColumns answers) {
      this.what = what;
      this.rows = rows;
      this.model = model;
      this.intake = intake;
      this.answers = answers;
      inputs = model.predictor().inputs();
      width = what.kept.length + answers.fields().size();
      block = new float[Math.multiplyExact(BLOCK, inputs)];
    }

    @Override
    public boolean hasNext() {
      return next < filled || rows.hasNext();
    }

    @Override
    public Row next() {
      if (next == filled) {
        fill();
      }
      Object[] out = new Object[width];
      Row row = read[next];
      for (int i = 0; i < what.kept.length; i++) {
        out[i] = row.get(what.kept[i]);
      }
      try {
        answers.write(Objects.requireNonNull(said), next, out, what.kept.length);
      } catch (ScoringException e) {
        throw new ScoringException(where(done - filled + next) + e.getMessage());
      }
      next++;
      return RowFactory.create(out);
    }

    private void fill() {
      if (!rows.hasNext()) {
        throw new NoSuchElementException();
      }
      filled = 0;
      next = 0;
      while (filled < BLOCK && rows.hasNext()) {
        Row row = rows.next();
        try {
          intake.encode(row, block, filled * inputs);
        } catch (IllegalArgumentException e) {
          throw new ScoringException(where(done) + e.getMessage());
        }
        read[filled++] = row;
        done++;
      }
      float[] given = filled == BLOCK ? block : java.util.Arrays.copyOf(block, filled * inputs);
      said = model.answer(given, filled, what.sureness);
    }

    /** Which row it is, as far as Spark says. */
    private static String where(long row) {
      TaskContext task = TaskContext.get();
      String file = String.valueOf(InputFileBlockHolder.getInputFilePath());
      String part = task == null ? "" : " of partition " + task.partitionId();
      return (file.isEmpty() ? "" : file + ": ") + "row " + (row + 1) + part + ": ";
    }
  }
}
