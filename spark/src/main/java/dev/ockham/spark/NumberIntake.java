package dev.ockham.spark;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Numbers as they are: a column of vectors or arrays, or a column for each number. */
final class NumberIntake implements RowIntake {
  private final List<String> names;
  private final int[] places;
  private final int size;

  private NumberIntake(List<String> names, int[] places, int size) {
    this.names = List.copyOf(names);
    this.places = places;
    this.size = size;
  }

  /** A column of vectors or arrays of so many numbers. */
  static NumberIntake ofColumn(String column, int place, int size) {
    return new NumberIntake(List.of(column), new int[] {place}, size);
  }

  /** A column for each number, in their order. */
  static NumberIntake ofColumns(StructType schema) {
    return new NumberIntake(
        Arrays.stream(schema.fields()).map(StructField::name).toList(),
        IntStream.range(0, schema.length()).toArray(),
        1);
  }

  @Override
  public List<String> reads() {
    return names;
  }

  @Override
  public void encode(Row row, float[] into, int at) {
    for (int i = 0; i < places.length; i++) {
      write(names.get(i), row.get(places[i]), into, at + i * size);
    }
  }

  private void write(String column, @Nullable Object cell, float[] into, int at) {
    if (cell instanceof Vector vector) {
      requireSize(column, vector.size());
      double[] values = vector.toArray();
      for (int i = 0; i < size; i++) {
        into[at + i] = finite(column, values[i]);
      }
    } else if (cell instanceof scala.collection.Seq<?> array) {
      requireSize(column, array.size());
      for (int i = 0; i < size; i++) {
        into[at + i] = finite(column, array.apply(i));
      }
    } else {
      requireSize(column, 1);
      into[at] = finite(column, cell);
    }
  }

  private void requireSize(String column, int given) {
    if (given != size) {
      throw new IllegalArgumentException(
          "column '%s': %s number%s, where the model takes %s"
              .formatted(column, given, given == 1 ? "" : "s", size));
    }
  }

  private static float finite(String column, @Nullable Object value) {
    float number = value instanceof Number given ? (float) given.doubleValue() : Float.NaN;
    if (!Float.isFinite(number)) {
      throw new IllegalArgumentException(
          "column '%s': '%s' is no number of 32 bits".formatted(column, value));
    }
    return number;
  }
}
