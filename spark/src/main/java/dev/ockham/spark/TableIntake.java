package dev.ockham.spark;

import dev.ockham.runtime.data.ColumnRule;
import dev.ockham.runtime.data.RowEncoder;
import dev.ockham.runtime.data.TableRules;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.jspecify.annotations.Nullable;

/**
 * Columns by their names, by the rules that the model keeps of its table. A number goes in as it
 * is: its text would be read as the same number.
 */
final class TableIntake implements RowIntake {
  private final RowEncoder encoder;
  private final List<ColumnRule> columns;
  private final int[] places;
  private final int[] offsets;
  private final boolean[] direct;
  private char[] text = new char[64];

  /**
   * Finds the columns.
   *
   * @throws ScoringException naming those that are not there, or one of another type
   */
  TableIntake(TableRules rules, StructType schema) {
    encoder = new RowEncoder(rules);
    columns = rules.columns();
    List<String> names = Arrays.stream(schema.fields()).map(StructField::name).toList();
    List<String> lacking = new ArrayList<>(reads());
    lacking.removeAll(names);
    if (!lacking.isEmpty()) {
      throw new ScoringException(
          "the table lacks column%s %s that the model takes; it has %s"
              .formatted(
                  lacking.size() == 1 ? "" : "s",
                  RowIntake.quoted(lacking),
                  RowIntake.listed(schema)));
    }
    places = new int[columns.size()];
    offsets = new int[places.length];
    direct = new boolean[places.length];
    boolean wordsOnly = rules.missing().stream().noneMatch(TableIntake::isNumber);
    int offset = 0;
    for (int i = 0; i < places.length; i++) {
      ColumnRule rule = columns.get(i);
      places[i] = names.indexOf(rule.name());
      offsets[i] = offset;
      offset += rule.width();
      DataType type = schema.fields()[places[i]].dataType();
      requireFits(rule, type);
      direct[i] = wordsOnly && rule.kind() == ColumnRule.Kind.NUMBER && type instanceof NumericType;
    }
  }

  private static boolean isNumber(String word) {
    try {
      return !Double.isNaN(Double.parseDouble(word));
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static void requireFits(ColumnRule rule, DataType type) {
    boolean plain =
        !(type instanceof UserDefinedType<?>)
            && !List.of("array", "map", "struct", "binary").contains(type.typeName());
    boolean fits =
        rule.kind() == ColumnRule.Kind.NUMBER
            ? type instanceof NumericType || type instanceof StringType
            : plain;
    if (!fits) {
      throw new ScoringException(
          "column '%s' is %s; the model takes %s there"
              .formatted(
                  rule.name(),
                  type.simpleString(),
                  switch (rule.kind()) {
                    case NUMBER -> "a number";
                    case BOOLEAN -> "one of two values";
                    case CATEGORY -> "a category";
                  }));
    }
  }

  @Override
  public List<String> reads() {
    return columns.stream().map(ColumnRule::name).toList();
  }

  @Override
  public void encode(Row row, float[] into, int at) {
    for (int i = 0; i < places.length; i++) {
      Object cell = row.get(places[i]);
      if (direct[i] && cell instanceof Number number) {
        float value = (float) number.doubleValue();
        if (Float.isFinite(value)) {
          ColumnRule rule = columns.get(i);
          int place = at + offsets[i];
          if (rule.indicator()) {
            into[place + rule.width() - 1] = 0;
          }
          into[place] = value;
          continue;
        }
      }
      String written = text(cell);
      int length = written.length();
      if (text.length < length) {
        text = new char[2 * length];
      }
      written.getChars(0, length, text, 0);
      // Whether training has seen it changes nothing here.
      boolean unused = encoder.encode(i, text, 0, length, into, at);
    }
  }

  private static String text(@Nullable Object cell) {
    if (cell == null) {
      return "";
    }
    return cell instanceof BigDecimal decimal ? decimal.toPlainString() : cell.toString();
  }
}
