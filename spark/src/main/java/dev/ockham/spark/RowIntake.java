package dev.ockham.spark;

import dev.ockham.runtime.Predictor;
import dev.ockham.runtime.file.DataRules;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** How a row becomes the numbers that a model takes. Of one thread. */
sealed interface RowIntake permits TableIntake, NumberIntake, PictureIntake, TextIntake {

  /** Columns that are listed in a message. */
  int MOST_LISTED = 20;

  /**
   * Writes a row's numbers.
   *
   * @param into receives as many as the model takes
   * @param at index of the first
   * @throws IllegalArgumentException naming the column and the value that cannot be taken
   */
  void encode(Row row, float[] into, int at);

  /** Names of the columns that it reads. */
  List<String> reads();

  /**
   * How rows of a table become a model's input.
   *
   * @param column with vectors, arrays, pictures or texts; empty for columns by their names
   * @throws ScoringException naming a column that is not there or of another type
   */
  static RowIntake of(Predictor predictor, StructType schema, String column) {
    DataRules rules = predictor.file().rules();
    if (column.isEmpty()) {
      if (rules.table().isPresent()) {
        return new TableIntake(rules.table().orElseThrow(), schema);
      }
      if (rules.text().isPresent() && names(schema).contains(rules.text().orElseThrow().column())) {
        return of(predictor, schema, rules.text().orElseThrow().column());
      }
      if (numeric(schema) && schema.length() == predictor.inputs()) {
        return NumberIntake.ofColumns(schema);
      }
      throw new ScoringException(
          "the model takes %s numbers, not the columns of a table: name the column that has them (--column; vectors, arrays of numbers, pictures or texts); there are %s"
              .formatted(predictor.inputs(), listed(schema)));
    }
    int place = place(schema, column);
    DataType type = schema.fields()[place].dataType();
    if (type.equals(SQLDataTypes.VectorType())
        || (type instanceof ArrayType array && array.elementType() instanceof NumericType)) {
      return NumberIntake.ofColumn(column, place, predictor.inputs());
    }
    if (type instanceof BinaryType) {
      return new PictureIntake(column, place, predictor);
    }
    if (type instanceof StringType && rules.text().isPresent()) {
      return new TextIntake(column, place, predictor);
    }
    throw new ScoringException(
        "column '%s' is %s; the model takes %s"
            .formatted(
                column,
                type.simpleString(),
                rules.text().isPresent()
                    ? "texts: string"
                    : "numbers: a vector, array<float>, or pictures as binary"));
  }

  private static boolean numeric(StructType schema) {
    return Arrays.stream(schema.fields()).allMatch(f -> f.dataType() instanceof NumericType);
  }

  private static List<String> names(StructType schema) {
    return Arrays.stream(schema.fields()).map(StructField::name).toList();
  }

  /** Where a column is. */
  static int place(StructType schema, String column) {
    int place = names(schema).indexOf(column);
    if (place < 0) {
      throw new ScoringException(
          "the table has no column '%s'; it has %s".formatted(column, listed(schema)));
    }
    return place;
  }

  /** The columns of a table, for a message. */
  static String listed(StructType schema) {
    return quoted(names(schema));
  }

  /** Names for a message, not too many. */
  static String quoted(List<String> names) {
    int most = Math.min(names.size(), MOST_LISTED);
    String list = "'" + String.join("', '", names.subList(0, most)) + "'";
    return most < names.size() ? list + " and %s more".formatted(names.size() - most) : list;
  }
}
