package dev.ockham.spark;

import dev.ockham.runtime.Answer;
import dev.ockham.runtime.Predictor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The columns that predictions become. Of classes: {@code prediction}, the likeliest one's name;
 * {@code class}, its number as a double, as Spark's evaluators want it; {@code probability}, its
 * own; {@code probabilities}, of all. Of labels and numbers: a column each, by their names. How
 * sure they are stands behind them. Immutable.
 */
final class AnswerColumns {
  private final Answer kind;
  private final List<String> names;
  private final List<String> certainty;
  private final List<StructField> fields = new ArrayList<>();

  /**
   * Columns of a model.
   *
   * @param prefix stands before each name
   */
  AnswerColumns(Predictor predictor, String prefix, Sureness how) {
    kind = predictor.answer();
    names = predictor.names();
    certainty =
        switch (how) {
          case NONE -> List.of();
          case ENTROPY -> List.of("entropy");
          case MOMENTS ->
              kind == Answer.NUMBERS
                  ? List.of("deviation")
                  : List.of("entropy", "mutual_information");
        };
    if (kind == Answer.CLASSES) {
      add(new StructField(prefix + "prediction", DataTypes.StringType, false, meta()));
      add(new StructField(prefix + "class", DataTypes.DoubleType, false, meta()));
      add(number(prefix + "probability"));
      add(
          new StructField(
              prefix + "probabilities",
              DataTypes.createArrayType(DataTypes.FloatType, false),
              false,
              meta()));
      certainty.forEach(name -> add(number(prefix + name)));
    } else {
      for (String name : names) {
        add(number(prefix + name));
        certainty.forEach(column -> add(number(prefix + name + "_" + column)));
      }
    }
  }

  private void add(StructField field) {
    fields.add(field);
  }

  private static org.apache.spark.sql.types.Metadata meta() {
    return org.apache.spark.sql.types.Metadata.empty();
  }

  private static StructField number(String name) {
    return new StructField(name, DataTypes.FloatType, false, meta());
  }

  /** Their names and types. */
  List<StructField> fields() {
    return List.copyOf(fields);
  }

  /**
   * A table's columns with these behind them.
   *
   * @throws ScoringException naming a column that is there already
   */
  StructType behind(List<StructField> kept) {
    List<String> taken = kept.stream().map(StructField::name).toList();
    for (StructField field : fields) {
      if (taken.contains(field.name())) {
        throw new ScoringException(
            "the table has a column '%s' already; give the predictions' columns a --prefix"
                .formatted(field.name()));
      }
    }
    List<StructField> all = new ArrayList<>(kept);
    all.addAll(fields);
    return new StructType(all.toArray(new StructField[0]));
  }

  /**
   * Writes what is said of a row.
   *
   * @param row its number in the block
   * @param into receives a value for each column
   * @param at index of the first
   * @throws ScoringException if a value is not finite
   */
  void write(AnswerBlock block, int row, Object[] into, int at) {
    int outputs = names.size();
    int from = row * outputs;
    float[] values = block.values();
    for (int k = from; k < from + outputs; k++) {
      if (!Float.isFinite(values[k])) {
        throw new ScoringException(
            "the network's answer is %s, since its numbers overflow; there is no prediction"
                .formatted(values[k]));
      }
    }
    int place = at;
    if (kind == Answer.CLASSES) {
      int best = 0;
      for (int k = 1; k < outputs; k++) {
        best = values[from + k] > values[from + best] ? k : best;
      }
      into[place++] = names.get(best);
      into[place++] = (double) best;
      into[place++] = values[from + best];
      into[place++] = boxed(values, from, outputs);
      for (float[] column : block.certainty()) {
        into[place++] = column[row];
      }
    } else {
      for (int k = 0; k < outputs; k++) {
        into[place++] = values[from + k];
        for (float[] column : block.certainty()) {
          into[place++] = column[from + k];
        }
      }
    }
  }

  private static float[] boxed(float[] values, int from, int count) {
    return Arrays.copyOfRange(values, from, from + count);
  }
}
